"""The published index: nearest by meaning, matching by words, both with exact filters.

A build's folder holds what txtai writes (`config.json`, `embeddings`, `ids`), the words (`bm25/`), the columns that
filters need (`pmids.npy`, `years.npy`, `days.npy`), the values of the articles (`values/`), their exact words
(`exact/`). Rows are in descending order of PMID in all of them, so that
the order among equal scores is the order of the rows. Plain txtai opens the folder as well; nothing here reads its
configuration, or anything else that could choose code or a file outside.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.system_errors import system_error
from index.embedding.encoder import matching_model
from index.embedding.model_files import ModelReference
from index.embedding.queries.query_model import load_query_encoder
from index.embedding.sentence_codes import code_cosines, decode_codes
from index.embedding.text_encoder import TextEncoder
from index.engine.columns import read_pmids, rows_of
from index.engine.filter_expression import FilterExpression
from index.engine.filter_index import FilterIndex
from index.engine.selection import FacetCount, Selection
from index.lexical.bm25_index import FOLDER, Bm25Index
from index.lexical.matches import KeywordMatches, Matches, Tokens, Translation
from index.lexical.spelling import nearest_word
from index.library.build_files import check_files
from index.library.manifest import Manifest

_SELECTIONS_KEPT = 16  # each takes one byte for each article


class SearchIndex:
    """One published build, read-only; any number of threads may use it.

    Attributes:
        manifest: What the build is.
        pmids: int64, shape (articles,), descending.
        abbreviations: What its articles define.
        filters: What finds rows by filters.
    """

    def __init__(self, folder: Path, manifest: Manifest, model: TextEncoder | ModelReference) -> None:
        from index.engine.sentence_index import SentenceIndex
        from index.engine.vector_index import VECTORS, VectorIndex  # here, not above: `--help` must not pay for Faiss

        self.manifest = manifest
        self.pmids = read_pmids(folder, manifest.articles)
        self._vectors = VectorIndex.open(
            folder / VECTORS,
            kind=manifest.vectors,
            articles=manifest.articles,
            dimensions=manifest.dimensions,
            first_cells=manifest.cells,
        )
        self._sentences = SentenceIndex.open(folder, articles=manifest.articles, dimensions=manifest.dimensions)
        self._bm25 = Bm25Index.open(folder / FOLDER)
        self.filters = FilterIndex(folder, self.pmids)
        self.abbreviations = self.filters.abbreviations
        if set(self.sizes) != {manifest.articles}:
            rows, vectors, words, exact = self.sizes
            raise LibraryError(
                f"The index in {folder} should hold {manifest.articles:,} articles, but has {rows:,} rows, "
                f"{vectors:,} vectors, {words:,} articles by their words and {exact:,} by their exact words. "
                "Build it again:\n  rebuild-index"
            )
        self._model = model
        self._load_lock = threading.Lock()
        # Of functions, not methods: an index that refers to itself keeps its files open until Python looks for cycles.
        self.select = lru_cache(_SELECTIONS_KEPT)(partial(_select, self.filters, len(self.pmids)))

    @classmethod
    def open(cls, build: Path, *, encoder: TextEncoder | None = None) -> Self:
        """Open a published build.

        Args:
            build: Its folder.
            encoder: A loaded model, used if the build was made with it; else it is loaded when it is first needed.

        Raises:
            LibraryError: The build is missing, damaged or of another format.
            ModelError: The model that it was built with is missing, or its files have changed.
        """
        manifest = Manifest.read(build)
        check_files(build, manifest.files)
        model = encoder if encoder and encoder.fingerprint == manifest.fingerprint else model_of(manifest, build)
        try:
            return cls(build, manifest, model)
        except (OSError, RuntimeError, ValueError, KeyError, MemoryError) as error:
            raise system_error(error, build) or LibraryError(
                f"The index in {build} is damaged ({error}). Build it again:\n  rebuild-index"
            ) from error

    @property
    def encoder(self) -> TextEncoder:
        """The model that made the vectors, for queries; loading it takes seconds where it has no export yet.

        Raises:
            ModelError: It cannot be loaded.
        """
        with self._load_lock:
            if isinstance(self._model, ModelReference):
                self._model = load_query_encoder(self._model, precision=self.manifest.precision)
            return self._model

    def encode(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text, shape (dimensions,), length 1."""
        vector: NDArray[np.float32] = self.encoder.encode([text])[0]
        return vector

    def nearest(self, vector: NDArray[np.float32], limit: int, within: Selection | None = None) -> Matches:
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
        return Matches(self.pmids[rows], scores.astype(np.float64))

    def matching(
        self, terms: str, limit: int, within: Selection | None = None, *, translations: Sequence[Translation] = ()
    ) -> KeywordMatches:
        """Rank the articles that hold at least one of these words, by BM25; see `Bm25Index.search`."""
        allowed = None if within is None or within.rows is None else self.pmids_of(within)
        result = self._bm25.search(terms, limit, allowed=allowed, translations=translations)
        try:
            rows_of(result.matches.pmids, self.pmids)
        except KeyError as error:
            raise LibraryError(
                f"The words of the index {self.manifest.build} are damaged ({error.args[0]}). Build it again:\n"
                "  rebuild-index"
            ) from error
        return result

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many articles columns, vectors, keywords and exact words hold: equal, or the build is damaged."""
        return len(self.pmids), len(self._vectors), len(self._bm25), len(self.filters)

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
        rows, counts = self.filters.rows_and_counts(expression, parts)
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
        return self.filters.facets(field, within.rows if within else None, size)

    def counts(self, filters: Sequence[FilterExpression], within: Selection | None = None) -> tuple[int, ...]:
        """Count the selected articles that each filter keeps; fast for values, and for `AnyOf` of values."""
        return self.filters.counts(filters, within.rows if within else None)

    def suggest(self, word: str) -> str | None:
        """Return the index's nearest word to one that no article has; None where no word is near."""
        return nearest_word(word, self.filters.words)

    def vectors(self, pmids: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors of articles, shape (n, dimensions), at the index's precision.

        Raises:
            KeyError: An article is not in the index.
        """
        return self._vectors.stored(rows_of(pmids, self.pmids))

    @property
    def scale(self) -> NDArray[np.float32] | None:
        """What codes the components of the vectors, shape (2 * dimensions,); None where each cell has its own."""
        return self._vectors.scale

    @property
    def sentences(self) -> int | None:
        """How many sentences have a code, titles included; None in an index that was built without."""
        return None if self._sentences is None else len(self._sentences)

    def best_sentences(
        self, pmids: Sequence[int] | NDArray[np.int64], vector: NDArray[np.float32]
    ) -> NDArray[np.float32] | None:
        """Return about the cosines of each article's title, and of its best sentence, with a vector.

        Args:
            pmids: Articles of the index.
            vector: Shape (dimensions,), length 1.

        Returns:
            Shape (2, n): of the titles, and the highest of title and sentences; -1 for an article without any text.
            None in an index that was built without sentences.

        Raises:
            KeyError: An article is not in the index.
        """
        return None if self._sentences is None else self._sentences.best(rows_of(pmids, self.pmids), vector)

    def sentence_cosines(self, pmids: Sequence[int], vector: NDArray[np.float32]) -> list[NDArray[np.float32]] | None:
        """Return about the cosine with a vector of each sentence of articles, in the order of `encoded_sentences`.

        Returns:
            For each article shape (sentences,); None in an index that was built without sentences.

        Raises:
            KeyError: An article is not in the index.
        """
        if self._sentences is None:
            return None
        codes, counts = self._sentences.codes(rows_of(pmids, self.pmids))
        return _by_article(code_cosines(codes, vector), counts)

    def sentence_vectors(self, pmids: Sequence[int]) -> list[NDArray[np.float32]] | None:
        """Return about the vector of each sentence of articles, in the order of `encoded_sentences`.

        Returns:
            For each article shape (sentences, dimensions); None in an index that was built without sentences.

        Raises:
            KeyError: An article is not in the index.
        """
        if self._sentences is None:
            return None
        codes, counts = self._sentences.codes(rows_of(pmids, self.pmids))
        return _by_article(decode_codes(codes, self.manifest.dimensions), counts)

    def days(self, pmids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the first possible day of each article's publication date, as yyyymmdd; 0 where there is none.

        Raises:
            KeyError: An article is not in the index.
        """
        return self.filters.first_days(rows_of(pmids, self.pmids))

    def stems(self, text: str) -> Tokens:
        """Return the words of a text in its order, each with the stem that stands for it in the index."""
        return self._bm25.stems(text)

    def has_word(self, word: str) -> bool:
        """Return whether any article has a word, in any field and in any of its forms."""
        stems = (token.stem for token in self.stems(word))
        return any(map(self.document_frequency, stems)) or self.filters.words.holds(word)

    def has_form(self, word: str) -> bool:
        """Return whether any field of an article has a folded word, written exactly so."""
        return self.filters.words.holds(word)

    def has_exact_word(self, word: str) -> bool:
        """Return whether a title or an abstract has a folded word, written exactly so."""
        return bool(self.filters.words.vocabulary_count(word))

    def has_value(self, field: str, value: str, *, start: bool = False) -> bool:
        """Return whether an article has a value in a field, or as one of its other names.

        Args:
            field: The field.
            value: The value.
            start: Whether one that begins so is enough.

        Raises:
            ValueError: There is no such field.
        """
        return any(column.has(value, start=start) for column in self.filters.columns(field))

    def has_any(self, field: str) -> bool:
        """Return whether any article has any value in a field.

        Raises:
            ValueError: There is no such field.
        """
        return any(len(column) for column in self.filters.columns(field))

    def document_frequency(self, stem: str) -> int:
        """Return how many articles hold the stem."""
        return self._bm25.document_frequency(stem)


def _by_article(values: NDArray[np.float32], counts: NDArray[np.int64]) -> list[NDArray[np.float32]]:
    """Cut what is of sentences into the part of each article."""
    return np.split(values, np.cumsum(counts)[:-1]) if len(counts) else []


def _select(
    filters: FilterIndex, articles: int, expression: FilterExpression, within: Selection | None = None
) -> Selection:
    """Find the articles that a filter keeps, of all or of a selection; the last selections are cached."""
    rows = filters.rows(expression)
    if rows is None:
        return within or Selection(articles, None)
    return _selection(rows if within is None or within.rows is None else rows & within.rows)


def _selection(rows: NDArray[np.bool_]) -> Selection:
    rows.flags.writeable = False  # shared by all callers with the same filter
    return Selection(int(np.count_nonzero(rows)), rows)


def model_of(manifest: Manifest, build: Path) -> ModelReference:
    """Return the model that a build was made with.

    Raises:
        ModelError: It is missing, or its files have changed.
    """
    library = build.parents[1]
    return matching_model(manifest.model, manifest.precision, manifest.fingerprint, library=library)
