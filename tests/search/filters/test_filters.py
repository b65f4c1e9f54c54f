"""Years and paging windows as callers give them."""

import math

import numpy as np
import pytest

from index.core.errors import QueryError
from search.filters.date_ranges import Years, day_bounds
from search.retrieval.result_list import Window


@pytest.mark.parametrize(
    ("text", "pair", "words"),
    [
        ("2015-2021", (2015, 2021), "2015-2021"),
        (" 2015 - 2021 ", (2015, 2021), "2015-2021"),
        ("2015-", (2015, None), "from 2015"),
        ("-2021", (None, 2021), "to 2021"),
        ("2021", (2021, 2021), "2021"),
    ],
)
def test_a_range_of_years_is_read_and_said_back(text, pair, words):
    years = Years.parse(text)
    assert years.pair == pair
    assert str(years) == words


@pytest.mark.fault("Q6")
@pytest.mark.parametrize("text", ["", "-", "abc", "20x5", "2015-2016-2017", "2015–2021", "٢٠١٥", "1e3", "2015 2016"])
def test_a_range_that_cannot_be_read_says_how_to_write_one(text):
    with pytest.raises(QueryError, match=r"Write 2015-2021, 2015-, -2021 or 2015\."):
        Years.parse(text)


@pytest.mark.fault("Q6")
@pytest.mark.parametrize("text", ["99999", "999", "0-2020", "2020-99999"])
def test_a_year_without_four_digits_is_refused(text):
    with pytest.raises(QueryError, match="is not a year: give four digits"):
        Years.parse(text)


@pytest.mark.fault("Q6")
def test_a_reversed_range_is_refused_and_turned_round_in_the_message():
    with pytest.raises(QueryError, match=r"2021-2015 are in reverse order\. Did you mean 2015-2021"):
        Years.between((2021, 2015))


def test_no_bound_at_all_is_no_filter():
    assert Years.between(None) is None
    assert Years.between((None, None)) is None


def test_a_pair_or_a_range_is_taken_as_it_is():
    assert Years.between((2015, None)) == Years(2015, None)
    assert Years.between(Years(2015, 2016)) == Years(2015, 2016)
    assert Years.between((np.int64(2015), 2016)).pair == (2015, 2016)


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    "years", [2015, "2015-2021", (2015,), (2015, 2016, 2017), (math.nan, 2015), (True, None), ("2015", None)]
)
def test_years_of_another_kind_are_a_type_error(years):
    with pytest.raises(TypeError):
        Years.between(years)


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (-1, 0), (10, -1), (-(10**9), 10)])
def test_a_window_out_of_range_is_a_value_error_that_names_the_argument(limit, offset):
    with pytest.raises(ValueError, match=r"^(limit|offset) is the number of hits"):
        Window(limit, offset)


@pytest.mark.fault("Q6")
@pytest.mark.parametrize("number", [1.0, math.nan, "1", None, True])
def test_a_window_that_is_no_whole_number_is_a_type_error(number):
    with pytest.raises(TypeError, match="limit must be a whole number"):
        Window(number, 0)


@pytest.mark.fault("R8")
@pytest.mark.parametrize(
    ("date", "days"),
    [
        ("2019", (20190101, 20191231)), ("2019/3", (20190301, 20190331)), ("2019 10", (20191001, 20191031)),
        ("2019 Mar 5", (20190305, 20190305)), ("2020 Jan-Feb", (20200101, 20200229)),
        ("2000 Spring", (20000101, 20001231)),
        ("1998 Dec-1999 Jan", (19981201, 19990131)), ("1978-1979", (19780101, 19791231)),
        ("1978-79", (19780101, 19791231)),
    ],
)  # fmt: skip
def test_a_date_is_read_as_records_print_it(date: str, days: tuple[int, int]):
    assert day_bounds(date, date) == days


@pytest.mark.fault("Q6")
@pytest.mark.parametrize("date", ["2019/13", "2019-13", "2019-02-31-01", "March", "2019 cancer", "99999", "2019 Mar x"])
def test_what_is_no_date_is_refused(date: str):
    with pytest.raises(QueryError, match="is not a date"):
        day_bounds(date, date)
