"""The one open library that all sessions share."""

from collections.abc import Callable

import streamlit as st

from index.library.layout import Library
from search import Searcher
from search.service.remote.remote_searcher import RemoteSearcher
from search.service.remote.server_address import ServerAddress

Opener = Callable[[], Searcher]
"""Opens the library in service, or raises a `PubmedError` that says why not."""


def open_searcher() -> Searcher:
    """Open the library that `PUBMED_LIBRARY` names, or the service that `PUBMED_SERVER` names in its place.

    The first caller waits, the others share it. If it cannot be opened, the next call tries again: it may have been
    built since.

    Raises:
        PubmedError: It cannot be opened; the message names the command that mends it.
    """
    server = ServerAddress.of_environment()
    return _open(str(Library.locate().path)) if server is None else _connect(server)


@st.cache_resource(show_spinner=False)
def _open(path: str) -> Searcher:
    return Searcher.open(path)


@st.cache_resource(show_spinner=False, hash_funcs={ServerAddress: hash})
def _connect(server: ServerAddress) -> Searcher:
    return RemoteSearcher.connect(server)
