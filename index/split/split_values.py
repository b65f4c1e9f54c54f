"""Values and words of a split library, counted over all of its shards exactly."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from operator import attrgetter
from typing import Final

from index.engine.selection import FacetCount
from index.engine.value_index import ValueEntry
from index.split.shard_reader import Expressions, ShardReader
from index.split.shards import Shards

_EVERY_YEAR: Final = 10_000
_STARTS_KEPT: Final = 5000  # a question looks up each run of its words


def count_facets(shards: Shards, field: str, expressions: Expressions, size: int) -> tuple[FacetCount, ...]:
    """Count the articles of the commonest values of a field over all shards, commonest first, equal ones by value.

    Where no shard lists all of its values, the sums of what they list first are a bound: a value with as many articles
    as the last that counts has a share of that in one shard at least. All such values are then counted everywhere.

    Args:
        shards: The shards.
        field: "year" or one of `index.records.article_fields.COUNTED`.
        expressions: What the articles must pass.
        size: How many values at most.

    Source:
        Cao, Wang (2004), Efficient top-K query calculation in distributed networks, doi:10.1145/1011767.1011798.
    """
    if size < 1:
        return ()
    listed = shards.everyone(ShardReader.facets, field, expressions, _EVERY_YEAR if field == "year" else size)
    sums = Counter({count.value: 0 for counts in listed for count in counts})
    for counts in listed:
        sums.update({count.value: count.articles for count in counts})
    if field == "year":
        return _best((FacetCount(year, year, articles) for year, articles in sums.items()), size)
    candidates = set(sums)
    if any(len(counts) >= size for counts in listed):
        last = sums.most_common(size)[-1][1]
        share = -(-last // shards.count)
        candidates.update(*shards.everyone(ShardReader.values_of_many, field, expressions, max(1, share)))
    described = shards.everyone(ShardReader.value_counts, field, sorted(candidates), expressions)
    entries = map(_joined_entry, zip(*described, strict=True))
    return _best((FacetCount(entry.key, entry.label, entry.articles) for entry in entries if entry.articles), size)


def _best(counts: Iterable[FacetCount], size: int) -> tuple[FacetCount, ...]:
    # By bytes, as one index has its values in order; years are counted as numbers, which order alike.
    return tuple(sorted(counts, key=lambda count: (-count.articles, count.value.encode(errors="replace")))[:size])


def _joined_entry(entries: Sequence[ValueEntry]) -> ValueEntry:
    """Join what shards say of one value: the article with the highest PMID says how it is written."""
    first = max(entries, key=attrgetter("first"))
    return ValueEntry(first.key, first.label, first.first, sum(entry.articles for entry in entries))


class SplitAbbreviations:
    """The abbreviations of all shards, as `index.lexical.abbreviations.Values`."""

    def __init__(self, shards: Shards) -> None:
        self._entries = lru_cache(_STARTS_KEPT)(partial(_entries_beginning, shards))

    def beginning(self, start: str) -> Iterator[tuple[str, str, int]]:
        """Yield key, label and number of articles of those whose keys begin so, in order."""
        return ((entry.key, entry.label, entry.articles) for entry in self._entries(start))


def _entries_beginning(shards: Shards, start: str) -> tuple[ValueEntry, ...]:
    by_key: dict[str, list[ValueEntry]] = {}
    for entries in shards.everyone(ShardReader.abbreviation_entries, start):
        for entry in entries:
            by_key.setdefault(entry.key, []).append(entry)
    return tuple(_joined_entry(by_key[key]) for key in sorted(by_key, key=lambda key: key.encode(errors="replace")))


class SplitWords:
    """The exact words of all shards, as `index.lexical.spelling.Vocabulary`."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards

    def articles_with(self, word: str) -> int:
        """Count the articles of a folded word in every field."""
        return sum(count for [count] in self._shards.everyone(ShardReader.articles_with, [word]))

    def vocabulary_counts(self, words: Sequence[str]) -> list[int]:
        """Count the articles of each folded word in titles and abstracts."""
        return list(map(sum, zip(*self._shards.everyone(ShardReader.vocabulary_counts, words), strict=True)))

    def words_with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """Return the words of titles and abstracts that begin so, each with its number of articles."""
        counts: Counter[str] = Counter()
        for words in self._shards.everyone(ShardReader.words_with_prefix, prefix):
            counts.update(dict(words))
        return list(counts.items())
