"""The state of the review page, kept in its address."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

import streamlit as st

from ui.state.url_state import Address, pmids_in

REVIEW = "/review"
RECALL = "recall"
TASKS = {RECALL: "Test a strategy"}
"""What the page does, by the value in the address, and its name for people."""


@dataclass(frozen=True, slots=True)
class ReviewAddress:
    """The state of the review page.

    Attributes:
        task: One of `TASKS`.
        search: The strategy and its filters.
        known: PMIDs of known articles.
    """

    task: str = RECALL
    search: Address = field(default_factory=Address)
    known: tuple[int, ...] = ()

    @classmethod
    def read(cls) -> Self:
        """Read the browser's address; values that make no sense are ignored."""
        task = st.query_params.get("do", "")
        known = pmids_in(st.query_params.get_all("known"))
        return cls(task if task in TASKS else RECALL, Address.read(), known)

    def parameters(self) -> dict[str, str | list[str]]:
        """Return the parameters of the address."""
        known = {"known": ",".join(map(str, self.known))} if self.known else {}
        return {"do": self.task, **self.search.parameters(), **known}

    def url(self) -> str:
        """Return the address for a link."""
        return f"{REVIEW}?{urlencode(self.parameters(), doseq=True, safe=',', errors='replace')}"

    def write(self) -> None:
        """Make this the browser's address, a new entry in its history."""
        st.query_params.from_dict(self.parameters())
