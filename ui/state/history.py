"""The searches of a person, numbered, so that the box can combine them: #1 AND #2.

They are kept by browser until the page's server stops, and nowhere on a disk; of a browser without cookies, as long as
the session.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

import streamlit as st

from index.core.errors import QueryError
from search.pasting.history import with_history
from search.query.query_reader import has_syntax
from ui.state.browser_id import browser_id

HISTORY, TYPED = "history", "history-typed"
MOST_BROWSERS = 1_000
"""Whose searches are kept; those of who has been away longest go first."""
MOST_KEPT = 100
"""As many as PubMed keeps; the oldest go first, and their numbers are not given again."""


@dataclass(frozen=True, slots=True)
class PastSearch:
    """A search of a person.

    Attributes:
        number: By which the box refers to it.
        typed: What was typed, "#1 AND #2".
        question: The same with the searches that it refers to, as the address holds it.
    """

    number: int
    typed: str
    question: str


@dataclass
class _History:
    """The searches of one browser; its tabs may add to them at once."""

    searches: tuple[PastSearch, ...] = ()
    lock: Lock = field(default_factory=Lock)


def past_searches() -> tuple[PastSearch, ...]:
    """Return the searches of the session's browser, the first one first."""
    return _history().searches


def remember(question: str) -> None:
    """Number a search that was answered; one that was asked before keeps its number."""
    history = _history()
    with history.lock:
        kept = history.searches
        if not question.strip() or any(past.question == question for past in kept):
            return
        typed = st.session_state.get(TYPED, {}).get(question, question)
        past = PastSearch(kept[-1].number + 1 if kept else 1, typed, question)
        history.searches = (*kept, past)[-MOST_KEPT:]


def forget_searches() -> None:
    """Forget the searches of the session's browser; the next one is #1."""
    _history().searches = ()


def _history() -> _History:
    if browser := browser_id():
        return _of_browser(browser)
    history: _History = st.session_state.setdefault(HISTORY, _History())
    return history


@lru_cache(MOST_BROWSERS)
def _of_browser(browser: str) -> _History:  # noqa: ARG001 - the key
    return _History()


def with_past_searches(typed: str) -> str:
    """Return what was typed with the searches that it refers to, so that the address says all that is searched."""
    try:
        question = with_history(typed, {past.number: past.question for past in past_searches()}, has_syntax)
    except QueryError:  # said where it is searched
        return typed
    if question != typed:
        st.session_state[TYPED] = {question: typed}
    return question
