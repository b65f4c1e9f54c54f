"""The search page: the box, the filters, and the list or what is shown instead."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from index.core.errors import FilterValueError, LibraryError, QueryError
from search import Searcher
from search.filters.filters import Filters
from ui.filters.filter_chips import chips_html
from ui.filters.filter_panel import show_filters
from ui.layout import messages
from ui.layout.frame import LAST_SEARCH, show_footer
from ui.layout.html_text import inside_link, plain
from ui.layout.skeletons import FILTERS, LINES, RESULTS, skeleton
from ui.layout.tab_title import show_title
from ui.layout.with_searcher import show_from
from ui.results.history_list import show_history
from ui.results.list_tools import list_tools_html
from ui.results.no_results import show_no_results
from ui.results.overview import show_overview
from ui.results.pager import pager_html, past_end_html
from ui.results.result_list import show_head, show_results
from ui.results.sentence_list import show_sentences
from ui.results.switches import show_listed_switch
from ui.results.topic_map import show_topic_map
from ui.state.history import remember
from ui.state.result_cache import result_page, sentence_page, without_each
from ui.state.shared_searcher import Opener
from ui.state.url_state import SENTENCES, Address, in_box
from ui.views.saved_searches import show_save_button
from ui.views.start_screen import show_first_screen
from ui.web.download_links import list_exports_html


def show_search_page(opener: Opener) -> None:
    """Draw the search page for the search in the address: the list first, then the filters with their counts.

    Args:
        opener: Opens the library.
    """
    address = Address.read()
    st.session_state[LAST_SEARCH] = address
    show_title(in_box(address.question).strip() or str(address.filters), _shown(address))
    with st.sidebar:
        filters_placeholder = skeleton(FILTERS)
    results_placeholder = skeleton(RESULTS if address.is_asked else LINES)

    def draw(searcher: Searcher) -> None:
        _show_answer(searcher, address, results_placeholder)
        show_footer(searcher.corpus())
        if searcher.count:
            with st.sidebar:
                _show_filters(searcher, address, filters_placeholder)

    try:
        show_from(opener, draw)
    finally:
        results_placeholder.empty()
        filters_placeholder.empty()


def _shown(address: Address) -> str:
    """Return what else than its question tells a list apart, for the title of the tab."""
    kind = "overview" if address.view == "overview" else ""
    kind = SENTENCES if address.listed == SENTENCES else kind
    return ", ".join(part for part in (kind, f"page {address.page:,}" if address.page > 1 else "") if part)


def _show_answer(searcher: Searcher, address: Address, placeholder: DeltaGenerator) -> None:
    if not searcher.count:
        messages.show_note(
            "The library is empty", "It was built without a single article. Add some:", "  rebuild-index --sample"
        )
    elif address.is_asked:
        show = _show_found_sentences if address.listed == SENTENCES else _show_found
        show(searcher, address, placeholder)
    else:
        if address.question or st.session_state.get("go"):
            messages.show_note("Nothing was typed", "Type a question or a few words, then press Enter.")
        if address.ignored:
            messages.show_note("The address was read in part", *address.ignored)
        show_first_screen(searcher, address, placeholder)


def _show_found(searcher: Searcher, address: Address, placeholder: DeltaGenerator) -> None:
    try:
        page = result_page(searcher, address)
    except QueryError as error:
        _show_refusal(error, address)
        return
    finally:
        placeholder.empty()
    remember(address.question)
    show_head(page, address)
    if page.hits and address.view == "overview":
        show_overview(searcher, page, address)
        show_topic_map(searcher, address)
    elif page.hits:
        shown, exports = address.within(page.total), list_exports_html(page, address)
        st.html(list_tools_html(shown, page.total, exports) + past_end_html(address, shown))
        show_results(page)
        st.html(pager_html(shown, page.total) + exports)
        show_save_button(searcher, address)
    else:
        show_no_results(page, address, without_each(searcher, address))
    show_history(searcher, address, page)


def _show_found_sentences(searcher: Searcher, address: Address, placeholder: DeltaGenerator) -> None:
    try:
        page = sentence_page(searcher, address)
    except QueryError as error:
        show_listed_switch(address)
        _show_refusal(error, address)
        return
    except LibraryError as error:
        show_listed_switch(address)
        messages.show_problem("The sentences cannot be searched", error)
        return
    finally:
        placeholder.empty()
    remember(address.question)
    show_sentences(page, address)
    if not page.total:
        show_no_results(page, address, without_each(searcher, address))
    show_history(searcher, address)


def _show_refusal(error: QueryError, address: Address) -> None:
    """Say why nothing is searched; the filters above can be taken out, and a wrong value has its nearest to click."""
    if chips := chips_html(address):
        st.html(chips)
    messages.show_refusal(error, lambda text: replace(address, question=text, page=1).url())
    if isinstance(error, FilterValueError) and error.nearest:
        values: tuple[str, ...] = getattr(address.filters, error.field)
        instead = tuple(error.nearest if value == error.value else value for value in values)
        link = inside_link(address.filtered(**{error.field: instead}).url(), plain(error.nearest), id="nearest-value")
        st.html(f"<p>Search with {link} instead.</p>")


def _show_filters(searcher: Searcher, address: Address, placeholder: DeltaGenerator) -> None:
    """Show the filters for as much of the search as can be answered; what cannot is said in place of the list."""
    for answerable in (address, replace(address, filters=Filters()), Address(filters=address.filters), Address()):
        try:
            show_filters(searcher, answerable, placeholder)
        except QueryError:
            continue
        return
