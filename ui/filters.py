"""The filters beside the list."""

from collections.abc import Sequence

import streamlit as st

from search import Searcher, YearCount
from search.filters import Years
from ui.address import want_years
from ui.text import counted


def ask_years(searcher: Searcher, asked: Years | None) -> Years | None:
    """Offer the years of this library.

    Args:
        searcher: The library.
        asked: The years that the address asks for.

    Returns:
        The years to filter by, or None for all.
    """
    counts = searcher.year_counts()
    if len(counts) < 2:  # noqa: PLR2004 - a range needs two ends
        return None
    first, last = counts[0].year, counts[-1].year
    # Years that the library does not have cannot be shown on the slider, but they are still what was asked.
    shown = _within(asked, first, last) or (first, last)
    years = None if asked is None or _within(asked, first, last) == (first, last) else asked
    st.html(_histogram(counts, shown))
    st.session_state["years"] = shown
    st.slider(
        "Years of publication",
        first,
        last,
        (first, last),
        key="years",
        on_change=_choose,
        args=((first, last),),
        label_visibility="collapsed",
    )
    if years:
        _show_left_out(searcher.count - sum(each.articles for each in counts))
    return years


def _within(asked: Years | None, first: int, last: int) -> tuple[int, int] | None:
    """Return the part of the asked years that the library has, or None where it has none of them."""
    asked = asked or Years(None, None)
    first, last = max(first, asked.first or first), min(last, asked.last or last)
    return (first, last) if first <= last else None


def _choose(whole: tuple[int, int]) -> None:
    chosen: tuple[int, int] = st.session_state["years"]
    want_years(None if chosen == whole else Years(*chosen))


def _show_left_out(undated: int) -> None:
    if undated:
        st.caption(f"{counted(undated, 'article')} without a year left out.")
    st.button("All years", type="tertiary", key="all-years", on_click=want_years, args=(None,))


def _histogram(counts: Sequence[YearCount], shown: tuple[int, int]) -> str:
    known = {each.year: each.articles for each in counts}
    most = max(known.values())
    bars = "".join(
        f'<i class="{"in" if shown[0] <= year <= shown[1] else "out"}" title="{year}: {known.get(year, 0):,}"'
        f' style="height:{_height(known.get(year, 0), most)}%"></i>'
        for year in range(counts[0].year, counts[-1].year + 1)
    )
    label = f"Articles by year, {counts[0].year} to {counts[-1].year}"
    return f'<h2 class="filter">Published</h2><div class="years" role="img" aria-label="{label}">{bars}</div>'


def _height(articles: int, most: int) -> int:
    # A year with a single article must still be seen beside one with a million.
    return max(6, round(100 * articles / most)) if articles else 0
