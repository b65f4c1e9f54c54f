"""What stands in place of a list that has no article."""

from dataclasses import replace

import streamlit as st

from search import Page
from search.filters.filter_parts import WithoutFilter
from search.filters.filters import Filters
from ui.layout.html_text import counted, inside_link, plain
from ui.state.url_state import Address


def show_nothing(page: Page, address: Address, without: list[WithoutFilter]) -> None:
    """Say that no article matches, and what stands in the way.

    Args:
        page: The empty page.
        address: What is asked.
        without: What there would be without each filter, most first.
    """
    reasons = [_filter_html(one, address) for one in without]
    if not reasons and address.filters:
        url = replace(address, filters=Filters(), page=1).url()
        reasons = [f"No single filter is the reason. {inside_link(url, 'Search without any filter', id='no-filter')}"]
    if not address.filters:
        reasons = ["Try other words, or fewer of them."]
    if page.query.read_as.clause:
        reasons.append("How the query was read, above, says how many articles each part of it keeps.")
    lines = "".join(f"<p>{reason}</p>" for reason in reasons)
    st.html(f'<section class="note-block" role="status"><h2>No article matches</h2>{lines}</section>')


def _filter_html(one: WithoutFilter, address: Address) -> str:
    url = replace(address, filters=one.part.without, page=1).url()
    there = inside_link(url, counted(one.articles, "article"), id=f"without-{one.part.field}")
    return f"Without the filter ‘{plain(one.part.description)}’ there would be {there}."
