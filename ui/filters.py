"""The filters beside the list."""

from collections.abc import Sequence

import streamlit as st

from search import Searcher, YearCount
from ui.address import Range, want_years
from ui.text import counted


def ask_years(searcher: Searcher, asked: Range | None) -> Range | None:
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
    whole = Range(counts[0].year, counts[-1].year)
    # Years that the library does not have cannot be shown on the slider, but they are still what was asked.
    shown = asked.within(whole) or whole if asked else whole
    years = None if asked is None or asked.within(whole) == whole else asked
    st.html(_histogram(counts, shown))
    st.session_state["years"] = (shown.first, shown.last)
    st.slider(
        "Years of publication",
        whole.first,
        whole.last,
        (whole.first, whole.last),
        key="years",
        on_change=_choose,
        args=(whole,),
        label_visibility="collapsed",
    )
    if years:
        _show_left_out(searcher.count - sum(each.articles for each in counts))
    return years


def _choose(whole: Range) -> None:
    chosen = Range(*st.session_state["years"])
    want_years(None if chosen == whole else chosen)


def _show_left_out(undated: int) -> None:
    if undated:
        st.caption(f"{counted(undated, 'article')} without a year left out.")
    st.button("All years", type="tertiary", key="all-years", on_click=want_years, args=(None,))


def _histogram(counts: Sequence[YearCount], shown: Range) -> str:
    known = {each.year: each.articles for each in counts}
    most = max(known.values())
    bars = "".join(
        f'<i class="{"in" if shown.first <= year <= shown.last else "out"}" title="{year}: {known.get(year, 0):,}"'
        f' style="height:{_height(known.get(year, 0), most)}%"></i>'
        for year in range(counts[0].year, counts[-1].year + 1)
    )
    label = f"Articles by year, {counts[0].year} to {counts[-1].year}"
    return f'<h2 class="filter">Published</h2><div class="years" role="img" aria-label="{label}">{bars}</div>'


def _height(articles: int, most: int) -> int:
    # A year with a single article must still be seen beside one with a million.
    return max(6, round(100 * articles / most)) if articles else 0
