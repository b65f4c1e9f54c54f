"""The frame of every page: style, name, navigation, and what is being searched."""

from functools import cache
from pathlib import Path

import streamlit as st

from index.core.formatting import counted
from search import Corpus
from ui.layout.html_text import inside_link, plain
from ui.layout.tab_title import NAME
from ui.state.collection import COLLECTION
from ui.state.review_address import REVIEW
from ui.state.url_state import LIBRARY, Address

FOLDER = Path(__file__).parents[1] / "static"
STYLES = ("page.css", "list.css", "article.css", "charts.css", "review.css")
SCRIPTS = ("page.js", "collect.js", "keys.js")
LAST_SEARCH = "last-search"
"""Key of the session's state: the `Address` of the search that was shown last."""
_CURRENT, _ARRIVED = "current", "arrived"


def show_frame() -> None:
    """Set up the page's icon and width, the style, and the scripts for keyboard and links."""
    st.set_page_config(page_icon=FOLDER / "icon.svg", layout="wide")
    st.html(f"<style>{_read(STYLES)}</style>")
    st.html(f"<script>{_read(SCRIPTS)}</script>", unsafe_allow_javascript=True)


@cache
def _read(names: tuple[str, ...]) -> str:
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


def show_header(current: str) -> None:
    """Show the name on top, and beside it links to the pages.

    Args:
        current: Title of the page shown.
    """
    st.session_state[_ARRIVED] = st.session_state.get(_CURRENT) != current
    st.session_state[_CURRENT] = current
    # How many are collected only the browser knows: collect.js adds the number and the articles to the link.
    pages = {"Search": last_search().url(), "Collection": COLLECTION, "Review": REVIEW, "Library": LIBRARY}
    links = "".join(
        f"<li>{inside_link(url, plain(title), current=title == current, id=f'{title.lower()}-link')}</li>"
        for title, url in pages.items()
    )
    name = inside_link("/", NAME)
    st.html(
        f'<header class="head"><h1 class="brand">{name}</h1><nav aria-label="Pages"><ul>{links}</ul></nav></header>'
    )


def has_arrived() -> bool:
    """Return whether the person has just come to this page: it is blank, and skeletons are shown."""
    return bool(st.session_state[_ARRIVED])


def last_search() -> Address:
    """Return the search that this session showed last; the first screen if there was none."""
    address = st.session_state.get(LAST_SEARCH)
    return address if isinstance(address, Address) else Address()


def show_footer(corpus: Corpus) -> None:
    """Say what is being searched, and where what is typed goes: nowhere, or to the service that is searched."""
    newest = f", newest record {plain(corpus.newest)}" if corpus.newest else ""
    st.html(
        f'<footer class="facts">{counted(corpus.articles, "PubMed article")}{newest}. '
        f"{_whereabouts(corpus)}<br>"
        "Articles from PubMed, U.S. National Library of Medicine. Not medical advice.<br>"
        'Press <kbd>?</kbd> for <button type="button" class="keys-hint">the keys</button>.'
        f'<details id="about"><summary>About</summary><p>Index: build {plain(corpus.build)}. Model: '
        f"{plain(corpus.model)}. {inside_link(LIBRARY, 'All about this library')}</p></details></footer>"
    )


def _whereabouts(corpus: Corpus) -> str:
    if corpus.service is None:
        return "Private and offline: what you type stays on this machine."
    return f"What you type goes to {plain(corpus.service)}, which searches, and nowhere else."
