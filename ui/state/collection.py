"""Which articles a person has collected: the browser keeps the ticks (`collect.js`), an address names them.

No session of the server holds them, so none can see another's, and an address of a collection can be passed on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

import streamlit as st

from ui.state.url_state import pmids_in

COLLECTION = "/collection"
SIMILAR = "/similar"


@dataclass(frozen=True, slots=True)
class ArticleCollection:
    """Collected articles, some of them counter-examples.

    Attributes:
        pmids: Examples, in the order of collecting.
        unlike: Counter-examples: similar articles should not be like these.
    """

    pmids: tuple[int, ...] = ()
    unlike: tuple[int, ...] = ()

    @classmethod
    def read(cls) -> Self:
        """Read the browser's address; anything that is not a PMID is ignored."""
        return cls.of({name: st.query_params.get_all(name) for name in st.query_params})

    @classmethod
    def of(cls, parameters: Mapping[str, Sequence[str]]) -> Self:
        """Read the parameters of an address."""
        unlike = pmids_in(parameters.get("not", ()))
        return cls(tuple(pmid for pmid in pmids_in(parameters.get("pmids", ())) if pmid not in unlike), unlike)

    @property
    def all(self) -> tuple[int, ...]:
        """All its PMIDs, each once."""
        return (*self.pmids, *self.unlike)

    def toggled(self, pmid: int) -> Self:
        """Return it with one article turned from an example into a counter-example, or back."""
        if pmid in self.unlike:
            return type(self)((*self.pmids, pmid), tuple(other for other in self.unlike if other != pmid))
        return type(self)(tuple(other for other in self.pmids if other != pmid), (*self.unlike, pmid))

    def parameters(self) -> dict[str, str]:
        """Return the parameters of an address that name it."""
        values = {"pmids": _joined(self.pmids), "not": _joined(self.unlike)}
        return {name: value for name, value in values.items() if value}

    def url(self, path: str = COLLECTION, **parameters: str) -> str:
        """Return the address of a page about it.

        Args:
            path: The page's.
            parameters: Other parameters of the page.
        """
        query = urlencode({**self.parameters(), **parameters}, safe=",")
        return f"{path}?{query}" if query else path


def tick_html(pmid: int) -> str:
    """Return the box that collects an article; `collect.js` ticks it."""
    return f'<label class="collect"><input type="checkbox" data-pmid="{pmid}"> Collect</label>'


def _joined(pmids: Sequence[int]) -> str:
    return ",".join(map(str, pmids))
