"""The title of the browser's tab: what the page shows, so that tabs, bookmarks and the history can be told apart."""

import streamlit as st

from index.core.control_characters import safe

NAME = "PubMed Semantic Search"
LONGEST = 80
"""Characters of what comes before the name: a tab shows fewer, a bookmark not many more."""


def show_title(what: str, note: str = "") -> None:
    """Set the title of the tab; what it shows comes first, because a tab shows the beginning only.

    Args:
        what: A question, an article's title, or a page's name; "" for the name alone.
        note: What else tells it apart, such as the page of a list.
    """
    st.set_page_config(page_title=title_text(what, note))


def title_text(what: str, note: str = "") -> str:
    """Return the title: in one line, without control characters, cut at a word where it is long.

    Args:
        what: As of `show_title`.
        note: As of `show_title`.
    """
    text = " ".join(safe(what).split())
    return " - ".join(part for part in (_cut(text) + (f", {note}" if text and note else ""), NAME) if part)


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    head = text[: LONGEST - 1]
    at_a_word = head if text[LONGEST - 1] == " " else head.rpartition(" ")[0]
    return f"{(at_a_word or head).rstrip()}…"
