"""The one open library that all sessions share."""

from collections.abc import Callable

import streamlit as st

from index.library.layout import Library
from search import Searcher

Opener = Callable[[], Searcher]
"""Opens the library in service, or raises a `PubmedError` that says why not."""


def open_searcher() -> Searcher:
    """Open the library that `PUBMED_LIBRARY` names; the first caller waits, the others share it.

    If the library cannot be opened, the next call tries again: it may have been built since.

    Raises:
        PubmedError: It cannot be opened; the message names the command that mends it.
    """
    return _open(str(Library.locate().path))


@st.cache_resource(show_spinner=False)
def _open(path: str) -> Searcher:
    return Searcher.open(path)
