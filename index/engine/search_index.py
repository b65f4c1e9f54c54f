"""The published index: nearest by meaning, matching by words, both behind exact filters.

A build's folder is what txtai writes (`config.json`, `embeddings`, `ids`), the words (`bm25/`), one column a fact that
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

_SELECTIONS_KEPT = 16  # a byte an article each


class SearchIndex:
    """One published build, read-only; any number of threads may ask it.

    Attributes:
        manifest: What the build is.
        pmids: int64, shape (articles,), descending.
    """

    def __init__(self, folder: Path, manifest: Manifest, encoder: Encoder | None) -> None:
        from index.engine.vector_index import VectorIndex  # here, not above: `--help` must not pay for Faiss

        self.manifest = manifest
        self.pmids = read_column(folder, "pmids")
        self._vectors = VectorIndex.open(folder / "embeddings")
        self._words = Bm25Index.open(folder / FOLDER)
        self._restrictions = FilterIndex(folder)
        self._encoder = encoder
        self._loading = threading.Lock()
        self.select = lru_cache(_SELECTIONS_KEPT)(self._select)

    @classmethod
    def open(cls, build: Path, *, encoder: Encoder | None = None) -> Self:
        """Open a published build.

        Args:
            build: Its folder.
            encoder: A loaded model to use again, if it is the one that the build was made with.

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
            ModelError: It is not there, or its files have changed.
        """
        with self._loading:
            if self._encoder is None:
                built = self.manifest
                reference = matching_model(built.model, built.precision, built.fingerprint)
                self._encoder = Encoder.load(reference, precision=built.precision)
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
        return self._words.search(terms, limit, allowed=allowed, translations=translations)

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many articles columns, vectors, keywords and exact words hold: equal, or the build is damaged."""
        return len(self.pmids), len(self._vectors), len(self._words), len(self._restrictions)

    def _select(self, restriction: FilterExpression) -> Selection:
        """Find the articles that a restriction keeps; the last ones found are remembered."""
        rows = self._restrictions.rows(restriction)
        if rows is None:
            return Selection(len(self.pmids), None)
        rows.flags.writeable = False  # shared by everybody who asks the same
        return Selection(int(np.count_nonzero(rows)), rows)

    def count(self, within: Selection | None = None) -> int:
        """Return how many articles there are, or are selected."""
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
        return self._restrictions.facets(field, within.rows if within else None, size)

    def counts(self, restrictions: Sequence[FilterExpression], within: Selection | None = None) -> tuple[int, ...]:
        """Count the selected articles that each restriction keeps; quick for values, and for any of several."""
        return self._restrictions.counts(restrictions, within.rows if within else None)

    def suggest(self, word: str) -> str | None:
        """Return the index's own word that is nearest to one that no article has; None where there is none near."""
        return nearest_word(word, self._restrictions.words)

    def vectors(self, pmids: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors of articles, shape (n, dimensions), as near as the index keeps them.

        Raises:
            KeyError: An article is not in the index.
        """
        return self._vectors.stored(rows_of(pmids, self.pmids))

    def days(self, pmids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the first day that the publication date of articles can mean, as yyyymmdd; 0 where there is none.

        Raises:
            KeyError: An article is not in the index.
        """
        return self._restrictions.first_days(rows_of(pmids, self.pmids))

    def stems(self, text: str) -> list[TokenSpan]:
        """Return the words of a text in its order, each with the stem that stands for it in the index."""
        return self._words.stems(text)

    def document_frequency(self, stem: str) -> int:
        """Return how many articles hold the stem."""
        return self._words.document_frequency(stem)
