"""The charts of a list of results, counted in the library."""

from collections.abc import Callable, Mapping, Sequence

from index.engine.selection import FacetCount
from search import Searcher
from search.filters.vocabulary import CHECK_TAGS
from ui.charts.chart import Chart, Row, year_spans
from ui.state.result_cache import counts, year_counts
from ui.state.url_state import Address

ROWS = 10


def years_chart(searcher: Searcher, address: Address) -> Chart:
    """Return how many articles each year has, from the first to the last, those without any as 0."""
    articles = {int(count.value): count.articles for count in _counts(searcher, address, "year")}
    years = range(min(articles), max(articles) + 1) if articles else ()
    rows = tuple(Row(str(year), (articles.get(year, 0),)) for year in years)
    return Chart("years", "By year", "Year", "years", rows)


def _headings_chart(searcher: Searcher, address: Address) -> Chart:
    rows = _rows(_subjects(searcher, address))
    return Chart("headings", "MeSH headings", "MeSH heading", "mesh", rows)


def _journals_chart(searcher: Searcher, address: Address) -> Chart:
    rows = _rows(_counts(searcher, address, "journal"))
    return Chart("journals", "Journals", "Journal", "journals", rows)


def _authors_chart(searcher: Searcher, address: Address) -> Chart:
    return Chart("authors", "Authors", "Author", "authors", _rows(_counts(searcher, address, "author")))


def heat_chart(searcher: Searcher, address: Address) -> Chart:
    """Return how many articles of each span of years are under each of the commonest headings."""
    headings = tuple(count.label for count in _subjects(searcher, address)[:ROWS])
    by_heading = {
        heading: {int(count.value): count.articles for count in counted}
        for heading, counted in year_counts(searcher, address, "mesh", headings).items()
    }
    years = [year for articles in by_heading.values() for year in articles]
    spans = year_spans(min(years), max(years)) if years else ()
    rows = tuple(
        Row(heading, tuple(_within(articles, first, last) for first, last in spans))
        for heading, articles in by_heading.items()
    )
    return Chart("heat", "MeSH headings by year", "MeSH heading", "mesh", rows, spans)


CHARTS: Mapping[str, Callable[[Searcher, Address], Chart]] = {
    "years": years_chart,
    "headings": _headings_chart,
    "journals": _journals_chart,
    "authors": _authors_chart,
    "heat": heat_chart,
}
"""Each chart by its name in addresses, in the order of the page."""


def _counts(searcher: Searcher, address: Address, field: str) -> Sequence[FacetCount]:
    return counts(searcher, address, ("year", "mesh", "journal", "author"))[field]


def _subjects(searcher: Searcher, address: Address) -> Sequence[FacetCount]:
    return [count for count in _counts(searcher, address, "mesh") if count.label not in CHECK_TAGS]


def _rows(values: Sequence[FacetCount]) -> tuple[Row, ...]:
    return tuple(Row(value.label, (value.articles,)) for value in values[:ROWS])


def _within(articles: Mapping[int, int], first: int, last: int) -> int:
    return sum(number for year, number in articles.items() if first <= year <= last)
