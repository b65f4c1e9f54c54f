"""A page drawn from the library, or the reason why it cannot be."""

from collections.abc import Callable

import streamlit as st

from index.errors import PubmedError
from search import Searcher
from ui import states
from ui.shared import Opener


def show_from(opener: Opener, draw: Callable[[Searcher], None]) -> None:
    """Open the library and draw a page from it; where that cannot be, say why and what to type.

    Args:
        opener: Opens the library.
        draw: Draws the page.
    """
    try:
        with st.spinner("Opening the library …"):
            searcher = opener()
        draw(searcher)
    except PubmedError as error:
        states.show_problem("The library cannot be searched", error)
