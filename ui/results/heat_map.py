"""The headings of a list over the years: a table whose cells are darker the more articles they have."""

from search.filters.date_ranges import Years
from ui.charts.chart import Chart, span_name
from ui.layout.html_text import inside_link, plain
from ui.state.url_state import Address

FEWEST_SPANS = 2
_MOST_WRITTEN = 10_000


def heat_map_html(chart: Chart, address: Address, files: str) -> str:
    """Return the table, each cell a link to its articles; "" where there is one span of years only.

    Args:
        chart: Headings by spans of years.
        address: The current search.
        files: HTML of the chart's downloads.
    """
    if len(chart.spans) < FEWEST_SPANS or not chart.rows:
        return ""
    heads = "".join(f'<span role="columnheader">{_short(span)}</span>' for span in chart.spans)
    head = f'<div role="row" class="spans"><span role="columnheader">{plain(chart.subject)}</span>{heads}</div>'
    rows = "".join(_row(chart, number, address) for number in range(len(chart.rows)))
    style = f"--spans:{len(chart.spans)}"
    return (
        f'<section class="chart"><h3>{plain(chart.title)}</h3>{files}'
        f'<div class="heat" role="table" aria-label="{plain(chart.title)}" style="{style}">{head}{rows}</div></section>'
    )


def _row(chart: Chart, number: int, address: Address) -> str:
    row = chart.rows[number]
    cells = "".join(
        f'<span role="cell">{_cell(chart, row.label, span, articles, address)}</span>'
        for span, articles in zip(chart.spans, row.articles, strict=True)
    )
    return f'<div role="row"><span role="rowheader">{plain(row.label)}</span>{cells}</div>'


def _cell(chart: Chart, label: str, span: tuple[int, int], articles: int, address: Address) -> str:
    if not articles:
        return ""
    selected: tuple[str, ...] = getattr(address.filters, chart.field)
    values = (*selected, *({label} - {*selected}))
    url = address.filtered(**{chart.field: values, "years": Years(*span)}).url()
    written = str(articles) if articles < _MOST_WRITTEN else f"{articles // 1000}k"
    name = f"{label}, {span_name(span)}: {articles:,}"
    share = round(100 * articles / chart.highest)
    return inside_link(url, f'<i style="--share:{share}%">{written}</i>', label=name)


def _short(span: tuple[int, int]) -> str:
    """Return the name of a span on two lines where it has two years, so that narrow columns hold it."""
    first, dash, last = span_name(span).partition("–")
    return f"{first}{dash}<wbr>{last}"
