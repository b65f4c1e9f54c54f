"""Writes the next build from the one in service and the articles that are new or changed."""

import json
import shutil
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.engine.columns import NO_YEAR, Document, read_array, write_columns
from index.engine.filter_index import (
    COLUMNS,
    DAYS_FILE,
    EXACT,
    VALUES,
    FilterColumns,
    column_key,
    column_label,
    column_values,
)
from index.engine.update.row_changes import RowChanges
from index.engine.update.sentence_update import update_sentences
from index.engine.update.value_update import ValueUpdate
from index.engine.update.vector_update import update_cells, write_flat_vectors
from index.engine.vector_index import VECTORS
from index.lexical.bm25_index import FOLDER, Bm25Document, Bm25Writer
from index.lexical.positional_index import PositionalIndexWriter
from index.library.manifest import Manifest
from index.records.article import Article
from index.records.article_fields import DAYS, texts_of

Articles = Callable[[Sequence[int]], Mapping[int, Article]]
"""Returns articles of the library by their PMIDs."""

Vectors = Callable[[], NDArray[np.float16]]
"""Returns the vectors of all rows, shape (rows, dimensions)."""

_FRESH: Final = "fresh"  # what the fresh rows alone have, until it is put between the others
_TXTAI_CONFIGURATION, _TXTAI_IDS = "config.json", "ids"


class IndexUpdate:
    """Makes the next build in an empty folder; nothing of the old one is changed."""

    def __init__(
        self,
        old: Path,
        folder: Path,
        manifest: Manifest,
        changes: RowChanges,
        bounds: NDArray[np.float32] | None = None,
    ) -> None:
        """Begin.

        Args:
            old: The folder of the build in service, whole and of this format.
            folder: Receives the next build, and temporary files while it is written.
            manifest: The old build's.
            changes: The rows.
            bounds: Those that the shards of a split library share, from `bounds_of`; None for the vectors' own.
        """
        self._old = old
        self._bounds = bounds
        self._folder = folder
        self._changes = changes
        self._manifest = manifest
        self._years = array("h")
        self._vectors: list[NDArray[np.floating[Any]]] = []
        self._codes: list[NDArray[np.uint8]] = []

    def write(self, documents: Iterable[Document], articles: Articles, vectors: Vectors) -> None:
        """Write the build.

        Args:
            documents: The fresh rows, in descending order of PMID.
            articles: Asked for those that now say how a value is written.
            vectors: Asked for those of all rows where each is compared.

        Raises:
            OSError: The disk is full, for instance.
            RuntimeError: The same, where Faiss writes.
            ValueError: The same, where tantivy writes.
        """
        fresh = self._folder / _FRESH
        fresh.mkdir()
        self._write_words(documents, FilterColumns(fresh))
        self._write_columns(fresh)
        for field in COLUMNS:
            update = ValueUpdate(self._old / VALUES / field, fresh / VALUES / field, self._changes)
            label = column_label(field)
            update.write(self._folder / VALUES / field, label and _Labels(field, label, articles))
        shutil.rmtree(fresh)
        update_sentences(self._old, self._folder, self._changes, self._codes, self._manifest.dimensions)
        self._write_vectors(vectors)
        self._write_for_txtai()

    def _write_words(self, documents: Iterable[Document], columns: FilterColumns) -> None:
        """Take the fresh rows: their words go into a copy of the old ones, everything else is collected."""
        for name in (FOLDER, EXACT):
            (self._folder / name).mkdir()
        for name in self._manifest.files:  # and nothing else that lies there
            if name.startswith((f"{FOLDER}/", f"{EXACT}/")):
                shutil.copyfile(self._old / name, self._folder / name)
        bm25 = Bm25Writer(self._folder / FOLDER, update=True)
        exact = PositionalIndexWriter(self._folder / EXACT, update=True)
        old_pmids = read_array(self._old / "pmids.npy", "i8", (len(self._changes.moved),))
        gone = old_pmids[self._changes.gone].tolist()
        bm25.delete(gone)
        exact.delete(gone)
        for document in documents:
            article = document.article
            columns.add(article)
            bm25.add(Bm25Document(article.pmid, document.words))
            exact.add(article.pmid, texts_of(article))
            self._years.append(article.year or NO_YEAR)
            self._vectors.append(document.vector)
            self._codes.append(document.codes)
        bm25.finish()
        exact.finish()
        columns.finish()

    def _write_columns(self, fresh: Path) -> None:
        old_years = read_array(self._old / "years.npy", "i2", (len(self._changes.moved),))
        years = self._changes.column(old_years, np.array(self._years, dtype=np.int16))
        write_columns(self._folder, self._changes.pmids, years)
        old_days, days = (
            read_array(folder / DAYS_FILE, "i4", (len(DAYS), rows)).T
            for folder, rows in ((self._old, len(self._changes.moved)), (fresh, len(self._changes.fresh)))
        )
        np.save(self._folder / DAYS_FILE, self._changes.column(old_days, days).T)

    def _write_vectors(self, vectors: Vectors) -> None:
        kind = self._manifest.vectors
        if not kind.startswith("IVF"):
            write_flat_vectors(self._folder / VECTORS, kind, vectors(), self._bounds)
            return
        fresh = np.array(self._vectors, dtype=np.float16).reshape(-1, self._manifest.dimensions)
        update_cells(self._old / VECTORS, self._folder / VECTORS, kind, self._changes, fresh)

    def _write_for_txtai(self) -> None:
        """Write what only plain txtai reads: the PMID of each row, and what kind of index this is."""
        pmids = self._changes.pmids.tolist()
        (self._folder / _TXTAI_IDS).write_bytes(msgspec.msgpack.encode(pmids))
        configuration = {
            "content": False,
            "path": self._manifest.model,
            "method": "external",
            "backend": "faiss",
            "faiss": {"components": self._manifest.vectors},
            "dimensions": self._manifest.dimensions,
            "offset": len(pmids),
        }
        (self._folder / _TXTAI_CONFIGURATION).write_text(json.dumps(configuration, indent=2))


class _Labels:
    """Says how articles write the values of a field."""

    def __init__(self, field: str, label: Callable[[str], str], articles: Articles) -> None:
        self._field = field
        self._key = column_key(field)
        self._label = label
        self._articles = articles

    def __call__(self, asked: Sequence[tuple[bytes, int]]) -> list[bytes]:
        articles = self._articles(sorted({pmid for _, pmid in asked}))
        by_pmid = {pmid: self._of(article) for pmid, article in articles.items()}
        return [by_pmid[pmid][key] for key, pmid in asked]

    def _of(self, article: Article) -> dict[bytes, bytes]:
        values = (value for field, value in column_values(article) if field == self._field)
        labels = {self._key(value): self._label(value) for value in values}
        return {key.encode(errors="replace"): label.encode(errors="replace") for key, label in labels.items()}
