"""The commonest values of all shards are found exactly, also those that are first in no shard."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.engine.selection import FacetCount
from index.engine.value_index import ValueEntry
from index.lexical.abbreviations import Definition, abbreviation_key
from index.split.shards import Shards
from index.split.split_values import SplitAbbreviations, count_facets


class CountingShards(Shards):
    """Shards that are a count of values each; their articles are numbered so that a lower shard's are higher."""

    def __init__(self, counts: list[dict[str, int]]) -> None:
        self.count = len(counts)
        self.counts = counts
        self.asked: list[str] = []
        self.described: set[str] = set()
        self.written: dict[str, list[str]] = {}

    def begin(self, shard: int, method: str, arguments: tuple[Any, ...]) -> Callable[[], Any]:
        self.asked.append(method)
        return lambda: getattr(self, f"_{method}")(self.counts[shard], shard, *arguments)

    def close(self) -> None: ...

    def _facets(self, counts, shard, field, expressions, size):
        best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
        return tuple(FacetCount(value, self._label(value, shard), count) for value, count in best if count)

    def _counts_of_many(self, counts, shard, field, expressions, least):
        assert least >= 1
        return {value: count for value, count in counts.items() if count >= least}

    def _value_counts(self, counts, shard, field, values, expressions):
        self.described.update(values)
        return [self._entry(value, counts.get(value), shard) for value in values]

    def _abbreviation_entries(self, counts, shard, starts):
        return [
            [self._entry(value, count, shard) for value, count in sorted(counts.items()) if value.startswith(start)]
            for start in starts
        ]

    def _entry(self, value: str, count: int | None, shard: int) -> ValueEntry:
        if count is None:
            return ValueEntry(value, "", 0, 0)
        return ValueEntry(value, self._label(value, shard), 100 - shard, count)

    def _label(self, value: str, shard: int) -> str:
        if value in self.written:
            return self.written[value][shard]
        return f"{value} as shard {shard} writes it"


VALUES = st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.integers(1, 9))


@given(st.lists(VALUES, min_size=1, max_size=4), st.integers(1, 8))
def test_facets_over_shards_are_those_of_all_articles_together(counts, size):
    together = sum(map(Counter, counts), Counter())
    expected = sorted(together.items(), key=lambda pair: (-pair[1], pair[0]))[:size]
    found = count_facets(CountingShards(counts), "keyword", (), size)
    assert [(count.value, count.articles) for count in found] == expected
    for count in found:
        writes = next(shard for shard, values in enumerate(counts) if count.value in values)
        assert count.label == f"{count.value} as shard {writes} writes it"


def test_only_what_may_be_among_the_commonest_is_counted_everywhere():
    rare = [{f"{letter}{number}": 1 for number in range(200)} for letter in "xyz"]
    shards = CountingShards([{"a": 9, **rare[0]}, {"a": 9, "b": 8, **rare[1]}, {"b": 8, **rare[2]}])
    assert [(count.value, count.articles) for count in count_facets(shards, "keyword", (), 2)] == [("a", 18), ("b", 16)]
    assert shards.described == {"a", "b"}


def test_a_value_that_is_first_in_no_shard_can_be_the_commonest():
    counts = [{"a": 5, "x": 4}, {"b": 5, "x": 4}, {"c": 5, "x": 4}]
    assert count_facets(CountingShards(counts), "keyword", (), 1)[0].value == "x"


@pytest.mark.parametrize("size", [0, -1])
def test_no_value_asked_is_none_found(size):
    assert count_facets(CountingShards([{"a": 1}]), "keyword", (), size) == ()


def test_years_are_added_up_at_once():
    shards = CountingShards([{"2019": 2, "2020": 1}, {"2020": 1, "2021": 2}])
    found = count_facets(shards, "year", (), 2)
    assert [(count.value, count.label, count.articles) for count in found] == [("2019", "2019", 2), ("2020", "2020", 2)]
    assert set(shards.asked) == {"facets"}


def test_abbreviations_are_asked_for_together_and_once_and_written_as_the_newest_article_has_them():
    def pair(short: str, long: str) -> str:
        return abbreviation_key("\0".join((short, long, short.upper(), long)))

    shards = CountingShards(
        [
            {pair("ac", "air control"): 1, pair("ab", "a bed"): 1},
            {pair("ab", "a bed"): 2, pair("ab", "a bee"): 2},
        ]
    )
    shards.written = {pair("ab", "a bed"): ["AB\0A bed", "ab\0a bed"], pair("ab", "a bee"): ["", "Ab\0a bee"]}
    known = SplitAbbreviations(shards)
    known.expect(["ab", "ac", "ad"])
    assert known.pairs("ab") == (Definition("AB", "A bed", 3), Definition("Ab", "a bee", 2))
    assert known.pairs("ad") == ()
    known.expect(["ab"])
    assert len(shards.asked) == 2
    assert known.pairs("ae") == ()
    assert len(shards.asked) == 4
