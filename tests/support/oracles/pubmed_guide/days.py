"""Dates as PubMed indexes them: a date without a day stands for the first day, one without a month for January."""

import calendar
import re

from index.records.article import PublicationDate

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}
ASKED = re.compile(r"^\s*(\d{4})(?:[/-](\d{1,2})(?:[/-](\d{1,2}))?)?\s*$")

Day = tuple[int, int, int]
Span = tuple[Day, Day]


def month_number(text: str) -> int | None:
    """Return the number of a month or season, or None."""
    if text.isdigit():
        return int(text)
    return SEASONS.get(text.lower()) or next(
        (number for number, name in enumerate(MONTHS, 1) if text[:3].lower() == name), None
    )


def published_day(date: PublicationDate) -> Day | None:
    """Return the day under which a publication date is indexed."""
    if date.medline_date:
        parts = re.findall(r"\d{4}|[A-Za-z]+|\d{1,2}", date.medline_date)
        year = next((int(part) for part in parts if len(part) == 4 and part.isdigit()), None)
        if year is None:
            return None
        if quarter := re.search(r"([1-4])(?:st|nd|rd|th) Quarter", date.medline_date):
            return year, 3 * int(quarter[1]) - 2, 1
        after = parts[parts.index(str(year)) + 1 :][:2]
        month = month_number(after[0]) if after and after[0].isalpha() else None
        day = int(after[1]) if month and len(after) > 1 and after[1].isdigit() and len(after[1]) < 3 else 1
        return year, month or 1, day
    if not date.year:
        return None
    month = month_number(date.month or date.season or "1") or 1
    return int(date.year), month, int(date.day or 1)


def iso_day(text: str | None) -> Day | None:
    """Return the day of an ISO 8601 date."""
    if not text:
        return None
    year, month, day = (int(part) for part in text[:10].split("-"))
    return year, month, day


def span(text: str) -> Span | None:
    """Return the first and the last day that a date of a query means, or None where it is no date."""
    found = ASKED.match(text)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if month > 12 or (month and day > calendar.monthrange(year, month)[1]):
        return None
    last_month = month or 12
    return (year, month or 1, day or 1), (year, last_month, day or calendar.monthrange(year, last_month)[1])
