"""The searches of a person below a list, with their counts."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from index.core.errors import QueryError
from index.core.formatting import counted
from search import Page, Searcher
from ui.layout.html_text import inside_link, plain
from ui.state.history import PastSearch, forget_searches, past_searches
from ui.state.result_cache import total_of
from ui.state.url_state import Address

FEWEST = 2
"""Searches; one cannot be combined with another."""

SHOWN = 200
"""Characters of a search; the whole is its link."""


def show_history(searcher: Searcher, address: Address, page: Page | None = None) -> None:
    """List the searches of this browser, the latest first, each with what it finds without filters.

    Args:
        searcher: The library.
        address: The current search; its filters stay.
        page: What it found, so that it is not searched again for its count.
    """
    past = past_searches()
    if len(past) >= FEWEST:
        plain_search = not address.filters and address.mapping and not address.whole
        totals = {address.question: page.total} if page and plain_search else {}
        rows = "".join(_row(search, searcher, address, totals) for search in reversed(past))
        st.html(
            f'<details class="history" id="history"><summary><span class="quiet-label">Your searches</span> '
            f'{len(past):,}</summary><dl class="table">{rows}</dl>'
            '<p class="note">Combine them in the box: #1 AND #2. Counts are without the filters beside the list; the '
            "filters apply to whatever is searched. They are kept for this browser until the page’s program stops.</p>"
            "</details>"
        )
        st.button("Forget these searches", key="forget-searches", type="tertiary", on_click=forget_searches)


def _row(search: PastSearch, searcher: Searcher, address: Address, totals: Mapping[str, int]) -> str:
    text = search.typed if len(search.typed) <= SHOWN else f"{search.typed[:SHOWN]}…"
    link = inside_link(
        replace(address, question=search.question, page=1).url(), plain(text), id=f"history-{search.number}"
    )
    try:
        known = totals.get(search.question)
        count = counted(total_of(searcher, search.question) if known is None else known, "article")
    except QueryError:  # a rebuilt library may read it otherwise
        count = "cannot be searched now"
    return f'<dt>#{search.number}</dt><dd>{link} <span class="number">{count}</span></dd>'
