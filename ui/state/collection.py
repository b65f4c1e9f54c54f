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
    """Some articles, and some that are meant as counter-examples.

    Attributes:
        pmids: Collected, in the order of collecting.
        unlike: Those among them that others should not be like.
    """

    pmids: tuple[int, ...] = ()
    unlike: tuple[int, ...] = ()

    @classmethod
    def read(cls) -> Self:
        """Read the browser's address; whatever in it is no PMID is passed over."""
        return cls.of({name: st.query_params.get_all(name) for name in st.query_params})

    @classmethod
    def of(cls, parameters: Mapping[str, Sequence[str]]) -> Self:
        """Read the parameters of an address."""
        unlike = pmids_in(parameters.get("not", ()))
        return cls(tuple(pmid for pmid in pmids_in(parameters.get("pmids", ())) if pmid not in unlike), unlike)

    @property
    def all(self) -> tuple[int, ...]:
        """Every PMID of it, each once."""
        return (*self.pmids, *self.unlike)

    def turned(self, pmid: int) -> Self:
        """Return it with one article turned from an example into a counter-example, or back."""
        if pmid in self.unlike:
            return type(self)((*self.pmids, pmid), tuple(each for each in self.unlike if each != pmid))
        return type(self)(tuple(each for each in self.pmids if each != pmid), (*self.unlike, pmid))

    def url(self, path: str = COLLECTION, **more: str) -> str:
        """Return the address of a page about it.

        Args:
            path: The page's.
            more: Other parameters of the page.
        """
        said = {"pmids": _joined(self.pmids), "not": _joined(self.unlike), **more}
        asked = urlencode({name: value for name, value in said.items() if value}, safe=",")
        return f"{path}?{asked}" if asked else path


def tick_html(pmid: int) -> str:
    """Return the box that collects an article; `collect.js` ticks it."""
    return f'<label class="collect"><input type="checkbox" data-pmid="{pmid}"> Collect</label>'


def _joined(pmids: Sequence[int]) -> str:
    return ",".join(map(str, pmids))
