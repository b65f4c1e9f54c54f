"""Placeholders for what is being fetched, of the same size, so that nothing jumps when it comes."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.layout.frame import has_arrived

_LINE = '<p class="line" style="width:{}%"></p>'


def _lines(*widths: int) -> str:
    return "".join(_LINE.format(width) for width in widths)


_HIT = f'<div class="hit"><div></div><div class="body">{_lines(90, 60, 95, 80, 50)}</div></div>'
RESULTS = _lines(60) + _HIT * 5
LINES = _lines(70, 40, 30, 35, 40)
FILTERS = "".join(f'<div class="facet">{_lines(40, 95, 90, 95, 85, 90)}</div>' for _ in range(4))


def skeleton(html: str) -> DeltaGenerator:
    """Return a placeholder, filled with grey lines if the page was blank; otherwise the former content stays.

    Args:
        html: A constant of this module.
    """
    placeholder = st.empty()
    if has_arrived():
        placeholder.html(f'<div class="skeleton" aria-hidden="true">{html}</div>')
    return placeholder
