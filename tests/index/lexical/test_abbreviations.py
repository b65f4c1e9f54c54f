"""A library's abbreviations: values of its articles, found by either form."""

import pytest

from index.core.errors import LibraryError
from index.lexical.abbreviations import (
    MOST_READ,
    Abbreviations,
    Definition,
    abbreviation_key,
    abbreviation_label,
    abbreviation_values,
    short_key,
)
from tests.support.fakes.fake_values import FakeValues, known_abbreviations

TEXTS = (
    "Lemon juice test (LJT). The lemon juice test (LJT) was done twice.",
    "Lemon juice tests (LJTs), and the lime jam treatment (LJT)",
    "The Lemon-Juice test (LJT)",
    "Nothing is defined here.",
)


def test_each_pair_of_an_article_is_a_value_by_both_forms_once():
    values = list(abbreviation_values(TEXTS[0]))
    assert list(map(abbreviation_key, values)) == ["ljt\0lemon juice test", "lemon juice test\0\0ljt"]
    assert list(map(abbreviation_label, values)) == ["LJT\0Lemon juice test", ""]
    assert list(abbreviation_values(TEXTS[-1])) == []


def test_a_form_is_looked_up_by_its_folded_words_and_what_most_define_comes_first():
    known = known_abbreviations(*TEXTS)
    lemon = Definition("LJT", "Lemon juice test", 2)
    assert known.pairs("lemon juice test") == (lemon,)
    others = (Definition("LJTs", "Lemon juice tests", 1), Definition("LJT", "lime jam treatment", 1))
    assert known.pairs("ljt") == known.long_forms("ljt") == (lemon, *others)
    assert known.long_forms("lemon juice test") == ()
    assert known.pairs("lemon") == known.pairs("zzz") == known.pairs("") == ()


def test_a_form_with_very_many_meanings_is_read_to_a_bound():
    values = {f"pc\0meaning {number:04}": (f"PC\0meaning {number:04}", 1) for number in range(MOST_READ + 50)}
    assert len(Abbreviations(FakeValues(values)).pairs("pc")) == MOST_READ


@pytest.mark.parametrize("key", ["ljt\0lemon juice test", "ljt\0\0lj"])
def test_damaged_values_are_named_with_the_command_that_mends_them(key):
    known = Abbreviations(FakeValues({key: ("LJT", 1)}))
    with pytest.raises(LibraryError, match=r"(?s)abbreviations of the index are damaged.*rebuild-index"):
        known.pairs("ljt")


def test_a_plural_s_is_no_part_of_an_abbreviation():
    assert (short_key("ICUs"), short_key("IL-6s"), short_key("AIDS"), short_key("gas")) == (
        "icu",
        "il 6",
        "aids",
        "gas",
    )
