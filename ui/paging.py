"""Twenty articles a page."""

import streamlit as st

from ui.address import turn_to

PAGE_SIZE = 20


def show_pager(page: int, ranked: int) -> None:
    """Offer the pages of a list.

    Args:
        page: The page shown, from 1.
        ranked: How many articles can be paged through.
    """
    pages = -(-ranked // PAGE_SIZE)
    if pages > 1:
        st.session_state["page"] = page
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="page", on_change=_turn)


def _turn() -> None:
    turn_to(st.session_state["page"])
