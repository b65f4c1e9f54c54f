"""An overview of the results: by year, and what they have most in common."""

from collections.abc import Sequence

import streamlit as st

from index.core.formatting import counted
from index.engine.selection import FacetCount
from search import Page, Searcher
from search.filters.vocabulary import CHECK_TAGS
from search.results import found_text
from ui.filters.year_chart import bars_html
from ui.layout.html_text import inside_link, plain
from ui.state.result_cache import counts
from ui.state.url_state import Address

ROWS = 10
WIDEST_BAR_REM = 3
CHARTS = (("mesh", "mesh", "MeSH headings"), ("journals", "journal", "Journals"), ("authors", "author", "Authors"))
"""Field of `Filters`, field that is counted, title."""


def show_overview(searcher: Searcher, page: Page, address: Address) -> None:
    """Show the results by year, and the commonest headings, journals and authors among them.

    Args:
        searcher: The library.
        page: The page of results.
        address: The current search.
    """
    facet_counts = counts(searcher, address, ("year", *(facet for _, facet, _ in CHARTS)))
    charts = "".join(chart_html(field, title, facet_counts[facet], address) for field, facet, title in CHARTS)
    st.html(f'{_years_html(facet_counts["year"], page, address)}<div class="charts">{charts}</div>')


def _years_html(years: Sequence[FacetCount], page: Page, address: Address) -> str:
    articles = {int(count.value): count.articles for count in years}
    heading = f'<h2 class="over-title">What {found_text(page)} have in common</h2>'
    if not articles:
        return heading
    ends = (min(articles), max(articles))
    maximum = f'<p class="quiet-label">{max(articles.values()):,} at most</p>'
    axis = f'<p class="feet"><span>{ends[0]}</span><span>{ends[1]}</span></p>'
    bars, width = bars_html(ends, articles, ends, address), WIDEST_BAR_REM * (ends[1] - ends[0] + 1)
    return (
        f'{heading}<section class="chart" style="max-width:{width}rem"><h3>By year</h3>{maximum}{bars}{axis}</section>'
    )


def chart_html(field: str, title: str, values: Sequence[FacetCount], address: Address) -> str:
    """Return the commonest values as bars, each a link that filters by it; "" where there are none.

    Args:
        field: The field of `Filters`.
        title: Its name on the page.
        values: The values, the commonest first.
        address: The current search.
    """
    subjects = [value for value in values if field != "mesh" or value.label not in CHECK_TAGS][:ROWS]
    if not subjects:
        return ""
    rows = "".join(_row(field, value, subjects[0].articles, address) for value in subjects)
    return f'<section class="chart"><h3>{title}</h3><ol class="rows">{rows}</ol></section>'


def _row(field: str, value: FacetCount, highest: int, address: Address) -> str:
    selected: tuple[str, ...] = getattr(address.filters, field)
    url = address.filtered(**{field: (*selected, *({value.label} - {*selected}))}).url()
    link = inside_link(
        url, plain(value.label), label=f"{value.label}, {counted(value.articles, 'article')}: filter by it"
    )
    width = max(1, round(100 * value.articles / highest))
    bar = f'<span class="length" aria-hidden="true"><i style="width:{width}%"></i></span>'
    return f'<li>{link}<span class="number">{value.articles:,}</span>{bar}</li>'
