"""Filters taken apart."""

from dataclasses import fields

import pytest

from search.filters.filter_parts import count_without_each, filter_parts
from search.filters.filters import Filters
from search.filters.vocabulary import language_name

EVERYTHING = Filters(
    years=(2015, 2021),
    dates=("2019/03", None),
    journals=("Lancet",),
    authors=("Okafor N",),
    types=("Review", "Meta-Analysis"),
    languages=("ger", "klingon"),
    mesh=("Sleep",),
    has_abstract=True,
    free_full_text=True,
    retracted="hide",
    species=("humans",),
    age=("aged",),
    sex=("female",),
    pmids=(900000001, 900000002),
)


def test_each_value_is_said_by_itself_in_the_order_of_the_fields() -> None:
    assert [part.description for part in filter_parts(EVERYTHING)] == [
        "2015-2021",
        "published 2019/03:",
        "Lancet",
        "Okafor N",
        "Review",
        "Meta-Analysis",
        "German",
        "klingon",
        "Sleep",
        "with abstract",
        "free full text",
        "without retracted articles",
        "humans",
        "aged",
        "female",
        "2 chosen articles",
    ]


def test_the_filters_in_words_join_the_same_descriptions_with_the_name_of_their_field() -> None:
    assert str(EVERYTHING) == (
        "2015-2021; published 2019/03:; journal Lancet; author Okafor N; type Review or Meta-Analysis; "
        "language German or klingon; MeSH Sleep; with abstract; free full text; without retracted articles; "
        "species humans; age aged; sex female; 2 chosen articles"
    )
    assert str(Filters()) == ""


def test_no_field_of_the_filters_is_forgotten() -> None:
    assert {part.field for part in filter_parts(EVERYTHING)} == {field.name for field in fields(Filters)}


def test_taking_off_one_value_after_another_ends_with_no_filter() -> None:
    filters = EVERYTHING
    for _ in range(16):
        filters = next(filter_parts(filters)).without
    assert filters == Filters()
    assert list(filter_parts(filters)) == []


def test_taking_off_one_value_leaves_all_others() -> None:
    review = next(part for part in filter_parts(EVERYTHING) if part.description == "Review")
    assert review.without.types == ("Meta-Analysis",)
    assert Filters.of(review.without, types=EVERYTHING.types) == EVERYTHING


def test_what_each_filter_costs_is_counted_without_it_most_first_and_useless_ones_are_passed_over() -> None:
    filters = Filters(years=(1950, 1960), types=("Review", "Letter"), sex=("male",))
    articles_with = {
        Filters(types=("Review", "Letter"), sex=("male",)): 2102,
        Filters(years=(1950, 1960), sex=("male",)): 0,
        Filters(years=(1950, 1960), types=("Review", "Letter")): 3000,
    }
    without_each = count_without_each(filters, articles_with.__getitem__)
    assert [(without.part.description, without.articles) for without in without_each] == [
        ("male", 3000),
        ("1950-1960", 2102),
    ]
    assert (
        count_without_each(Filters(types=("Review", "Letter")), lambda _: 7)[0].part.description == "Review or Letter"
    )
    assert count_without_each(Filters(), lambda _: 7) == []


@pytest.mark.parametrize(
    ("code", "name"), [("eng", "English"), ("ENG", "English"), ("gla", "Scottish Gaelic"), ("x", "x")]
)
def test_languages_go_by_their_english_names(code: str, name: str) -> None:
    assert language_name(code) == name
