"""Dates of a record: days, months, years, ranges open or closed, and the last so many of them."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from index.core.errors import QueryError
from index.engine.filter_expression import Between
from search.filters.date_ranges import day_bounds, is_date
from search.query.clauses import Clause
from search.query.field_tags import Tag
from search.query.terms.reading import Reading, Unanswerable

_RANGE_WORDS = 3
_LAST = re.compile(r"(?:last|past)\s+(?:(\d{1,6})\s+)?(day|week|month|year)s?", re.IGNORECASE)
_YEAR_DIGITS = 4
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_MEANT = tuple(
    (re.compile(written, re.IGNORECASE), meant)
    for written, meant in (
        (rf"({_MONTH}) (\d{{4}}) ?[:-] ?({_MONTH}) (\d{{4}})", r'"\2 \1:\4 \3"'),
        (r"(\d{4})\.{2,3}(\d{4})", r"\1:\2"),
        (rf"(?:(\d\d?)\.? )?({_MONTH}),? (\d{{4}})", r"\3 \2 \1"),
        (r"(?:from )?(\d{4}\S{0,6}) (?:to|until|till|through|and) (\d{4}\S{0,6})", r"\1:\2"),
        (r"(?:from |since |>= ?|\u2265 ?)(\d{4}\S{0,6})", r"\1:3000"),
        (r"(\d{4})(?:[-+]| ?onwards?)", r"\1:3000"),
        (r"(?:until |to |<= ?|\u2264 ?)(\d{4}\S{0,6})", r"1800:\1"),
        (r"(\d{4})\.(\d\d?)\.(\d\d?)", r"\1/\2/\3"),
        (r"(\d{1,3} (?:day|week|month|year)s?)", r"last \1"),
    )
)
"""Dates as people write them and PubMed does not, and how it does."""


def date_clause(text: str, tag: Tag, reading: Reading) -> Clause:
    """Require a date: "2019/03", "2019:2021", "2019:", "last 5 years"."""
    if last := _LAST.fullmatch(text.strip()):
        first = _days_ago(reading.today, int(last[1] or 1), last[2].lower())
        description = f"{tag.description} since {first:%Y/%m/%d} ({text.strip()}, counted on {reading.today:%Y/%m/%d})"
        return Clause(description, Between(tag.fields[0], int(f"{first:%Y%m%d}"), None))
    first_day, colon, last_day = (bound.strip() for bound in text.partition(":"))
    return range_clause(first_day, last_day if colon else first_day, tag)


def range_clause(first: str, last: str, tag: Tag) -> Clause:
    """Require a date from the first to the last day, either of which may be open."""
    try:
        low, high = day_bounds(first, last)
    except QueryError as error:
        meant = _meant(first if first == last else f"{first}:{last}")
        raise Unanswerable(f"{error} A range is 2019:2021[{tag.name}]", meant) from None
    if low is None and high is None:
        raise Unanswerable(f"There is no date. A range is 2019:2021[{tag.name}]")
    dates = (
        first if first == last else f"from {first}" if not last else f"to {last}" if not first else f"{first}-{last}"
    )
    return Clause(f"{tag.description} {dates}", Between(tag.fields[0], low, high))


def date_words(words: Sequence[str]) -> int:
    """Count the words next to a tag that make up a date."""
    if len(words) >= _RANGE_WORDS and words[-2] == ":":
        return _RANGE_WORDS
    for count in (count for count in (3, 2) if len(words) >= count):
        joined = " ".join(words[-count:])
        in_words = bool(_meant(joined)) or (len(words[-1]) != _YEAR_DIGITS and is_date(joined))
        if in_words or _LAST.fullmatch(joined) or re.fullmatch(r"\S+ :|: ?\S+", joined):
            return count
    return 1


def _meant(text: str) -> str:
    """Return a date that is not written as PubMed writes it in PubMed's way, or ""."""
    found = ((written.fullmatch(text), meant) for written, meant in _MEANT)
    return next((" ".join(match.expand(meant).split()) for match, meant in found if match), "")


def _days_ago(today: date, count: int, unit: str) -> date:
    if unit in {"day", "week"}:
        return date.fromordinal(max(1, today.toordinal() - count * (7 if unit == "week" else 1)))
    months = max(12, today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1))
    first = date(months // 12, months % 12 + 1, 1)
    last = date.fromordinal((first + timedelta(days=31)).replace(day=1).toordinal() - 1)
    return first.replace(day=min(today.day, last.day))
