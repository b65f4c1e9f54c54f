"""Where the browser is when a widget is drawn: a value that comes from elsewhere is not what a person chose.

Going back before the browser has drawn a page sends the values that its widgets had on the page before, which looks to
Streamlit as if a person had changed them.
"""

from urllib.parse import urlsplit

import streamlit as st

Place = tuple[str, ...]


def place(parameter: str) -> Place:
    """Return the path of the browser's address and the values of one of its parameters."""
    return (urlsplit(st.context.url or "").path, *st.query_params.get_all(parameter))
