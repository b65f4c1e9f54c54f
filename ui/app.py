"""The script that Streamlit runs, once a session and at every change: the frame, and the page within."""

import streamlit as st

from ui.frame import show_frame
from ui.search_page import show_search_page
from ui.shared import Opener, open_searcher


def show(opener: Opener = open_searcher) -> None:
    """Draw the whole page.

    Args:
        opener: Opens the library that `PUBMED_LIBRARY` names.
    """
    show_frame()
    search = st.Page(lambda: show_search_page(opener), title="Search", url_path="search", default=True)
    st.navigation([search], position="hidden").run()


if __name__ == "__main__":
    show()
