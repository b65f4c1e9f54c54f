"""The search box, on every page, and the way back to the results."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from ui.layout.frame import last_search
from ui.layout.html_text import inside_link, plain
from ui.state.drawn_place import Place, place
from ui.state.history import with_past_searches
from ui.state.url_state import Address, from_box, in_box, set_question

_ASKED = "asked"
"""Key of the session's state: what was typed on another page than the search page."""


def show_box(*, here: bool) -> None:
    """Show the box, and go to the search page when something was typed elsewhere.

    Args:
        here: Whether the search page is shown.
    """
    if (asked := st.session_state.pop(_ASKED, None)) is not None:
        # `page.js` follows it; Streamlit's own change of page overwrites the entry of this one in the history.
        st.html(f'<span hidden data-go="{plain(replace(last_search(), question=asked, page=1).url())}"></span>')
    st.session_state["q"] = in_box(Address.read().question if here else last_search().question)
    act = _search if here else _ask
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="ask"):
        st.text_input(
            "Search PubMed by a question or a few words",
            key="q",
            type="search",
            placeholder="Ask a question, or type a few words",
            label_visibility="collapsed",
            on_change=_typed_in,
            args=(place("q"), act),
        )
        st.button("Search", type="primary", key="go", on_click=None if here else _ask)
    if not here and last_search().is_asked:
        st.html(f'<p class="back">{inside_link(last_search().url(), "Back to the results", id="back")}</p>')


def _typed_in(drawn: Place, act: Callable[[], None]) -> None:
    if place("q") == drawn:
        act()


def _search() -> None:
    set_question(_typed())


def _ask() -> None:
    st.session_state[_ASKED] = _typed()


def _typed() -> str:
    return with_past_searches(from_box(st.session_state["q"]))
