"""An overview of the results: by year, and what they have most in common."""

import streamlit as st

from index.core.formatting import counted
from search import Page, Searcher
from search.results import found_text
from ui.charts.chart import Chart, Row, ticks
from ui.charts.overview_charts import CHARTS
from ui.filters.year_chart import bars_html
from ui.layout.html_text import inside_link, plain
from ui.results.heat_map import heat_map_html
from ui.state.url_state import Address
from ui.web.download_links import chart_files_html

WIDEST_BAR_REM = 3


def show_overview(searcher: Searcher, page: Page, address: Address) -> None:
    """Show the results by year, the commonest headings, journals and authors among them, and headings over the years.

    Args:
        searcher: The library.
        page: The page of results.
        address: The current search.
    """
    heading = f'<h2 class="over-title">What {found_text(page)} have in common</h2>'
    charts = {name: build(searcher, address) for name, build in CHARTS.items()}
    years, heat = charts.pop("years"), charts.pop("heat")
    lists = "".join(chart_html(chart, address) for chart in charts.values())
    st.html(
        f'{heading}{_years_html(years, address)}<div class="charts">{lists}</div>'
        f"{heat_map_html(heat, address, chart_files_html(heat.name, address))}"
    )


def _years_html(chart: Chart, address: Address) -> str:
    if not chart.rows:
        return ""
    articles = {int(row.label): row.articles[0] for row in chart.rows}
    ends = (min(articles), max(articles))
    count = ends[1] - ends[0] + 1
    maximum = f'<p class="quiet-label">{chart.highest:,} at most</p>'
    marks = "".join(
        f'<span style="--at:{100 * (year - ends[0] + 0.5) / count:.2f}%">{year}</span>' for year in ticks(*ends)
    )
    return (
        f'<section class="chart" style="max-width:{WIDEST_BAR_REM * count}rem"><h3>{plain(chart.title)}</h3>'
        f"{chart_files_html(chart.name, address)}{maximum}{bars_html(ends, articles, ends, address)}"
        f'<p class="axis" aria-hidden="true">{marks}</p></section>'
    )


def chart_html(chart: Chart, address: Address) -> str:
    """Return a chart's lines as bars, each a link that filters by its value; "" where there are none.

    Args:
        chart: Of one column.
        address: The current search.
    """
    if not chart.rows:
        return ""
    rows = "".join(_row(chart, row, address) for row in chart.rows)
    files = chart_files_html(chart.name, address)
    return f'<section class="chart"><h3>{plain(chart.title)}</h3>{files}<ol class="rows">{rows}</ol></section>'


def _row(chart: Chart, row: Row, address: Address) -> str:
    selected: tuple[str, ...] = getattr(address.filters, chart.field)
    url = address.filtered(**{chart.field: (*selected, *({row.label} - {*selected}))}).url()
    number = row.articles[0]
    link = inside_link(url, plain(row.label), label=f"{row.label}, {counted(number, 'article')}: filter by it")
    width = 100 * number / chart.highest
    bar = f'<span class="length" aria-hidden="true"><i style="width:{width:.1f}%"></i></span>'
    return f'<li>{link}<span class="number">{number:,}</span>{bar}</li>'
