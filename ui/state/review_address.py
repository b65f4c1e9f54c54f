"""The state of the review page, kept in its address."""

from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import urlencode

import streamlit as st

from search.review.decisions import CHOICES, STAGES, Choice, Stage
from ui.state.url_state import Address, pmids_in

REVIEW = "/review"
RECALL, COMPARE, SCREEN = "recall", "compare", "screen"
TASKS = {SCREEN: "Screen", RECALL: "Test a strategy", COMPARE: "Compare a file"}
"""What the page does, by the value in the address, and its name for people."""


@dataclass(frozen=True, slots=True)
class ReviewAddress:
    """The state of the review page.

    Attributes:
        task: One of `TASKS`.
        search: The strategy and its filters.
        known: PMIDs of known articles.
        screening: The id of a screening; "" for none.
        stage: The stage of it.
        at: The article that is decided on; None for the next one that is not decided.
        listed: Of the list of decisions, which ones; "" for the article.
    """

    task: str = SCREEN
    search: Address = field(default_factory=Address)
    known: tuple[int, ...] = ()
    screening: str = ""
    stage: Stage = "abstract"
    at: int | None = None
    listed: Choice | Literal[""] = ""

    @classmethod
    def read(cls) -> Self:
        """Read the browser's address; values that make no sense are ignored."""
        parameters = st.query_params
        task, stage, listed = (parameters.get(name, "") for name in ("do", "stage", "show"))
        return cls(
            task if task in TASKS else SCREEN,
            Address.read(),
            pmids_in(parameters.get_all("known")),
            parameters.get("id", ""),
            next((known for known in STAGES if known == stage), "abstract"),
            next(iter(pmids_in(parameters.get_all("at"))), None),
            next((known for known in CHOICES if known == listed), ""),
        )

    def parameters(self) -> dict[str, str | list[str]]:
        """Return the parameters of the address."""
        values = {
            "known": ",".join(map(str, self.known)),
            "id": self.screening,
            "stage": self.stage if self.stage != "abstract" else "",
            "at": str(self.at) if self.at else "",
            "show": self.listed,
        }
        return {"do": self.task, **self.search.parameters(), **{name: text for name, text in values.items() if text}}

    def url(self) -> str:
        """Return the address for a link."""
        return f"{REVIEW}?{urlencode(self.parameters(), doseq=True, safe=',', errors='replace')}"

    def write(self) -> None:
        """Make this the browser's address, a new entry in its history."""
        st.query_params.from_dict(self.parameters())
