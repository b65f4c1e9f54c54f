"""What is being searched: the library and its index."""

import streamlit as st

from search import Searcher
from ui.frame import show_footer
from ui.shared import Opener, show_from
from ui.text import plain


def show_library_page(opener: Opener) -> None:
    """Draw what is known about the library.

    Args:
        opener: Opens the library.
    """
    show_from(opener, _show)


def _show(searcher: Searcher) -> None:
    corpus = searcher.corpus()
    facts = {
        "Articles": f"{corpus.articles:,}",
        "Newest record": corpus.newest or "none has a date",
        "Build": corpus.build,
        "Model": corpus.model,
        "Folder": corpus.library,
    }
    rows = "".join(f"<dt>{name}</dt><dd>{plain(value)}</dd>" for name, value in facts.items())
    st.html(f'<h2 class="lead">Library</h2><dl class="table">{rows}</dl>')
    show_footer(corpus)
