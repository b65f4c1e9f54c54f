"""The published index: nearest by meaning, matching by words, both behind exact filters.

A build's folder is a txtai index (`config.json`, `embeddings`, `ids`, `scoring/`), which plain txtai opens as well, and
beside it one column a fact that filters need (`pmids.npy`, `years.npy`). Rows are in descending order of PMID in all of
them, so that the order among equal scores is the order of the rows.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from index.columns import NO_YEAR, read_column
from index.encoder import Encoder, matching_model
from index.errors import LibraryError
from index.manifest import Manifest
from index.matches import KeywordMatches, Match, TokenSpan, Years

if TYPE_CHECKING:
    from index.plugins import Legs


class SearchIndex:
    """One published build, read-only; any number of threads may ask it.

    Attributes:
        manifest: What the build is.
        pmids: int64, shape (articles,), descending.
    """

    def __init__(self, legs: "Legs", manifest: Manifest, folder: Path) -> None:
        self.manifest = manifest
        self.pmids = read_column(folder, "pmids")
        self._years = read_column(folder, "years")
        self._vectors = legs.vectors
        self._words = legs.words
        self._model = legs.model
        self._allowed = lru_cache(8)(self._rows_within)

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
        from index.plugins import open_legs  # here, not above: it costs seconds

        try:
            index = cls(open_legs(build), manifest, build)
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            raise LibraryError(
                f"The index in {build} is damaged ({error}). Build it again:\n  rebuild-index"
            ) from error
        index._model.encoder = encoder
        return index

    @property
    def encoder(self) -> Encoder:
        """The model that made the vectors; loading it the first time takes seconds."""
        return self._model.loaded()

    def encode(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text, shape (dimensions,), length 1."""
        vector: NDArray[np.float32] = self.encoder.encode([text])[0]
        return vector

    def nearest(self, vector: NDArray[np.float32], limit: int, *, years: Years | None = None) -> tuple[Match, ...]:
        """Rank articles by cosine; equal ones by PMID, the highest first.

        Args:
            vector: Shape (dimensions,), length 1.
            limit: How many articles at most, 1 or more.
            years: First and last year, both included, None for open; then an article without year is left out.

        Returns:
            min(`limit`, number of articles that the filter keeps) matches.

        Raises:
            ValueError: `limit` is below 1.
        """
        if limit < 1:
            raise ValueError(f"limit must be 1 or more, not {limit}")
        query = np.asarray(vector, dtype=np.float32)[None, :]
        (found,) = self._vectors.search(query, limit, self._allowed(years))
        return tuple(Match(int(self.pmids[row]), score) for row, score in found)

    def matching(self, terms: str, limit: int, *, years: Years | None = None) -> KeywordMatches:
        """Rank the articles that hold at least one of these words, by BM25; see `KeywordIndex.search`."""
        return self._words.search(terms, limit, years=years)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """How many articles the columns, the vectors and the keywords hold: equal, or the build is damaged."""
        return len(self.pmids), self._vectors.count(), len(self._words)

    def count(self, *, years: Years | None = None) -> int:
        """Return how many articles the filter keeps."""
        allowed = self._allowed(years)
        return len(self.pmids) if allowed is None else int(np.count_nonzero(allowed))

    def pmids_of(self, *, years: Years | None = None) -> NDArray[np.int64]:
        """Return the articles that the filter keeps, shape (kept,), the highest PMID first."""
        allowed = self._allowed(years)
        kept: NDArray[np.int64] = self.pmids if allowed is None else self.pmids[allowed]
        return kept

    def years(self) -> dict[int, int]:
        """Return how many articles each year has; articles without year are in none."""
        years, counts = np.unique(self._years[self._years != NO_YEAR], return_counts=True)
        return dict(zip(years.tolist(), counts.tolist(), strict=True))

    def stems(self, text: str) -> list[TokenSpan]:
        """Return the words of a text in its order, each with the stem that stands for it in the index."""
        return self._words.stems(text)

    def document_frequency(self, stem: str) -> int:
        """Return how many articles hold the stem."""
        return self._words.document_frequency(stem)

    def _rows_within(self, years: Years | None) -> NDArray[np.bool_] | None:
        if years is None or years == (None, None):
            return None
        first, last = years
        allowed: NDArray[np.bool_] = self._years != NO_YEAR
        if first is not None:
            allowed &= self._years >= first
        if last is not None:
            allowed &= self._years <= last
        return allowed
