"""Dates as PubMed gives them, with the days that they can mean; no missing part is invented.

A date can be any text: "2020", "Jan-Feb" as a month, "1998 Dec-1999 Jan", "2000 Spring", "1977 Aug 27-Sep 3".
It is kept word for word, together with the interval from the first to the last day that it can mean.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from index.parsing.inline_markup import line
from index.records.article import PublicationDate

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH_NAMES = {str(number): name for number, name in enumerate(_MONTHS, 1)}
_TOKEN = re.compile(r"(?P<quarter>[1-4])(?:st|nd|rd|th) quarter|(?P<number>(?<!\w)\d+(?!\w))|(?P<word>[a-z]+)")
_SHORT_RANGE = re.compile(r"\b(\d\d)(\d\d)[-/–](\d\d)(?![\d])(?!-\d)")
_LONGEST_DAY, _YEAR_DIGITS = 2, 4

Interval = tuple[str | None, str | None]


def publication_date(element: etree._Element | None) -> PublicationDate:
    """Read `PubDate`, `ContributionDate`, `BeginningDate` or `EndingDate`; an absent one gives an empty date."""
    if element is None:
        return PublicationDate()
    parts = {child.tag: line(child) for child in element}
    year, month, day, season, medline = (parts.get(tag) for tag in ("Year", "Month", "Day", "Season", "MedlineDate"))
    first, last = interval(medline or _in_words(year, month, day, season))
    return PublicationDate(year, month, day, season, medline, first, last)


def iso_date(element: etree._Element | None) -> str | None:
    """Read `DateRevised` or a similar date as ISO 8601, as precise as given: "2021-06-07", "2021-06", "2021"."""
    if element is None:
        return None
    parts = {child.tag: line(child) for child in element}
    return _iso(parts.get("Year"), parts.get("Month"), parts.get("Day"))


def history_dates(history: etree._Element | None) -> dict[str | None, etree._Element]:
    """Return the dates of `History` by `PubStatus`: "entrez", "pubmed", "received"; of repeated ones, the first."""
    return {} if history is None else {date.get("PubStatus"): date for date in reversed(history)}


@lru_cache(maxsize=65_536)
def _iso(year: str | None, month: str | None, day: str | None) -> str | None:
    first, last = interval(_in_words(year, month, day))
    if not (first and last):
        return None
    if first == last:
        return first
    return first[:7] if first[:7] == last[:7] else first[:4] if first[:4] == last[:4] else None


def _in_words(year: str | None, month: str | None, day: str | None, season: str | None = None) -> str:
    """Return the parts as one text, with months as names: "05-06" as a month is two months, never a day."""
    if month and not month.isalpha():
        month = re.sub(r"\d+", lambda match: _MONTH_NAMES.get(match[0].lstrip("0"), ""), month)
    return " ".join(part for part in (year, month, day, season) if part)


@lru_cache(maxsize=65_536)
def interval(text: str) -> Interval:
    """Return the first and the last day (ISO 8601) that a date in words can mean, or (None, None) without a year.

    An impossible month or day is left out: "2020 Feb 30" is February 2020. A season is a different quarter of the year
    on each side of the equator, so it is ignored: "2000 Spring" is the year 2000.
    """
    points = _points(_SHORT_RANGE.sub(_full_years, text.lower()))
    years = [point.year for point in points if point.year]
    if not years:
        return None, None
    year, month, first_days, last_days = years[0], None, [], []
    for point in points:
        year = point.year or year
        inherits = point.day and not point.month and not point.year
        month = month if inherits else point.months
        first, last = _days(year, month, point.day)
        first_days.append(first)
        last_days.append(last)
    return min(first_days), max(last_days)


@dataclass(slots=True)
class _Point:
    """One end of a range: the parts given for it; the others are inherited from the previous end."""

    year: int | None = None
    month: int | None = None
    quarter: int | None = None
    day: int | None = None

    @property
    def months(self) -> tuple[int, int] | None:
        """The first and the last month given, or None."""
        if self.quarter:
            return 3 * self.quarter - 2, 3 * self.quarter
        return (self.month, self.month) if self.month else None


def _points(text: str) -> list[_Point]:
    """Group the tokens into points; a repeated part begins the next point."""
    points = [_Point()]
    for token in _TOKEN.finditer(text):
        part, value = _part(token)
        if part is None:
            continue
        if getattr(points[-1], part) is not None:
            points.append(_Point())
        setattr(points[-1], part, value)
    return points


def _part(token: re.Match[str]) -> tuple[str | None, int]:
    """Return which part of a date a token is, and its value; None for any other word."""
    if token["quarter"]:
        return "quarter", int(token["quarter"])
    if token["word"]:
        month = _month(token["word"])
        return ("month" if month else None), month
    number = token["number"]
    if len(number) == _YEAR_DIGITS and number.isascii() and number[0] != "0":
        return "year", int(number)
    if len(number) > _LONGEST_DAY or not int(number):
        return None, 0
    return "day", int(number)


def _month(word: str) -> int:
    """Return 1-12 for the name of a month or its beginning ("Jan", "Sept"), else 0."""
    if len(word) < 3:  # noqa: PLR2004 letters of the shortest abbreviation
        return 0
    return next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)), 0)


def _days(year: int, months: tuple[int, int] | None, day: int | None) -> tuple[str, str]:
    """Return the first and the last day of a day, some months or a year; an impossible day is ignored."""
    if not months:
        return f"{year}-01-01", f"{year}-12-31"
    first, last = months
    length = monthrange(year, last)[1]
    if day and first == last and day <= length:
        return f"{year}-{first:02}-{day:02}", f"{year}-{first:02}-{day:02}"
    return f"{year}-{first:02}-01", f"{year}-{last:02}-{length:02}"


def _full_years(match: re.Match[str]) -> str:
    """Write "1978-82" as "1978-1982"; "2000-01" may be a month or the next year: the longer range holds both."""
    century, year, end = match.groups()
    return f"{century}{year}-{century}{end}" if end > year else match[0]
