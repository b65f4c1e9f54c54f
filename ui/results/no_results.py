"""What is shown instead of an empty list."""

from dataclasses import replace

import streamlit as st

from index.core.formatting import counted
from search import Page, SentencePage
from search.filters.filter_parts import WithoutFilter
from search.filters.filters import Filters
from search.results import nothing_text
from ui.layout.html_text import inside_link, plain
from ui.state.url_state import Address


def show_no_results(page: Page | SentencePage, address: Address, without: list[WithoutFilter]) -> None:
    """Say that no article matches, and which filter is the reason.

    Args:
        page: The empty page.
        address: The current search.
        without: What there would be without each filter, most first.
    """
    reasons = [_filter_html(removal, address) for removal in without]
    if not reasons and address.filters:
        url = replace(address, filters=Filters(), page=1).url()
        reasons = [f"No single filter is the reason. {inside_link(url, 'Search without any filter', id='no-filter')}"]
    if not address.filters:
        reasons = ["Try other words, or fewer of them."]
    heading = nothing_text(page) if isinstance(page, Page) else "No article matches"
    if isinstance(page, Page) and page.passing and not page.query.read_as.clause:
        which = "that pass the filters" if page.filters else "of the library"
        name = f"List all {counted(page.passing, 'article')} {which}, relevant or not"
        reasons.append(inside_link(replace(address, whole=True, page=1).url(), plain(name), id="whole"))
    if page.query.read_as.clause:
        reasons.append("How the query was read, above, says how many articles each part of it keeps.")
    lines = "".join(f"<p>{reason}</p>" for reason in reasons)
    st.html(f'<section class="note-block" role="status"><h2>{heading}</h2>{lines}</section>')


def _filter_html(removal: WithoutFilter, address: Address) -> str:
    url = replace(address, filters=removal.part.without, page=1).url()
    count_link = inside_link(url, counted(removal.articles, "article"), id=f"without-{removal.part.field}")
    return f"Without the filter ‘{plain(removal.part.description)}’ there would be {count_link}."
