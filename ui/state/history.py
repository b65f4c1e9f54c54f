"""The searches of a session, numbered, so that the box can combine them: #1 AND #2."""

from dataclasses import dataclass

import streamlit as st

from index.core.errors import QueryError
from search.pasting.history import with_history
from search.query.query_reader import has_syntax

HISTORY, TYPED = "history", "history-typed"
MOST_KEPT = 100
"""As many as PubMed keeps; the oldest go first, and their numbers are not given again."""


@dataclass(frozen=True, slots=True)
class PastSearch:
    """A search of this session.

    Attributes:
        number: By which the box refers to it.
        typed: What was typed, "#1 AND #2".
        question: The same with the searches that it refers to, as the address holds it.
    """

    number: int
    typed: str
    question: str


def past_searches() -> tuple[PastSearch, ...]:
    """Return the searches of this session, the first one first."""
    kept: tuple[PastSearch, ...] = st.session_state.get(HISTORY, ())
    return kept


def remember(question: str) -> None:
    """Number a search that was answered; one that was asked before keeps its number."""
    kept = past_searches()
    if not question.strip() or any(past.question == question for past in kept):
        return
    typed = st.session_state.get(TYPED, {}).get(question, question)
    past = PastSearch(kept[-1].number + 1 if kept else 1, typed, question)
    st.session_state[HISTORY] = (*kept, past)[-MOST_KEPT:]


def with_past_searches(typed: str) -> str:
    """Return what was typed with the searches that it refers to, so that the address says all that is searched."""
    try:
        question = with_history(typed, {past.number: past.question for past in past_searches()}, has_syntax)
    except QueryError:  # said where it is searched
        return typed
    if question != typed:
        st.session_state[TYPED] = {question: typed}
    return question
