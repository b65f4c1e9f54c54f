"""txtai around our vector index, keyword index and model; the only module with txtai and Faiss.

Importing it costs seconds, because txtai brings in torch and transformers: import it where it is needed.
"""

import math
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from txtai import Embeddings
from txtai.ann import Faiss
from txtai.scoring import Scoring
from txtai.vectors import Vectors

from index.embedding.encoder import Encoder, matching_model
from index.engine.columns import NO_YEAR, Document, read_column, write_columns
from index.engine.filter_index import RestrictionWriter
from index.lexical.bm25_index import KeywordDocument, KeywordIndex, KeywordWriter

# Exact search over half precision: 1 ms at 20,000 articles, 22 ms at 500,000, of one thread (Flat: 6.5 and 174).
EXACT_UP_TO = 500_000

_FAISS: Any = faiss  # its type stub describes C++ constructors, not those of Python
_MARGIN = 64  # more rows than asked for, so that equal scores at the cut can be put in order
_FIRST_CELLS = 64  # recall@10 .975 of real queries at a million articles and 4,096 cells
_MOST_CELLS = 16_384


class FilteredFaiss(Faiss):  # type: ignore[misc]  # txtai is untyped
    """txtai's Faiss with filters that come first, exact while it is small, and a stable order."""

    _mapping = threading.Lock()

    def configure(self, count: int, train: int) -> str:
        """Return Faiss's name for the kind of index that suits `count` rows, `train` of them for training."""
        if count <= EXACT_UP_TO:
            return "IDMap,SQfp16"
        return f"IVF{min(_MOST_CELLS, round(4 * math.sqrt(train)))},SQ8"

    def search(
        self, queries: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None = None
    ) -> list[list[tuple[int, float]]]:
        """Return for each query the best rows, highest cosine first, equal ones by row.

        Args:
            queries: float32, shape (n, dimensions), rows of length 1.
            limit: How many rows at most.
            allowed: Shape (rows,), which rows may be found; None for all.

        Returns:
            min(`limit`, number of allowed rows) pairs of row and cosine a query.
        """
        # Two threads on half a million rows gain little, and beside another program they wait for each other: 20 ms
        # instead of 2 at 3,000 rows. OpenMP keeps the number by thread, so that it is said with each search.
        _FAISS.omp_set_num_threads(1)
        matching = self.count() if allowed is None else int(np.count_nonzero(allowed))
        selector = None if allowed is None else _FAISS.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        return [self._best(query[None, :], min(limit, matching), matching, selector) for query in queries]

    def stored(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the stored vectors of rows, shape (n, dimensions)."""
        inner = _FAISS.downcast_index(self.backend.index) if hasattr(self.backend, "id_map") else self.backend
        with self._mapping:
            if hasattr(inner, "nlist"):  # rows are scattered over cells until a map says where; made once
                inner.make_direct_map()
        vectors: NDArray[np.float32] = inner.reconstruct_batch(rows)
        return vectors

    def _best(
        self, query: NDArray[np.float32], limit: int, matching: int, selector: "faiss.IDSelector | None"
    ) -> list[tuple[int, float]]:
        if limit == 0:
            return []
        wanted = min(matching, limit + _MARGIN)
        scores, rows = self._complete(query, wanted, matching, selector)
        while wanted < matching and scores[-1] == scores[limit - 1]:
            wanted = min(matching, 2 * wanted)
            scores, rows = self._complete(query, wanted, matching, selector)
        order = np.lexsort((rows, -scores))[:limit]
        return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True))

    def _complete(
        self, query: NDArray[np.float32], wanted: int, matching: int, selector: "faiss.IDSelector | None"
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Search more and more cells until `wanted` rows are back: a filter never costs results."""
        cells = int(getattr(self.backend, "nlist", 0))
        # The rarer the allowed rows, the more cells must be looked through for the same number of them.
        probes = min(cells, _FIRST_CELLS * self.count() // matching)
        while True:
            # Given with each search: as the index's attribute it would be lost behind a pre-transform, and shared.
            chosen = {"nprobe": probes} if cells else {}
            kind = _FAISS.SearchParametersIVF if cells else _FAISS.SearchParameters
            scores, rows = self.backend.search(query, wanted, params=kind(sel=selector, **chosen))
            found = rows[0] >= 0
            if found.all() or probes == cells:
                return scores[0][found], rows[0][found]
            probes = min(cells, 2 * probes)


class KeywordScoring(Scoring):  # type: ignore[misc]  # txtai is untyped
    """txtai's keyword leg on our keyword index."""

    def __init__(self, config: dict[str, Any] | None = None) -> None:
        super().__init__(config)
        self._writer: KeywordWriter | None = None
        self._pmids: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.keywords: KeywordIndex | None = None

    def insert(self, documents: Iterable[Any], index: int | None = None, checkpoint: str | None = None) -> None:  # noqa: ARG002
        """Take a batch of (pmid, data, tags)."""
        if self._writer is None:
            self._writer = KeywordWriter(Path(tempfile.mkdtemp()))
        for pmid, data, _ in documents:
            self._writer.add(KeywordDocument(pmid, data["words"]))

    def index(self, documents: Iterable[Any] | None = None) -> None:
        """Finish the index."""
        super().index(documents)
        if self._writer is not None:
            self._writer.finish()

    def save(self, path: str) -> None:
        """Move the finished index to its place."""
        if self._writer is not None:
            shutil.move(self._writer.folder, path)

    def load(self, path: str) -> None:
        """Open a finished index."""
        self.keywords = KeywordIndex.open(Path(path))
        self._pmids = read_column(Path(path).parent, "pmids")

    def search(self, query: str, limit: int = 3) -> list[tuple[int, float]]:
        """Return the best rows with scores between 0 and 1, the best one's being 1, as txtai's fusion expects."""
        matches = self.keywords.search(query, limit).matches if self.keywords else ()
        rows = _rows_of([match.pmid for match in matches], self._pmids)
        return [(row, match.score / matches[0].score) for row, match in zip(rows, matches, strict=True)]

    def batchsearch(self, queries: Iterable[str], limit: int = 3, threads: bool = True) -> list[Any]:  # noqa: ARG002
        """Return `search` of each query."""
        return [self.search(query, limit) for query in queries]

    def count(self) -> int:
        """Return the number of articles."""
        return len(self.keywords) if self.keywords else 0

    def close(self) -> None:
        """Let go of the index."""
        self.keywords = None

    def issparse(self) -> bool:
        """Say that this is an index, not a table of word weights."""
        return True

    def isnormalized(self) -> bool:
        """Say that scores lie between 0 and 1."""
        return True

    def isbayes(self) -> bool:
        """Say that scores are no probabilities."""
        return False


class EncoderVectors(Vectors):  # type: ignore[misc]  # txtai is untyped
    """txtai's vector leg on our encoder: vectors that are made already pass through, text is encoded.

    Attributes:
        encoder: The model; loaded at the first text, unless somebody sets one.
    """

    encoder: Encoder | None = None
    _loading = threading.Lock()

    def loadmodel(self, path: str) -> None:
        """Load nothing yet: who only filters or builds needs no model."""

    def encode(self, data: Sequence[Any], category: str | None = None) -> NDArray[np.float32]:  # noqa: ARG002
        """Return one row a text or vector, float32."""
        if isinstance(data[0], np.ndarray):
            return np.stack(data).astype(np.float32)
        return self.loaded().encode(data)

    def loaded(self) -> Encoder:
        """Return the model that made this index's vectors.

        Raises:
            ModelError: It is not there, or its files have changed.
        """
        with self._loading:
            if self.encoder is None:
                config = self.config
                reference = matching_model(config["path"], config["precision"], config["fingerprint"])
                self.encoder = Encoder.load(reference, precision=config["precision"])
            return self.encoder


@dataclass(frozen=True, slots=True)
class Legs:
    """The parts of a finished index that answer.

    Attributes:
        vectors: Finds rows by meaning.
        words: Finds articles by their words.
        model: Turns text into vectors; loaded when the first text needs it.
    """

    vectors: FilteredFaiss
    words: KeywordIndex
    model: EncoderVectors


def open_legs(folder: Path) -> Legs:
    """Open a finished index the way txtai does."""
    embeddings = Embeddings().load(str(folder))
    return Legs(embeddings.ann, embeddings.scoring.keywords, embeddings.model)


def write_index(folder: Path, documents: Iterable[Document], encoder: Encoder) -> str:
    """Write a new index into an empty folder and return Faiss's name for its kind.

    Args:
        folder: Receives the index, and temporary files while it is written.
        documents: In descending order of PMID, each once.
        encoder: The model that made their vectors.
    """
    facts: list[tuple[int, int]] = []
    embeddings = Embeddings(
        content=False,
        path=encoder.reference.name,
        precision=encoder.precision,
        fingerprint=encoder.fingerprint,
        method="index.engine.txtai_plugins.EncoderVectors",
        backend="index.engine.txtai_plugins.FilteredFaiss",
        scoring={"method": "index.engine.txtai_plugins.KeywordScoring", "terms": True, "normalize": True},
        columns={"text": "vector"},
    )
    restrictions = RestrictionWriter(folder)
    with _temporary_files_in(folder):
        embeddings.index(_as_txtai(documents, facts, restrictions))
        embeddings.save(str(folder))
    kind = str(embeddings.config["build"]["settings"]["components"])
    embeddings.close()
    write_columns(folder, facts)
    restrictions.finish()
    return kind


def _as_txtai(
    documents: Iterable[Document], facts: list[tuple[int, int]], restrictions: RestrictionWriter
) -> Iterator[tuple[int, dict[str, Any], None]]:
    for document in documents:
        article = document.article
        facts.append((article.pmid, article.year or NO_YEAR))
        restrictions.add(article)
        yield article.pmid, {"vector": document.vector, "words": document.words}, None


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Let txtai spool its vectors beside the index: of all PubMed they are 55 GB, more than most /tmp hold."""
    spool = folder / "temporary"
    spool.mkdir(parents=True)
    before, tempfile.tempdir = tempfile.tempdir, str(spool)
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(spool)


def _rows_of(pmids: Sequence[int], column: NDArray[np.int64]) -> list[int]:
    """Return the rows of these PMIDs in a column that descends."""
    rows: list[int] = (len(column) - 1 - np.searchsorted(column[::-1], pmids)).tolist()
    return rows
