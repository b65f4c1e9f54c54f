"""What a chart shows, whichever way it is drawn."""

from dataclasses import dataclass

MOST_SPANS = 12
"""Columns of a chart of subjects by time: more cannot be read on a telephone."""
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a chart.

    Attributes:
        label: A year, a heading, a journal, an author.
        articles: How many articles, a number for each column.
    """

    label: str
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers of articles under labels.

    Attributes:
        name: In addresses: a key of `ui.charts.overview_charts.CHARTS`.
        title: Its heading on the page.
        subject: What a label is: "Year".
        field: The field of `Filters` that a label is a value of.
        rows: The lines, in the order in which they are shown.
        spans: First and last year of each column; () where there is one column only.
    """

    name: str
    title: str
    subject: str
    field: str
    rows: tuple[Row, ...]
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def highest(self) -> int:
        """The largest number in it; 0 where it is empty."""
        return max((number for row in self.rows for number in row.articles), default=0)


def year_spans(first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Divide years into at most `MOST_SPANS` spans of equal length that begin at round years.

    Example:
        >>> year_spans(2019, 2021)
        ((2019, 2019), (2020, 2020), (2021, 2021))
        >>> year_spans(1976, 2021)[:2]
        ((1975, 1979), (1980, 1984))
    """
    step = next(step for step in _STEPS if (last // step) - (first // step) < MOST_SPANS)
    return tuple((start, start + step - 1) for start in range(first // step * step, last + 1, step))


def span_name(span: tuple[int, int]) -> str:
    """Return a span of years as a column is headed: "2019", "1975–79"."""
    first, last = span
    if first == last:
        return str(first)
    shared = first // 100 == last // 100
    return f"{first}–{last % 100:02}" if shared else f"{first}–{last}"


def ticks(first: int, last: int, most: int = 6) -> tuple[int, ...]:
    """Return the years to write below a chart of years: round ones, so few that they do not touch."""
    step = next(step for step in _STEPS if (last - first) // step < most)
    return tuple(range(-(-first // step) * step, last + 1, step))
