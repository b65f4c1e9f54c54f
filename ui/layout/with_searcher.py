"""A page drawn from the library, or the reason why it cannot be drawn."""

from collections.abc import Callable

import streamlit as st

from index.core.errors import PubmedError
from search import Searcher
from ui.layout import messages
from ui.state.shared_searcher import Opener


def show_from(opener: Opener, draw: Callable[[Searcher], None]) -> None:
    """Open the library and draw a page from it; if that fails, say why and what to type.

    Args:
        opener: Opens the library.
        draw: Draws the page.
    """
    try:
        with st.spinner("Opening the library …"):
            searcher = opener()
        draw(searcher)
    except PubmedError as error:
        messages.show_problem("The library cannot be searched", error)
