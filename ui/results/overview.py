"""The results looked at instead of read: by year, and what they have most in common."""

from collections.abc import Sequence

import streamlit as st

from index.core.formatting import counted
from index.engine.selection import FacetCount
from search import Page, Searcher
from search.filters.vocabulary import CHECK_TAGS
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
        address: What is asked.
    """
    found = counts(
        searcher, address.question, address.filters, ("year", *(facet for _, facet, _ in CHARTS)), listed=True
    )
    charts = "".join(chart_html(field, title, found[facet], address) for field, facet, title in CHARTS)
    st.html(f'{_years_html(found["year"], page, address)}<div class="charts">{charts}</div>')


def _years_html(years: Sequence[FacetCount], page: Page, address: Address) -> str:
    articles = {int(one.value): one.articles for one in years}
    of = f"the {page.ranked:,} listed articles" if page.ranked < page.total else counted(page.total, "article")
    lead = f'<h2 class="over-title">What {of} have in common</h2>'
    if not articles:
        return lead
    ends = (min(articles), max(articles))
    most = f'<p class="quiet-label">{max(articles.values()):,} at most</p>'
    feet = f'<p class="feet"><span>{ends[0]}</span><span>{ends[1]}</span></p>'
    bars, width = bars_html(ends, articles, ends, address), WIDEST_BAR_REM * (ends[1] - ends[0] + 1)
    return f'{lead}<section class="chart" style="max-width:{width}rem"><h3>By year</h3>{most}{bars}{feet}</section>'


def chart_html(field: str, title: str, found: Sequence[FacetCount], address: Address) -> str:
    """Return the commonest values as bars, each a link that filters by it; "" where there are none.

    Args:
        field: The field of `Filters`.
        title: What people call it.
        found: The values, the commonest first.
        address: What is asked.
    """
    telling = [one for one in found if field != "mesh" or one.label not in CHECK_TAGS][:ROWS]
    if not telling:
        return ""
    rows = "".join(_row(field, one, telling[0].articles, address) for one in telling)
    return f'<section class="chart"><h3>{title}</h3><ol class="rows">{rows}</ol></section>'


def _row(field: str, one: FacetCount, most: int, address: Address) -> str:
    asked: tuple[str, ...] = getattr(address.filters, field)
    url = address.filtered(**{field: (*asked, *({one.label} - {*asked}))}).url()
    link = inside_link(url, plain(one.label), label=f"{one.label}, {counted(one.articles, 'article')}: filter by it")
    width = max(1, round(100 * one.articles / most))
    bar = f'<span class="length" aria-hidden="true"><i style="width:{width}%"></i></span>'
    return f'<li>{link}<span class="number">{one.articles:,}</span>{bar}</li>'
