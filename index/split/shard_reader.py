"""What one shard of a split library answers, in terms that travel: filters as expressions, rows as bits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.engine.filter_expression import FilterExpression
from index.engine.search_index import SearchIndex
from index.engine.selection import FacetCount, Selection
from index.engine.value_index import ValueEntry
from index.lexical.matches import Matches
from index.library.manifest import Manifest
from index.records.article import Article
from index.store.article_store import ArticleStore
from index.store.ingest_stats import FileStats
from index.store.store_status import StoreStatus

Expressions: TypeAlias = tuple[FilterExpression, ...]
"""Filters of which an article must pass each; none of them keeps every article."""

_KEPT: Final = 16  # selections of filters joined, each a byte for each article


@dataclass(frozen=True, slots=True)
class ShardContent:
    """What the index of a shard is.

    Attributes:
        manifest: Its manifest.
        pmids: Its articles, int64, descending.
        scale: What codes the components of its vectors, shape (2 * dimensions,); None where each cell has its own.
        sentences: How many sentences have a code; None in an index without.
    """

    manifest: Manifest
    pmids: NDArray[np.int64]
    scale: NDArray[np.float32] | None
    sentences: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of a shard that filters keep.

    Attributes:
        count: How many.
        bits: A bit for each row, the first one in the lowest bit of the first byte.
    """

    count: int
    bits: NDArray[np.uint8]


class ShardReader:
    """Answers of one shard; any number of threads may ask. Articles are asked for that it has."""

    def __init__(self, index: SearchIndex, store: ArticleStore) -> None:
        self._index = index
        self._store = store
        # Of a function, not a method: see `SearchIndex`.
        self._join: Callable[[Expressions], Selection] = lru_cache(_KEPT)(partial(_joined, index))

    def content(self) -> ShardContent:
        """Return what the index is."""
        index = self._index
        return ShardContent(index.manifest, np.asarray(index.pmids), index.scale, index.sentences)

    def keep(self, expressions: Expressions) -> Kept:
        """Return the rows that pass every filter, one at least.

        Raises:
            QueryError: A filter would read too much of the index.
        """
        return _kept(self._join(expressions))

    def keep_counting(
        self, filter_and_parts: tuple[FilterExpression, Sequence[FilterExpression]]
    ) -> tuple[Kept, tuple[int, ...]]:
        """Return the rows that pass a filter, and how many each of some parts of it keeps; together, as one object."""
        selection, counts = self._index.select_counting(*filter_and_parts)
        return _kept(selection), counts

    def nearest(self, vector: NDArray[np.float32], limit: int, expressions: Expressions) -> Matches:
        """Rank the articles that pass the filters by cosine, as `SearchIndex.nearest` does."""
        return self._index.nearest(vector, limit, self._within(expressions))

    def facets(self, field: str, expressions: Expressions, size: int) -> tuple[FacetCount, ...]:
        """Count the articles of the commonest values of a field here."""
        return self._index.facets(field, self._within(expressions), size)

    def counts_of_many(self, field: str, expressions: Expressions, least: int) -> dict[str, int]:
        """Return the folded values of a field that so many articles here have at least, 1 or more, and how many do."""
        return self._index.filters.counts_of_many(field, self._rows(expressions), least)

    def value_counts(self, field: str, values: Sequence[str], expressions: Expressions) -> list[ValueEntry]:
        """Return how each of some folded values is written here, by which article first, and how many have it."""
        return self._index.filters.value_counts(field, values, self._rows(expressions))

    def counts(self, filters: Sequence[FilterExpression], expressions: Expressions) -> tuple[int, ...]:
        """Count the articles that pass the filters and one of some others in addition."""
        return self._index.counts(filters, self._within(expressions))

    def vectors(self, pmids: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors of articles."""
        return self._index.vectors(pmids)

    def best_sentences(self, pmids: Sequence[int], vector: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return the cosines of titles and best sentences of articles."""
        return self._index.best_sentences(pmids, vector)

    def sentence_cosines(self, pmids: Sequence[int], vector: NDArray[np.float32]) -> list[NDArray[np.float32]] | None:
        """Return the cosines of the sentences of articles."""
        return self._index.sentence_cosines(pmids, vector)

    def sentence_vectors(self, pmids: Sequence[int]) -> list[NDArray[np.float32]] | None:
        """Return the vectors of the sentences of articles."""
        return self._index.sentence_vectors(pmids)

    def days(self, pmids: Sequence[int]) -> NDArray[np.int32]:
        """Return the first days of the dates of articles."""
        return self._index.days(pmids)

    def articles_with(self, word: str) -> int:
        """Count the articles of a folded word, as `PositionalIndex.articles_with` does."""
        return self._index.filters.words.articles_with(word)

    def vocabulary_counts(self, words: Sequence[str]) -> list[int]:
        """Count the articles of each folded word in titles and abstracts."""
        return self._index.filters.words.vocabulary_counts(words)

    def words_with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """Return the words of titles and abstracts that begin so, each with its number of articles."""
        return self._index.filters.words.words_with_prefix(prefix)

    def abbreviation_entries(self, starts: Sequence[str]) -> list[list[ValueEntry]]:
        """Return the abbreviations whose keys begin with each of some texts."""
        return list(map(self._index.filters.abbreviation_entries, starts))

    def has_value(self, field: str, value: str, start: bool) -> bool:
        """Return whether an article here has a value, with `start` one that begins so."""
        return self._index.has_value(field, value, start=start)

    def has_any(self, field: str) -> bool:
        """Return whether an article here has any value in a field."""
        return self._index.has_any(field)

    def articles(self, pmids: Sequence[int]) -> dict[int, Article]:
        """Return those of some articles that the store has."""
        return self._store.articles(pmids)

    def citing(self, pmid: int) -> tuple[int, ...]:
        """Return the articles here that cite an article."""
        return self._store.citing(pmid)

    def files(self) -> tuple[FileStats, ...]:
        """Return what was taken of each file that was applied."""
        return self._store.files()

    def status(self) -> StoreStatus:
        """Count what the store holds."""
        return self._store.status()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def _within(self, expressions: Expressions) -> Selection | None:
        return self._join(expressions) if expressions else None

    def _rows(self, expressions: Expressions) -> NDArray[np.bool_] | None:
        return self._join(expressions).rows if expressions else None


def _joined(index: SearchIndex, expressions: Expressions) -> Selection:
    """Select what passes every filter; each is evaluated by itself, as they were selected one after the other."""
    selection: Selection | None = None
    for expression in expressions:
        selection = index.select(expression, selection)
    return selection or Selection(index.count(), None)


def _kept(selection: Selection) -> Kept:
    rows = np.zeros(0, dtype=np.uint8) if selection.rows is None else selection.rows
    return Kept(selection.count, np.packbits(rows, bitorder="little"))
