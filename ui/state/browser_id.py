"""Which browser a session belongs to, so that each has its own saved searches and history.

The page's server gives every browser profile a random number in a cookie (`ui.web.browser_cookie`); it names nobody,
and goes nowhere but to this machine.
"""

import re

import streamlit as st

COOKIE = "pubmed-browser"
_ID = re.compile(r"[0-9a-f]{16}")


def browser_id() -> str:
    """Return the number of the session's browser, 16 hexadecimal digits; "" where it keeps no cookies."""
    return known_id(str(st.context.cookies.get(COOKIE, "")))


def known_id(value: str) -> str:
    """Return the value of the cookie if it is such a number, else ""."""
    return value if _ID.fullmatch(value) else ""
