"""The list of articles found."""

import streamlit as st

from search import Page
from ui.hit import hit_html
from ui.text import counted, plain


def show_results(page: Page) -> None:
    """Say how the question was read and how much was searched, then list the articles."""
    st.html(f'<p class="tally" role="status">{tally_html(page)}</p>')
    for rank, hit in enumerate(page.hits, start=page.offset + 1):
        st.html(hit_html(hit, rank))


def tally_html(page: Page) -> str:
    """Return the line above the list; it names no count that is not exact."""
    years = page.query.read_as.years
    searched = counted(page.total, "article") + (f" of {years}" if years else "")
    listed = f", the best {page.ranked:,} listed" if page.ranked < page.total else ""
    parts = (
        f"Read as: {plain(page.query.read_as.says)}",
        f"{searched} ranked{listed}",
        f"{page.seconds * 1000:,.0f} ms",
    )
    return ' <span class="dot" aria-hidden="true">·</span> '.join(parts)
