"""The years of publication: a chart to click or drag, and a slider for the keyboard."""

from collections.abc import Mapping, Sequence

import streamlit as st

from index.engine.selection import FacetCount
from search.filters.date_ranges import Years
from ui.layout.html_text import plain
from ui.state.drawn_place import Place, place
from ui.state.url_state import Address


def show_years(years: Sequence[int], counts: Sequence[FacetCount], address: Address) -> None:
    """Show how many articles there are of each year, and let a person choose a range.

    Args:
        years: The years of the library, oldest first; the chart spans all of them.
        counts: The articles of each year among those that pass everything else.
        address: The current search.
    """
    if len(years) < 2:  # noqa: PLR2004 - a range needs two ends
        return
    ends = (years[0], years[-1])
    # Years that the library does not have cannot be shown on the slider, but they still filter.
    selected = _within(address.filters.years, *ends) or ends
    st.html(chart_html(ends, {int(count.value): count.articles for count in counts}, selected, address))
    st.session_state["years"] = selected
    st.slider(
        "Years of publication",
        *ends,
        ends,
        key="years",
        on_change=_choose,
        args=(place("years"), type(address), ends),
        label_visibility="collapsed",
    )


def chart_html(ends: tuple[int, int], articles: Mapping[int, int], selected: tuple[int, int], address: Address) -> str:
    """Return the bars under their title; arguments as of `bars_html`."""
    bars = bars_html(ends, articles, selected, address)
    return f'<section class="facet"><h2 class="filter">Published</h2>{bars}</section>'


def bars_html(ends: tuple[int, int], articles: Mapping[int, int], selected: tuple[int, int], address: Address) -> str:
    """Return the bars, as high as their numbers say, each a link to its year; `page.js` makes a range of a drag.

    Args:
        ends: First and last year of the chart.
        articles: How many articles there are of each year.
        selected: First and last year chosen.
        address: The current search.
    """
    highest = max(articles.values(), default=0)
    bars = "".join(
        _bar(year, articles.get(year, 0), highest, address, chosen=selected[0] <= year <= selected[1])
        for year in range(ends[0], ends[1] + 1)
    )
    summary = f"Articles by year, {ends[0]} to {ends[1]}. {_peak(articles)}"
    return f'<p class="unseen">{summary}</p><div class="years" aria-hidden="true">{bars}</div>'


def _bar(year: int, articles: int, highest: int, address: Address, *, chosen: bool) -> str:
    # Heights are true; that a year has any article at all is marked below it.
    height = 100 * articles / highest if articles else 0
    bar = f'<i class="{"in" if chosen else "out"}" style="height:{height:.2f}%"></i>'
    some = ' class="some"' if articles else ""
    url = plain(address.filtered(years=Years(year, year)).url())
    change = f'data-name="years" data-value="{year}-{year}" data-exclusive="1"'
    return f'<a href="{url}"{some} tabindex="-1" data-year="{year}" {change} title="{year}: {articles:,}">{bar}</a>'


def _peak(articles: Mapping[int, int]) -> str:
    if not articles:
        return "None."
    year = max(articles, key=lambda year: (articles[year], year))
    return f"Most in {year}: {articles[year]:,}."


def _within(years: Years | None, first: int, last: int) -> tuple[int, int] | None:
    """Return the part of the years that the library has, or None where it has none of them."""
    years = years or Years(None, None)
    first, last = max(first, years.first or first), min(last, years.last or last)
    return (first, last) if first <= last else None


def _choose(drawn: Place, state: type[Address], ends: tuple[int, int]) -> None:
    if place("years") != drawn:
        return
    chosen: tuple[int, int] = st.session_state["years"]
    # Read now: the address may have changed since the slider was drawn.
    state.read().filtered(years=None if chosen == ends else Years(*chosen)).write()
