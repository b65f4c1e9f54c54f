"""The search page: the box, the filters, and the list or what stands in its place."""

from dataclasses import replace

import streamlit as st

from index.errors import QueryError
from search import Page, Searcher
from search.filters import Years
from ui import states
from ui.address import Address, ask, want_years
from ui.filters import ask_years
from ui.first_screen import show_first_screen
from ui.frame import LAST_SEARCH, show_footer
from ui.paging import PAGE_SIZE, show_pager
from ui.results import show_results
from ui.shared import Opener, show_from
from ui.text import counted

FILTERS_HEIGHT = 120


def show_search_page(opener: Opener) -> None:
    """Draw the search page for what the address asks.

    Args:
        opener: Opens the library.
    """
    address = Address.read()
    st.session_state[LAST_SEARCH] = address
    filters = st.sidebar.empty()
    filters.skeleton(height=FILTERS_HEIGHT)  # keeps the place, so that the list does not move when the filters come
    _show_box(address.question)

    def draw(searcher: Searcher) -> None:
        with filters.container(gap="xsmall"):
            years = ask_years(searcher, address.filters.years)
        _show_answer(searcher, replace(address, filters=replace(address.filters, years=years)))
        show_footer(searcher.corpus())

    if not show_from(opener, draw):
        filters.empty()


def _show_box(question: str) -> None:
    st.session_state["q"] = question
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="ask"):
        st.text_input(
            "Search PubMed by a question or a few words",
            key="q",
            type="search",
            placeholder="Ask a question, or type a few words",
            label_visibility="collapsed",
            on_change=_ask,
        )
        st.button("Search", type="primary", key="go")


def _ask() -> None:
    ask(st.session_state["q"])


def _show_answer(searcher: Searcher, address: Address) -> None:
    if not searcher.count:
        states.show_note(
            "The library is empty", "It was built without a single article. Add some:", "  rebuild-index --sample"
        )
    elif address.question.strip():
        _show_found(searcher, address)
    else:
        if address.question or st.session_state.get("go"):
            states.show_note("Nothing was typed", "Type a question or a few words, then press Enter.")
        show_first_screen(searcher.corpus())


def _show_found(searcher: Searcher, address: Address) -> None:
    try:
        page = _search(searcher, address)
    except QueryError as error:
        states.show_note("This cannot be searched", str(error))
        return
    if page.hits:
        show_results(page)
        show_pager(page.offset // PAGE_SIZE + 1, page.ranked)
    else:
        _show_nothing(searcher.count, address.filters.years)


def _search(searcher: Searcher, address: Address) -> Page:
    offset = (address.page - 1) * PAGE_SIZE
    page = searcher.search(address.question, limit=PAGE_SIZE, offset=offset, sort=address.sort, filters=address.filters)
    if page.hits or not offset:
        return page
    # An old link to a page that the list no longer has: the list from its top.
    return _search(searcher, replace(address, page=1))


def _show_nothing(there: int, years: Years | None) -> None:
    if years is None:
        states.show_note("No article matches", "Try other words.")
        return
    without = f"Without this filter there are {counted(there, 'article')}."
    states.show_note("No article matches", f"The library has none of {years}. {without}")
    st.button("Search all years", type="tertiary", on_click=want_years, args=(None,))
