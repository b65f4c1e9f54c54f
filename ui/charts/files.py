"""A chart as a file: a picture that any program opens, or the numbers."""

from collections.abc import Mapping

from index.core.errors import QueryError
from search import Searcher
from search.export.csv_table import BYTE_ORDER_MARK, csv_row
from ui.charts.chart import Chart, span_name
from ui.charts.overview_charts import CHARTS
from ui.charts.svg import chart_svg
from ui.charts.topic_files import topics_csv, topics_svg
from ui.state.result_cache import topics
from ui.state.url_state import Address

KINDS: Mapping[str, str] = {"chart.svg": "image/svg+xml", "chart.csv": "text/csv; charset=utf-8"}
"""Kinds of file and their media types; the browser makes a PNG of the SVG."""
TOPICS = "topics"


def chart_file(searcher: Searcher, kind: str, name: str, address: Address) -> str:
    """Return the text of a chart's file.

    Args:
        searcher: The library.
        kind: Of `KINDS`.
        name: Of `CHARTS`, or `TOPICS`.
        address: The search.

    Raises:
        QueryError: There is no such chart, the search has too few articles for it, or it cannot be read.
    """
    caption = _caption(searcher, address)
    if name == TOPICS:
        topic_map = topics(searcher, address)
        if topic_map is None:
            raise QueryError("Too few articles for a map of topics.")
        return topics_svg(topic_map, caption) if kind == "chart.svg" else topics_csv(topic_map)
    if name not in CHARTS:
        raise QueryError(f"There is no chart {name!r}: give one of {', '.join((*CHARTS, TOPICS))}.")
    chart = CHARTS[name](searcher, address)
    return chart_svg(chart, caption) if kind == "chart.svg" else chart_csv(chart)


def chart_csv(chart: Chart) -> str:
    """Return the numbers of a chart, a row each."""
    columns = tuple(map(span_name, chart.spans)) or ("Articles",)
    head = csv_row((chart.subject, *columns))
    return BYTE_ORDER_MARK + head + "".join(csv_row((row.label, *map(str, row.articles))) for row in chart.rows)


def _caption(searcher: Searcher, address: Address) -> str:
    corpus = searcher.corpus()
    filters = f" · {address.filters}" if address.filters else ""
    return f"{address.text}{filters} · {corpus.articles:,} PubMed articles, build {corpus.build}"
