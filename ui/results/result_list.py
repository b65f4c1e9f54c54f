"""The list of articles found, and what is said above it."""

from dataclasses import replace

import streamlit as st

from index.core.formatting import counted
from search import Page
from search.retrieval.ordering import SORTS
from ui.article.hit_card import hit_html
from ui.filters.filter_chips import chips_html
from ui.results.query_interpretation import reading_html
from ui.results.switches import listed_switch_html, switch_html
from ui.state.url_state import VIEWS, Address

_ORDER_TEXTS = {"relevance": "", "newest": ", the newest first", "oldest": ", the oldest first"}


def show_head(page: Page, address: Address) -> None:
    """Say how the query was read, which filters are active, and how many articles were found in which order.

    Args:
        page: The page of results.
        address: The current search.
    """
    tally = f'<p class="tally" role="status">{tally_html(page)}</p>{_links_html(address) if page.hits else ""}'
    st.html(f'{reading_html(page, address)}{chips_html(address)}<div class="over">{tally}</div>')


def show_results(page: Page) -> None:
    """List the articles of a page."""
    for rank, hit in enumerate(page.hits, start=page.offset + 1):
        st.html(hit_html(hit, rank))


def tally_html(page: Page) -> str:
    """Return how many articles were found; only exact counts are named."""
    if page.ranked < page.total:
        text = f"Top {page.ranked:,} of {counted(page.total, 'article')} by meaning and words{_ORDER_TEXTS[page.sort]}"
    elif page.filters or page.query.read_as.clause:
        text = f"{counted(page.total, 'article')} {'matches' if page.total == 1 else 'match'}"
    else:
        text = f"{counted(page.total, 'article')} ranked"
    return f'{text} <span class="dot" aria-hidden="true">·</span> {page.seconds * 1000:,.0f} ms'


def _links_html(address: Address) -> str:
    views = [(view, replace(address, view=view), view == address.view) for view in VIEWS]
    orders = [(sort, replace(address, sort=sort, page=1), sort == address.sort) for sort in SORTS]
    order = switch_html("Order", orders) if address.view == "list" else ""
    return listed_switch_html(address) + switch_html("View", views) + order
