"""The script that Streamlit runs, once a session and at every change: the frame, and the page within."""

from collections.abc import Callable

import streamlit as st

from index.command_line.boundary import panics_as_errors
from ui.layout.frame import has_arrived, show_frame, show_header
from ui.layout.search_box import show_box
from ui.layout.tab_title import show_title
from ui.state.shared_searcher import Opener, open_searcher
from ui.views.article_page import show_article_page
from ui.views.collection_page import show_collection_page
from ui.views.library_page import show_library_page
from ui.views.review_page import show_review_page
from ui.views.search_page import show_search_page
from ui.views.similar_page import show_similar_page


def show(opener: Opener = open_searcher) -> None:
    """Draw the page that the address names.

    Args:
        opener: Opens the library that `PUBMED_LIBRARY` names.
    """

    def page(draw: Callable[[Opener], None], title: str, path: str) -> st.Page:
        def draw_page() -> None:
            with panics_as_errors():
                draw(opener)

        return st.Page(draw_page, title=title, url_path=path, default=path == "search")

    show_frame()
    pages = (
        page(show_search_page, "Search", "search"),
        page(show_article_page, "Article", "article"),
        page(show_similar_page, "Similar", "similar"),
        page(show_collection_page, "Collection", "collection"),
        page(show_review_page, "Review", "review"),
        page(show_library_page, "Library", "library"),
    )
    # Hidden, because Streamlit's own links forget the question: the header links to the last search as it was.
    current = st.navigation(pages, position="hidden")
    show_header(current.title)
    if has_arrived():  # until the page says more, or cannot be drawn
        show_title(current.title)
    show_box(here=current.title == pages[0].title)
    current.run()


if __name__ == "__main__":
    show()
