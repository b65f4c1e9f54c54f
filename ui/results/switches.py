"""Links that choose between ways of seeing a list; which one is shown stands in the address."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from ui.layout.html_text import inside_link
from ui.state.url_state import LISTED, Address


def switch_html(title: str, options: Sequence[tuple[str, Address, bool]]) -> str:
    """Return one link for each option.

    Args:
        title: What is chosen, for screen readers and as the start of each link's id.
        options: Name, address, and whether it is the one shown.
    """
    links = "".join(
        f"<li>{inside_link(target.url(), name.capitalize(), id=f'{title}-{name}', current=current)}</li>"
        for name, target, current in options
    )
    return f'<ul class="switch" aria-label="{title}">{links}</ul>'


def listed_switch_html(address: Address) -> str:
    """Return the choice between articles and sentences."""
    options = [(name, replace(address, listed=name, page=1), name == address.listed) for name in LISTED]
    return switch_html("Find", options)


def show_listed_switch(address: Address) -> None:
    """Show the choice alone, above what is said instead of a list."""
    st.html(f'<div class="over">{listed_switch_html(address)}</div>')
