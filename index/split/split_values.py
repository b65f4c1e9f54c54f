"""Values and words of a split library, counted over all of its shards exactly."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from heapq import nsmallest
from itertools import chain
from operator import attrgetter
from typing import Final

from index.engine.selection import FacetCount
from index.engine.value_index import ValueEntry
from index.lexical.abbreviations import BETWEEN, Abbreviations
from index.split.shard_reader import Expressions, ShardReader
from index.split.shards import Shards

_EVERY_YEAR: Final = 10_000
_STARTS_KEPT: Final = 5000  # a question looks up each run of its words
_WORDS_KEPT: Final = 5000


def count_facets(shards: Shards, field: str, expressions: Expressions, size: int) -> tuple[FacetCount, ...]:
    """Count the articles of the commonest values of a field over all shards, commonest first, equal ones by value.

    What the shards list first gives a bound: a value with as many articles as the last that counts has a share of them
    in one shard at least. So each shard lists what has that share, and only what may still be among the commonest is
    counted everywhere.

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
    if field == "year":
        listed = shards.everyone(ShardReader.facets, field, expressions, _EVERY_YEAR)
        years = _sums({count.value: count.articles for count in counts} for counts in listed)
        return tuple(FacetCount(year, year, articles) for year, articles in _commonest(years, size))
    listed = shards.everyone(ShardReader.facets, field, expressions, size)
    known = [{count.value: count.articles for count in counts} for counts in listed]
    unlisted = 0  # how many articles a value may have in a shard that does not list it
    if any(len(counts) == size for counts in listed):
        [(_, last)] = _commonest(_sums(known), size)[-1:]
        least = -(-last // shards.count)
        known = shards.everyone(ShardReader.counts_of_many, field, expressions, least)
        unlisted = least - 1
    sums = _sums(known)
    missing = Counter(value for counts in known for value in counts)
    most = {value: count + unlisted * (shards.count - missing[value]) for value, count in sums.items()}
    last = (_commonest(sums, size) or [("", 0)])[-1][1]
    candidates = [value for value in sums if most[value] >= last]
    if all(most[value] == sums[value] for value in candidates):
        candidates = [value for value, _ in _commonest(sums, size)]
    described = shards.everyone(ShardReader.value_counts, field, candidates, expressions)
    entries = {entry.key: entry for entry in map(_joined_entry, zip(*described, strict=True))}
    best = _commonest({value: entry.articles for value, entry in entries.items()}, size)
    return tuple(FacetCount(value, entries[value].label, articles) for value, articles in best)


def _sums(of_shards: Iterable[Mapping[str, int]]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for counts in of_shards:
        sums.update(counts)
    return dict(sums)


def _commonest(counts: Mapping[str, int], size: int) -> list[tuple[str, int]]:
    # By bytes, as one index has its values in order; years are counted as numbers, which order alike.
    return nsmallest(size, counts.items(), key=lambda pair: (-pair[1], pair[0].encode(errors="replace")))


def _joined_entry(entries: Sequence[ValueEntry]) -> ValueEntry:
    """Join what shards say of one value: the article with the highest PMID says how it is written."""
    first = max(entries, key=attrgetter("first"))
    return ValueEntry(first.key, first.label, first.first, sum(entry.articles for entry in entries))


class SplitAbbreviations(Abbreviations):
    """The abbreviations of all shards."""

    def __init__(self, shards: Shards) -> None:
        self._remote = _AbbreviationValues(shards)
        super().__init__(self._remote)

    def expect(self, forms: Iterable[str]) -> None:
        """Fetch what is looked up next from all shards at once."""
        self._remote.fetch([form + BETWEEN for form in forms])


class _AbbreviationValues:
    """The abbreviations of all shards as values, those that were asked for kept."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards
        self._known: dict[str, tuple[ValueEntry, ...]] = {}

    def beginning(self, start: str) -> Iterator[tuple[str, str, int]]:
        """Yield key, label and number of articles of those whose keys begin so, in order."""
        entries = self._known.get(start)
        if entries is None:
            entries = self.fetch([start])[start]
        return ((entry.key, entry.label, entry.articles) for entry in entries)

    def fetch(self, starts: Iterable[str]) -> dict[str, tuple[ValueEntry, ...]]:
        """Ask for the values of those starts that are not known, and return them."""
        missing = [start for start in dict.fromkeys(starts) if start not in self._known]
        if not missing:
            return {}
        of_shards = self._shards.everyone(ShardReader.abbreviation_entries, missing)
        fetched = {
            start: _merged(of_start) for start, of_start in zip(missing, zip(*of_shards, strict=True), strict=True)
        }
        if len(self._known) > _STARTS_KEPT:
            self._known = {}
        self._known |= fetched
        return fetched


def _merged(of_shards: Iterable[Sequence[ValueEntry]]) -> tuple[ValueEntry, ...]:
    by_key: dict[str, list[ValueEntry]] = {}
    for entry in chain.from_iterable(of_shards):
        by_key.setdefault(entry.key, []).append(entry)
    return tuple(_joined_entry(by_key[key]) for key in sorted(by_key, key=lambda key: key.encode(errors="replace")))


class SplitWords:
    """The exact words of all shards, as `index.lexical.spelling.Vocabulary`."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards
        self._articles_with = lru_cache(_WORDS_KEPT)(partial(_articles_with, shards))
        self._vocabulary_count = lru_cache(_WORDS_KEPT)(partial(_vocabulary_count, shards))

    def articles_with(self, word: str) -> int:
        """Count the articles of a folded word in every field."""
        return self._articles_with(word)

    def vocabulary_count(self, word: str) -> int:
        """Count the articles of a folded word in titles and abstracts."""
        return self._vocabulary_count(word)

    def vocabulary_counts(self, words: Sequence[str]) -> list[int]:
        """Count the articles of each folded word in titles and abstracts."""
        return list(map(sum, zip(*self._shards.everyone(ShardReader.vocabulary_counts, words), strict=True)))

    def words_with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """Return the words of titles and abstracts that begin so, each with its number of articles."""
        counts: Counter[str] = Counter()
        for words in self._shards.everyone(ShardReader.words_with_prefix, prefix):
            counts.update(dict(words))
        return list(counts.items())


def _articles_with(shards: Shards, word: str) -> int:
    return sum(shards.everyone(ShardReader.articles_with, word))


def _vocabulary_count(shards: Shards, word: str) -> int:
    return sum(count for [count] in shards.everyone(ShardReader.vocabulary_counts, [word]))
