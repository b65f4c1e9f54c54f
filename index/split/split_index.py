"""The indexes of all shards behind the interface of one: what it answers is what one index of all articles would.

Words are ranked here, by tantivy, which sees the parts of all shards as those of one index (`joined_build`). Everything
else is asked of the shards and joined: counts are added, the nearest by meaning put into one order.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Concatenate, Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.text_normalization import folded_words
from index.embedding.model_files import ModelReference
from index.embedding.text_encoder import TextEncoder
from index.engine.columns import rows_of
from index.engine.filter_expression import Everything, FilterExpression
from index.engine.search_index import SearchIndex, model_of
from index.engine.selection import FacetCount, Selection
from index.lexical.bm25_index import FOLDER, Bm25Index
from index.lexical.matches import Matches
from index.lexical.spelling import nearest_word
from index.library.build_files import check_files
from index.library.manifest import Manifest
from index.split.shard_reader import Expressions, Kept, ShardContent, ShardReader
from index.split.shards import Shards
from index.split.split_values import SplitAbbreviations, SplitWords, count_facets

_SELECTIONS_KEPT: Final = 16  # each takes one byte for each article
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, eq=False)
class SplitSelection(Selection):
    """The articles of a split library that filters keep.

    Attributes:
        expressions: The filters, by which each shard knows its part.
    """

    expressions: Expressions = ()


class SplitIndex(SearchIndex):
    """The index of a split library, read-only; any number of threads may use it."""

    def __init__(  # each method that reads a file of an index is replaced
        self,
        shards: Shards,
        contents: Sequence[ShardContent],
        manifest: Manifest,
        words: Bm25Index,
        model: TextEncoder | ModelReference,
    ) -> None:
        self.manifest = manifest
        self._shards = shards
        self._contents = contents
        self._rows = _Rows(contents)
        self.pmids = self._rows.pmids
        self._bm25 = words
        self._words = SplitWords(shards)
        self.abbreviations = SplitAbbreviations(shards)
        self._model = model
        self._load_lock = threading.Lock()
        self.select = lru_cache(_SELECTIONS_KEPT)(partial(_select, shards, self._rows))

    @classmethod
    def join(cls, build: Path, shards: Shards, *, encoder: TextEncoder | None = None) -> Self:
        """Open the build that joins the shards.

        Args:
            build: From `joined_build.join_builds`.
            shards: The shards that it joins, in their order.
            encoder: A loaded model, used if the shards were made with it.

        Raises:
            LibraryError: The build is damaged, or the shards are others, or do not fit together.
            ModelError: The shards' model is missing.
        """
        from index.split.joined_build import check_contents

        manifest = Manifest.read(build)
        check_files(build, manifest.files)
        contents = shards.everyone(ShardReader.content)
        check_contents(manifest, contents)
        model = encoder if encoder and encoder.fingerprint == manifest.fingerprint else model_of(manifest, build)
        index = cls(shards, contents, manifest, Bm25Index.open(build / FOLDER), model)
        if len(index._bm25) != len(index.pmids):
            raise LibraryError(
                f"{build} joins the words of {len(index._bm25):,} articles, not of {len(index.pmids):,}."
            )
        return index

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many articles the shards and the joined words hold."""
        articles = sum(content.manifest.articles for content in self._contents)
        return len(self.pmids), articles, len(self._bm25), articles

    @property
    def scale(self) -> NDArray[np.float32] | None:
        """What codes the components of the vectors of every shard; None where each cell has its own."""
        return self._contents[0].scale

    @property
    def sentences(self) -> int | None:
        """How many sentences have a code; None where the shards were built without."""
        counts = [content.sentences for content in self._contents]
        return None if None in counts else sum(filter(None, counts))

    def nearest(self, vector: NDArray[np.float32], limit: int, within: Selection | None = None) -> Matches:
        """Rank articles by cosine; equal ones by PMID, the highest first; see `SearchIndex.nearest`."""
        if limit < 1:
            raise ValueError(f"limit must be 1 or more, not {limit}")
        query = np.asarray(vector, dtype=np.float32)
        found = self._shards.everyone(ShardReader.nearest, query, limit, _expressions(within))
        pmids, scores = (np.concatenate([getattr(one, name) for one in found]) for name in ("pmids", "scores"))
        order = np.lexsort((-pmids, -scores))[:limit]
        return Matches(pmids[order], scores[order])

    def select_counting(
        self, expression: FilterExpression, parts: Sequence[FilterExpression]
    ) -> tuple[Selection, tuple[int, ...]]:
        """Find the articles that a filter keeps, and count what some of its parts keep by themselves."""
        # One object: the parts must still be parts of the filter once both were sent.
        answers = self._shards.everyone(ShardReader.keep_counting, (expression, parts))
        selection = self._rows.selection([kept for kept, _ in answers], (expression,))
        return selection, _sums([counts for _, counts in answers])

    def facets(self, field: str, within: Selection | None = None, size: int = 20) -> tuple[FacetCount, ...]:
        """Count the articles of the commonest values of a field, commonest first, equal ones by value."""
        return count_facets(self._shards, field, _expressions(within), size)

    def counts(self, filters: Sequence[FilterExpression], within: Selection | None = None) -> tuple[int, ...]:
        """Count the selected articles that each filter keeps."""
        return _sums(self._shards.everyone(ShardReader.counts, filters, _expressions(within)))

    def suggest(self, word: str) -> str | None:
        """Return the nearest word of any shard to one that no article has; None where no word is near."""
        return nearest_word(word, self._words)

    def vectors(self, pmids: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors of articles, shape (n, dimensions); see `SearchIndex.vectors`."""
        vectors = np.zeros((len(pmids), self.manifest.dimensions), dtype=np.float32)
        for places, answer in self._by_shard(ShardReader.vectors, pmids):
            vectors[places] = answer
        return vectors

    def best_sentences(
        self, pmids: Sequence[int] | NDArray[np.int64], vector: NDArray[np.float32]
    ) -> NDArray[np.float32] | None:
        """Return about the cosines of titles and best sentences; see `SearchIndex.best_sentences`."""
        if self.sentences is None:
            return None
        best = np.full((2, len(pmids)), -1, dtype=np.float32)
        for places, answer in self._by_shard(ShardReader.best_sentences, pmids, vector):
            best[:, places] = answer
        return best

    def sentence_cosines(self, pmids: Sequence[int], vector: NDArray[np.float32]) -> list[NDArray[np.float32]] | None:
        """Return about the cosines of all sentences of articles; see `SearchIndex.sentence_cosines`."""
        return None if self.sentences is None else self._of_each(ShardReader.sentence_cosines, pmids, vector)

    def sentence_vectors(self, pmids: Sequence[int]) -> list[NDArray[np.float32]] | None:
        """Return about the vectors of all sentences of articles; see `SearchIndex.sentence_vectors`."""
        return None if self.sentences is None else self._of_each(ShardReader.sentence_vectors, pmids)

    def days(self, pmids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the first possible day of each article's publication date; see `SearchIndex.days`."""
        days = np.zeros(len(pmids), dtype=np.int32)
        for places, answer in self._by_shard(ShardReader.days, pmids):
            days[places] = answer
        return days

    def has_word(self, word: str) -> bool:
        """Return whether any article has a word, in any field and in any of its forms."""
        stems = (token.stem for token in self.stems(word))
        return any(map(self.document_frequency, stems)) or self.has_form(word)

    def has_form(self, word: str) -> bool:
        """Return whether articles have every word of a text, written exactly so, in any field."""
        words = folded_words(word)
        return bool(words) and all(map(self._words.articles_with, words))

    def has_exact_word(self, word: str) -> bool:
        """Return whether a title or an abstract has a folded word, written exactly so."""
        return bool(self._words.vocabulary_count(word))

    def has_value(self, field: str, value: str, *, start: bool = False) -> bool:
        """Return whether an article has a value in a field; see `SearchIndex.has_value`."""
        return any(self._shards.everyone(ShardReader.has_value, field, value, start))

    def has_any(self, field: str) -> bool:
        """Return whether any article has any value in a field."""
        return any(self._shards.everyone(ShardReader.has_any, field))

    def _by_shard(
        self,
        question: Callable[Concatenate[ShardReader, Sequence[int], ...], Answer],
        pmids: Sequence[int] | NDArray[np.int64],
        *others: object,
    ) -> list[tuple[NDArray[np.int64], Answer]]:
        """Ask each shard about its articles; return the places of these among all, with the answer.

        Raises:
            KeyError: An article is not in the index.
        """
        asked = np.asarray(pmids, dtype=np.int64)
        owners = self._rows.owners(asked)
        places = {int(shard): np.flatnonzero(owners == shard) for shard in np.unique(owners)}
        answers = self._shards.some(question, {shard: (asked[at].tolist(), *others) for shard, at in places.items()})
        return [(at, answers[shard]) for shard, at in places.items()]

    def _of_each(
        self,
        question: Callable[Concatenate[ShardReader, Sequence[int], ...], list[Answer] | None],
        pmids: Sequence[int],
        *others: object,
    ) -> list[Answer]:
        by_place: dict[int, Answer] = {}
        for places, answers in self._by_shard(question, pmids, *others):
            by_place.update(zip(places.tolist(), answers or (), strict=True))
        return [by_place[place] for place in range(len(pmids))]


class _Rows:
    """The rows of all shards in one descending order of PMID."""

    def __init__(self, contents: Sequence[ShardContent]) -> None:
        together = np.concatenate([content.pmids for content in contents])
        self.pmids: NDArray[np.int64] = np.sort(together)[::-1]
        if (self.pmids[1:] == self.pmids[:-1]).any():
            twice = int(self.pmids[1:][self.pmids[1:] == self.pmids[:-1]][0])
            raise LibraryError(
                f"PMID {twice} is in two shards. Build each from scratch with its own number:\n"
                "  rebuild-index --shard K/S --from-scratch SOURCE"
            )
        self._of_shards = [rows_of(content.pmids, self.pmids).astype(np.int32) for content in contents]
        self._owners = np.zeros(len(self.pmids), dtype=np.int16)
        for shard, rows in enumerate(self._of_shards):
            self._owners[rows] = shard

    def owners(self, pmids: NDArray[np.int64]) -> NDArray[np.int16]:
        """Return the shard of each article, from 0; raises `KeyError` for one that no shard has."""
        owners: NDArray[np.int16] = self._owners[rows_of(pmids, self.pmids)]
        return owners

    def selection(self, kept: Sequence[Kept], expressions: Expressions) -> SplitSelection:
        """Return what all shards keep as one mask."""
        mask = np.zeros(len(self.pmids), dtype=bool)
        for rows, part in zip(self._of_shards, kept, strict=True):
            mask[rows] = np.unpackbits(part.bits, count=len(rows), bitorder="little").astype(bool)
        mask.flags.writeable = False
        return SplitSelection(sum(part.count for part in kept), mask, expressions)


def _select(shards: Shards, rows: _Rows, expression: FilterExpression, within: Selection | None = None) -> Selection:
    """Find the articles that a filter keeps, of all or of a selection; the last selections are cached."""
    if isinstance(expression, Everything):
        return within or Selection(len(rows.pmids), None)
    expressions = (*_expressions(within), expression)
    return rows.selection(shards.everyone(ShardReader.keep, expressions), expressions)


def _expressions(within: Selection | None) -> Expressions:
    return within.expressions if isinstance(within, SplitSelection) else ()


def _sums(counts: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*counts, strict=True)))
