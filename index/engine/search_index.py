"""The published index: nearest by meaning, matching by words, both with exact filters.

A build's folder holds what txtai writes (`config.json`, `embeddings`, `ids`), the words (`bm25/`), the columns that
filters need (`pmids.npy`, `years.npy`, `days.npy`), the values of the articles (`values/`) and their exact words
(`exact/`). Rows are in descending order of PMID in all of them, so that the order among equal scores is the order of
the rows. Plain txtai opens the folder as well; nothing here reads its configuration, or anything else that could choose
code or a file outside.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.embedding.encoder import Encoder, matching_model
from index.engine.columns import read_column, rows_of
from index.engine.filter_expression import FilterExpression
from index.engine.filter_index import FilterIndex
from index.engine.selection import FacetCount, Selection
from index.lexical.bm25_index import FOLDER, Bm25Index
from index.lexical.matches import KeywordMatches, Match, TokenSpan, Translation
from index.lexical.spelling import nearest_word
from index.library.manifest import Manifest

_SELECTIONS_KEPT = 16  # each takes one byte for each article


class SearchIndex:
    """One published build, read-only; any number of threads may use it.

    Attributes:
        manifest: What the build is.
        pmids: int64, shape (articles,), descending.
    """

    def __init__(self, folder: Path, manifest: Manifest, encoder: Encoder | None) -> None:
        from index.engine.vector_index import VectorIndex  # here, not above: `--help` must not pay for Faiss

        self.manifest = manifest
        self.pmids = read_column(folder, "pmids")
        self._vectors = VectorIndex.open(folder / "embeddings")
        self._bm25 = Bm25Index.open(folder / FOLDER)
        self._filters = FilterIndex(folder)
        self._encoder = encoder
        self._load_lock = threading.Lock()
        self.select = lru_cache(_SELECTIONS_KEPT)(self._select)

    @classmethod
    def open(cls, build: Path, *, encoder: Encoder | None = None) -> Self:
        """Open a published build.

        Args:
            build: Its folder.
            encoder: A loaded model, used if the build was made with it.

        Raises:
            LibraryError: The build is missing, damaged or of another format.
            ModelError: The model that it was built with is missing, or its files have changed.
        """
        manifest = Manifest.read(build)
        if encoder is None or encoder.fingerprint != manifest.fingerprint:
            encoder = None
            matching_model(manifest.model, manifest.precision, manifest.fingerprint)
        try:
            return cls(build, manifest, encoder)
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            raise LibraryError(
                f"The index in {build} is damaged ({error}). Build it again:\n  rebuild-index"
            ) from error

    @property
    def encoder(self) -> Encoder:
        """The model that made the vectors; loading it the first time takes seconds.

        Raises:
            ModelError: It is missing, or its files have changed.
        """
        with self._load_lock:
            if self._encoder is None:
                manifest = self.manifest
                reference = matching_model(manifest.model, manifest.precision, manifest.fingerprint)
                self._encoder = Encoder.load(reference, precision=manifest.precision)
            return self._encoder

    def encode(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text, shape (dimensions,), length 1."""
        vector: NDArray[np.float32] = self.encoder.encode([text])[0]
        return vector

    def nearest(self, vector: NDArray[np.float32], limit: int, within: Selection | None = None) -> tuple[Match, ...]:
        """Rank articles by cosine; equal ones by PMID, the highest first.

        Args:
            vector: Shape (dimensions,), length 1.
            limit: How many articles at most, 1 or more.
            within: The only articles that may be found; None for all.

        Returns:
            min(`limit`, number of articles in the selection) matches.

        Raises:
            ValueError: `limit` is below 1.
        """
        if limit < 1:
            raise ValueError(f"limit must be 1 or more, not {limit}")
        query = np.asarray(vector, dtype=np.float32)
        rows, scores = self._vectors.search(query, limit, within.rows if within else None)
        return tuple(map(Match, self.pmids[rows].tolist(), scores.tolist()))

    def matching(
        self, terms: str, limit: int, within: Selection | None = None, *, translations: Sequence[Translation] = ()
    ) -> KeywordMatches:
        """Rank the articles that hold at least one of these words, by BM25; see `Bm25Index.search`."""
        allowed = None if within is None or within.rows is None else self.pmids_of(within)
        return self._bm25.search(terms, limit, allowed=allowed, translations=translations)

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many articles columns, vectors, keywords and exact words hold: equal, or the build is damaged."""
        return len(self.pmids), len(self._vectors), len(self._bm25), len(self._filters)

    def _select(self, expression: FilterExpression, within: Selection | None = None) -> Selection:
        """Find the articles that a filter keeps, of all or of a selection; the last selections are cached."""
        rows = self._filters.rows(expression)
        if rows is None:
            return within or Selection(len(self.pmids), None)
        return _selection(rows if within is None or within.rows is None else rows & within.rows)

    def select_counting(
        self, expression: FilterExpression, parts: Sequence[FilterExpression]
    ) -> tuple[Selection, tuple[int, ...]]:
        """Find the articles that a filter keeps, and count on the way what some of its parts keep by themselves.

        Args:
            expression: The filter.
            parts: Parts of it, the very objects.

        Raises:
            QueryError: The filter would read too much of the index.
        """
        rows, counts = self._filters.rows_and_counts(expression, parts)
        return _selection(rows), counts

    def count(self, within: Selection | None = None) -> int:
        """Return how many articles the index has, or a selection."""
        return len(self.pmids) if within is None else within.count

    def pmids_of(self, selection: Selection) -> NDArray[np.int64]:
        """Return the PMIDs of a selection, descending."""
        pmids: NDArray[np.int64] = self.pmids if selection.rows is None else self.pmids[selection.rows]
        return pmids

    def facets(self, field: str, within: Selection | None = None, size: int = 20) -> tuple[FacetCount, ...]:
        """Count the articles of the commonest values of a field, commonest first, equal ones by value.

        Args:
            field: "year" or one of `index.records.article_fields.COUNTED`.
            within: The articles to count; None for all.
            size: How many values at most.
        """
        return self._filters.facets(field, within.rows if within else None, size)

    def counts(self, filters: Sequence[FilterExpression], within: Selection | None = None) -> tuple[int, ...]:
        """Count the selected articles that each filter keeps; fast for values, and for `AnyOf` of values."""
        return self._filters.counts(filters, within.rows if within else None)

    def suggest(self, word: str) -> str | None:
        """Return the index's nearest word to one that no article has; None where no word is near."""
        return nearest_word(word, self._filters.words)

    def vectors(self, pmids: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors of articles, shape (n, dimensions), at the index's precision.

        Raises:
            KeyError: An article is not in the index.
        """
        return self._vectors.stored(rows_of(pmids, self.pmids))

    def days(self, pmids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the first possible day of each article's publication date, as yyyymmdd; 0 where there is none.

        Raises:
            KeyError: An article is not in the index.
        """
        return self._filters.first_days(rows_of(pmids, self.pmids))

    def stems(self, text: str) -> list[TokenSpan]:
        """Return the words of a text in its order, each with the stem that stands for it in the index."""
        return self._bm25.stems(text)

    def document_frequency(self, stem: str) -> int:
        """Return how many articles hold the stem."""
        return self._bm25.document_frequency(stem)


def _selection(rows: NDArray[np.bool_]) -> Selection:
    rows.flags.writeable = False  # shared by all callers with the same filter
    return Selection(int(np.count_nonzero(rows)), rows)
