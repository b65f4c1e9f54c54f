"""The list of articles found, and what is said above it."""

from dataclasses import replace

import streamlit as st

from index.core.formatting import counted
from search import Page
from search.results import found_text
from search.retrieval.ordering import SORTS
from ui.article.hit_card import hit_html
from ui.filters.filter_chips import chips_html
from ui.layout.html_text import inside_link
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
    tally = f'<p class="tally" role="status">{tally_html(page, address)}</p>{_links_html(address) if page.hits else ""}'
    st.html(f'{reading_html(page, address)}{chips_html(address)}<div class="over">{tally}</div>')


def show_results(page: Page) -> None:
    """List the articles of a page, under a heading for those who move by headings."""
    hits = "".join(hit_html(hit, rank) for rank, hit in enumerate(page.hits, start=page.offset + 1))
    st.html(f'<h2 class="unseen">Articles found</h2>{hits}')


def tally_html(page: Page, address: Address) -> str:
    """Return how many articles the list has, of how many, and the way to the others."""
    order = _ORDER_TEXTS[page.sort]
    if page.query.read_as.clause:
        text = _matching(page)
    elif address.whole:
        relevant = inside_link(replace(address, whole=False, page=1).url(), "only the relevant ones", id="relevant")
        text = f"{counted(page.total, 'article')} listed, relevant or not{order}: {relevant}"
    elif page.total < page.passing:
        text = f"{found_text(page)}{order}"
    elif page.filters:
        text = _matching(page)
    else:
        text = f"{counted(page.total, 'article')} ranked"
    return f'{text} <span class="dot" aria-hidden="true">·</span> {page.seconds * 1000:,.0f} ms'


def _matching(page: Page) -> str:
    return f"{counted(page.total, 'article')} {'matches' if page.total == 1 else 'match'}"


def _links_html(address: Address) -> str:
    views = [(view, replace(address, view=view), view == address.view) for view in VIEWS]
    orders = [(sort, replace(address, sort=sort, page=1), sort == address.sort) for sort in SORTS]
    order = switch_html("Order", orders) if address.view == "list" else ""
    return listed_switch_html(address) + switch_html("View", views) + order
