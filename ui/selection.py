"""The articles that this session has collected."""

import streamlit as st

_KEY = "selected"


def selected() -> tuple[int, ...]:
    """Return the PMIDs collected, in the order of collecting."""
    pmids: dict[int, None] = st.session_state.get(_KEY, {})
    return tuple(pmids)
