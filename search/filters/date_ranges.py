"""Ranges of publication years and days."""

import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Self

from index.core.errors import QueryError
from search.filters.validation import whole_number

FIRST_YEAR = 1000
LAST_YEAR = 9999
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_PART = rf"(?:{_MONTH}|spring|summer|autumn|fall|winter|[1-4](?:st|nd|rd|th) quarter|\d{{1,2}}|\d{{4}})"
_IN_WORDS = re.compile(rf"\d{{4}}(?:[\s,/-]+{_PART})*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Years:
    """A closed range of publication years; an article counts by the first year that its date can mean.

    Attributes:
        first: First year, or None for no lower bound.
        last: Last year, or None for no upper bound.
    """

    first: int | None
    last: int | None

    def __post_init__(self) -> None:
        for year in (self.first, self.last):
            if year is not None and not FIRST_YEAR <= whole_number(year, "A year") <= LAST_YEAR:
                raise QueryError(f"{year} is not a year: give four digits, such as 2015-2021.")
        if self.first is not None and self.last is not None and self.first > self.last:
            raise QueryError(
                f"The years {self.first}-{self.last} are in reverse order. Did you mean {self.last}-{self.first}?"
            )

    @classmethod
    def between(cls, years: "Years | tuple[int | None, int | None] | None") -> Self | None:
        """Read a caller's (first, last) pair; None, or a pair without any bound, filters nothing.

        Raises:
            QueryError: A year without four digits, or a range whose last year is before the first.
            TypeError: A year that is not a whole number, or not a pair.
        """
        if years is None:
            return None
        if isinstance(years, Years):
            years = years.pair
        if not isinstance(years, tuple | list) or len(years) != 2:  # noqa: PLR2004 - a pair
            raise TypeError(f"years must be a pair such as (2015, 2021) or (2015, None), not {years!r}")
        return None if years[0] is None and years[1] is None else cls(*years)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2015-2021", "2015-", "-2021" or "2015".

        Raises:
            QueryError: The text is none of these, or its last year is before the first.
        """
        first, dash, last = text.strip().partition("-")
        bounds = [first.strip(), last.strip() if dash else first.strip()]
        if not any(bounds) or not all(bound.isascii() and bound.isdigit() for bound in bounds if bound):
            raise QueryError(f"The years {text!r} cannot be read. Write 2015-2021, 2015-, -2021 or 2015.")
        return cls(*(int(bound) if bound else None for bound in bounds))

    @property
    def pair(self) -> tuple[int | None, int | None]:
        """The range as the index takes it."""
        return (self.first, self.last)

    def __str__(self) -> str:
        """Return "2015-2021", "from 2015", "to 2021" or "2015"."""
        if self.first is None:
            return f"to {self.last}"
        if self.last is None:
            return f"from {self.first}"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def read_dates(text: str) -> tuple[str | None, str | None]:
    """Read "2019/03:2021", "2019/03/31:", ":2021" or "2019" as the first and last date that it names.

    Raises:
        QueryError: It is not a range of dates.
    """
    first, colon, last = (bound.strip() for bound in text.partition(":"))
    dates = (first or None, (last if colon else first) or None)
    day_bounds(*dates)
    return dates


def day_bounds(first: str | None, last: str | None) -> tuple[int | None, int | None]:
    """Return two dates, whole or partial, as the days that bound them (yyyymmdd).

    Raises:
        QueryError: One of them is not a date, or the last is before the first.
    """
    low, high = _day(first, last=False), _day(last, last=True)
    if low is not None and high is not None and low > high:
        raise QueryError(f"The dates {first}:{last} are in reverse order. Did you mean {last}:{first}?")
    return low, high


def _day(date: str | None, *, last: bool) -> int | None:
    if not date:
        return None
    parts = re.split(r"\s*[/-]\s*|\s+", date.strip())
    widths = (4, 2, 2)
    valid = len(parts) <= len(widths) and all(
        part.isascii() and part.isdigit() and len(part) <= width for part, width in zip(parts, widths, strict=False)
    )
    if not valid or len(parts[0]) != widths[0]:
        return _day_in_words(date, last=last)
    numbers = [int(part) for part in parts] + [12 if last else 1, 31 if last else 1][len(parts) - 1 :]
    year, month, day = numbers
    longest = monthrange(year, month)[1] if len(parts) == len(widths) and 1 <= month <= 12 and year else 31  # noqa: PLR2004
    if not (1 <= month <= 12 and 1 <= day <= longest):  # noqa: PLR2004 - a calendar's own numbers
        return _day_in_words(date, last=last)
    return year * 10_000 + month * 100 + day


def _day_in_words(date: str, *, last: bool) -> int | None:
    """Return the first or the last day of a date as PubMed prints it: "2019 Mar 5", "2020 Jan-Feb", "2000 Spring"."""
    from index.parsing.dates import interval  # brings in lxml, and hardly any search needs it

    in_words = _IN_WORDS.fullmatch(date.strip()) and any(map(str.isalpha, date))
    day = interval(date)[1 if last else 0] if in_words or _is_span_of_years(date.strip()) else None
    if day is None:
        raise QueryError(f"{date!r} is not a date: write 2019, 2019/03 or 2019/03/31.")
    return int(day.replace("-", ""))


def _is_span_of_years(date: str) -> bool:
    """Return whether a date is "1978-1979" or "1978-79"; "2019-13" is a month that cannot be."""
    span = re.fullmatch(r"\d\d(\d\d)\s*[-/]\s*(?:\d{4}|(\d\d))", date)
    return span is not None and (span[2] is None or span[2] > span[1])


def is_date(text: str) -> bool:
    """Return whether a text is a date as records give it: "2019/03", "2019 Mar 5", "1998 Dec-1999 Jan"."""
    try:
        return day_bounds(text, text) != (None, None)
    except QueryError:
        return False
