"""What a session decided and took back, so that the decision just made can be taken back from the next article."""

from dataclasses import dataclass

import streamlit as st

from search.review.decisions import Choice, Decision, Stage
from search.review.screening import Screening

_MADE, _TAKEN = "screen-made", "screen-taken"
MOST_KEPT = 1_000
"""Decisions of a session; nobody takes back more, one by one."""


@dataclass(frozen=True, slots=True)
class _Place:
    screening: str
    stage: Stage
    pmid: int


def note_made(screening: str, stage: Stage, pmid: int, choice: Choice) -> None:
    """Remember a decision of this session.

    Args:
        screening: Its id.
        stage: By title and abstract, or by the full text.
        pmid: The article.
        choice: What was decided.
    """
    place = _Place(screening, stage, pmid)
    made = {kept: earlier for kept, earlier in _made().items() if kept != place}
    st.session_state[_MADE] = dict([*made.items(), (place, choice)][-MOST_KEPT:])


def note_taken_back(screening: Screening, stage: Stage, pmid: int) -> None:
    """Remember what was decided of an article, now that it is taken back.

    Args:
        screening: As it was before.
        stage: By title and abstract, or by the full text.
        pmid: The article.
    """
    place = _Place(screening.id, stage, pmid)
    st.session_state[_MADE] = {kept: choice for kept, choice in _made().items() if kept != place}
    st.session_state[_TAKEN] = (place, screening.decided[stage].get(pmid))


def last_made(screening: Screening, stage: Stage) -> int | None:
    """Return the article that this session decided on last, if what it decided still counts; else the one before."""
    for place, choice in reversed(_made().items()):
        if place == _Place(screening.id, stage, place.pmid) and screening.choice(stage, place.pmid) == choice:
            return place.pmid
    return None


def taken_back(screening: Screening, stage: Stage, pmid: int) -> Decision | None:
    """Return what was decided of an article, if it is the one whose decision was taken back last."""
    place, decision = st.session_state.get(_TAKEN, (None, None))
    return decision if place == _Place(screening.id, stage, pmid) else None


def _made() -> dict[_Place, Choice]:
    """The last decision about each article, in the order in which they were made."""
    made: dict[_Place, Choice] = st.session_state.get(_MADE, {})
    return made
