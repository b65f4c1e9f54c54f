"""Dates: word for word, and never a day that PubMed did not give."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from index.parsing.dates import interval, iso_date, publication_date
from index.records.article import PublicationDate


def read(inner: str) -> PublicationDate:
    return publication_date(etree.fromstring(f"<PubDate>{inner}</PubDate>"))


def iso(inner: str) -> str | None:
    return iso_date(etree.fromstring(f"<DateRevised>{inner}</DateRevised>"))


# Each pair was worked out by hand from the calendar.
@pytest.mark.fault("R8")
@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020 Feb", "2020-02-01", "2020-02-29"),
        ("2021 Feb", "2021-02-01", "2021-02-28"),
        ("2020 Jan-Feb", "2020-01-01", "2020-02-29"),
        ("1998 Dec-1999 Jan", "1998-12-01", "1999-01-31"),
        ("Dec 1998-Jan 1999", "1998-12-01", "1999-01-31"),
        ("1979 Nov-1980 May", "1979-11-01", "1980-05-31"),
        ("2000-2001", "2000-01-01", "2001-12-31"),
        ("1978-82", "1978-01-01", "1982-12-31"),
        ("1977 Apr 17-21", "1977-04-17", "1977-04-21"),
        ("1977 Aug 27-Sep 3", "1977-08-27", "1977-09-03"),
        ("2021 Apr-Jun 01", "2021-04-01", "2021-06-01"),
        ("2021 3rd Quarter", "2021-07-01", "2021-09-30"),
        ("15 May 2001", "2001-05-15", "2001-05-15"),
        ("2001 Sept 9", "2001-09-09", "2001-09-09"),
        ("2001 December 24", "2001-12-24", "2001-12-24"),
        ("1979-1980 Fall-Winter", "1979-01-01", "1980-12-31"),
        ("Spring 2000", "2000-01-01", "2000-12-31"),
        ("1998 Dec-Jan", "1998-01-01", "1998-12-31"),
        ("2021-06-15", "2021-01-01", "2021-12-31"),
        ("", None, None),
        ("in press", None, None),
        ("0000 Jan", None, None),
        ("20210 Jan", None, None),
    ],
)
def test_a_date_in_words_means_these_days(text: str, first: str | None, last: str | None) -> None:
    assert interval(text) == (first, last)


@pytest.mark.fault("R8")
def test_a_year_alone_gets_no_month_and_no_day() -> None:
    assert read("<Year>1998</Year>") == PublicationDate(year="1998", first="1998-01-01", last="1998-12-31")


@pytest.mark.fault("R8")
def test_a_month_is_read_by_name_abbreviation_and_number_and_kept_as_given() -> None:
    for month in ("March", "Mar", "03", "3"):
        read_date = read(f"<Year>2020</Year><Month>{month}</Month>")
        assert (read_date.month, read_date.first, read_date.last) == (month, "2020-03-01", "2020-03-31")


@pytest.mark.fault("R8")
def test_two_months_in_the_month_element_are_a_range_and_never_a_day() -> None:
    for month in ("May-Jun", "05-06", "5/6"):
        assert (read(f"<Year>2020</Year><Month>{month}</Month>").first) == "2020-05-01"
        assert (read(f"<Year>2020</Year><Month>{month}</Month>").last) == "2020-06-30"


@pytest.mark.fault("R8")
def test_a_medline_date_is_kept_word_for_word() -> None:
    assert read("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>") == PublicationDate(
        medline_date="1998 Dec-1999 Jan", first="1998-12-01", last="1999-01-31"
    )


@pytest.mark.fault("R8")
def test_a_season_is_kept_and_claims_no_month() -> None:
    assert read("<Year>2000</Year><Season>Spring</Season>") == PublicationDate(
        year="2000", season="Spring", first="2000-01-01", last="2000-12-31"
    )


@pytest.mark.fault("R8")
def test_the_30th_of_february_is_kept_as_given_and_means_february() -> None:
    assert read("<Year>2020</Year><Month>Feb</Month><Day>30</Day>") == PublicationDate(
        year="2020", month="Feb", day="30", first="2020-02-01", last="2020-02-29"
    )


@pytest.mark.fault("R8")
def test_a_month_that_cannot_be_leaves_the_year() -> None:
    assert read("<Year>2020</Year><Month>13</Month>").last == "2020-12-31"


@pytest.mark.fault("R8")
def test_a_date_in_the_future_is_kept() -> None:
    assert read("<Year>2999</Year><Month>Jan</Month><Day>1</Day>").first == "2999-01-01"


@pytest.mark.fault("R8")
def test_no_date_is_no_date() -> None:
    assert publication_date(None) == read("") == PublicationDate()
    assert str(PublicationDate()) == ""


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<Year>2021</Year><Month>06</Month><Day>07</Day>", "2021-06-07"),
        ("<Year>2021</Year><Month>6</Month><Day>7</Day>", "2021-06-07"),
        ("<Year>2021</Year><Month>Jun</Month>", "2021-06"),
        ("<Year>2021</Year>", "2021"),
        ("<Year>2021</Year><Month>2</Month><Day>30</Day>", "2021-02"),
        ("<Month>2</Month><Day>3</Day>", None),
        ("", None),
    ],
)
def test_an_iso_date_is_only_as_precise_as_given(inner: str, expected: str | None) -> None:
    assert iso(inner) == expected


def test_an_absent_date_element_is_none() -> None:
    assert iso_date(None) is None


PART = st.sampled_from(
    ["2020", "1999", "Jan", "Feb", "sept", "30", "31", "7", "-", "/", " ", "Spring", "2nd Quarter", "x"]
)


@pytest.mark.fault("R8")
@given(st.one_of(st.text(), st.lists(PART).map("".join), st.lists(PART).map(" ".join)))
@example("2000-00")
@example("9999 Dec 31")
@example("١٩٩٩")
@example("2020 " + "1" * 5000)
def test_no_text_raises_and_the_first_day_is_never_after_the_last(text: str) -> None:
    first, last = interval(text)
    assert (first is None) == (last is None)
    if first and last:
        assert date.fromisoformat(first) <= date.fromisoformat(last)
        # No year is made up: the text has it, or half of it in a range such as "1978-82".
        assert first[:4] in text
        assert last[:4] in text or re.search(rf"\d\d[-/–]{last[2:4]}", text)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_whole_date_is_itself(day: date) -> None:
    text = f"{day.year} {day:%b} {day.day}"
    assert interval(text) == (day.isoformat(), day.isoformat())
