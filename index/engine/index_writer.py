"""A new index written in one pass: vectors by txtai on Faiss, words by BM25, filters and columns beside them.

The only module with txtai. Importing it costs seconds, because txtai brings in torch and transformers: import it where
it is needed. What txtai writes about itself (`config.json`) names its own parts only: plain txtai opens the folder,
and nothing here depends on it.
"""

import math
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from txtai import Embeddings

from index.core.errors import LibraryError
from index.core.progress import Progress
from index.core.system_errors import system_error
from index.embedding.encoder import Encoder
from index.engine.columns import NO_YEAR, Document, write_columns
from index.engine.faiss_file import EXACT_UP_TO
from index.engine.filter_index import FilterIndexWriter
from index.engine.sentence_index import SentenceWriter
from index.engine.vector_index import unit_rows
from index.lexical.bm25_index import FOLDER, Bm25Document, Bm25Writer

_MOST_CELLS = 16_384
# Cells are learnt from as many vectors each; Faiss itself takes up to 256, and four times as long.
_LEARNT_FROM = 64
_ADDED_AT_ONCE: Final = 1024  # vectors


def most_learnt_from(articles: int) -> int:
    """Return from how many vectors an index is learnt: its cells, and the range of each dimension."""
    return _LEARNT_FROM * _cells(articles) if articles > EXACT_UP_TO else articles


def learn(
    encoder: Encoder,
    sample: NDArray[np.float16],
    *,
    articles: int,
    progress: Progress,
    bounds: NDArray[np.float32] | None = None,
) -> Embeddings:
    """Return txtai's index of no article yet, with cells and ranges that Faiss has learnt.

    Args:
        encoder: The model that made the vectors.
        sample: `most_learnt_from` of the vectors, shape (n, dimensions).
        articles: How many articles will be added.
        progress: Says that cells are learnt, which takes minutes for a million articles.
        bounds: Of an index without cells, the bounds of the components, from `bounds_of`; None for the sample's.
    """
    kind = _faiss_kind(articles)
    embeddings = Embeddings(
        content=False,
        path=encoder.reference.name,
        method="external",  # the vectors are ready
        backend="faiss",
        faiss={"components": kind},
    )
    # What `Embeddings.index` does, but for a copy of all vectors on the disk and another in memory: 3 GB for a million
    # articles, 120 GB for all of PubMed.
    embeddings.config |= {"dimensions": encoder.dimensions, "offset": 0}
    embeddings.ann = embeddings.createann()
    embeddings.ann.backend = embeddings.ann.create(sample, kind)
    with progress.bar("cells", None, "step") if articles > EXACT_UP_TO else nullcontext():
        use_bounds = bounds is not None and articles <= EXACT_UP_TO
        embeddings.ann.backend.train(bounds if use_bounds else unit_rows(sample))
    embeddings.ann.metadata({"components": kind})
    return embeddings


def write_index(folder: Path, documents: Iterable[Document], learnt: Embeddings) -> str:
    """Write a new index into an empty folder and return Faiss's name for its kind.

    Args:
        folder: Receives the index.
        documents: In descending order of PMID, each once.
        learnt: From `learn`.

    Raises:
        LibraryError: The disk is full, for instance.
        OSError: The same, where Python itself writes.
    """
    try:
        return _write(folder, documents, learnt)
    except (
        ValueError,
        RuntimeError,
        sqlite3.Error,
    ) as error:  # what the system refuses
        raise system_error(error, folder.parent) or LibraryError(
            f"The new index cannot be written in {folder.parent} ({error}). The index in service stays. Make room on "
            "the disk, in memory or for open files (`ulimit -n`), and run the same command again."
        ) from error


def _write(folder: Path, documents: Iterable[Document], embeddings: Embeddings) -> str:
    pmids, years = array("q"), array("h")
    bm25 = Bm25Writer(folder / FOLDER)
    filters = FilterIndexWriter(folder)
    sentences = SentenceWriter(folder, embeddings.config["dimensions"])
    for batch in _batches(documents):
        embeddings.ann.append(unit_rows(np.stack([document.vector for document in batch])))
        for document in batch:
            article = document.article
            pmids.append(article.pmid)
            years.append(article.year or NO_YEAR)
            filters.add(article)
            bm25.add(Bm25Document(article.pmid, document.words))
            sentences.add(document.codes)
    embeddings.ids = embeddings.createids(pmids.tolist())
    embeddings.save(str(folder))
    kind: str = embeddings.config["build"]["settings"]["components"]
    embeddings.close()
    bm25.finish()
    filters.finish()
    sentences.finish()
    write_columns(folder, pmids, years)
    return kind


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    remaining = iter(documents)
    while batch := list(islice(remaining, _ADDED_AT_ONCE)):
        yield batch


def _faiss_kind(articles: int) -> str:
    """Return Faiss's name for the kind of index that suits this number of rows."""
    if articles <= EXACT_UP_TO:
        return "IDMap,SQ8"
    return f"IVF{_cells(articles)},SQ8"


def _cells(articles: int) -> int:
    return min(_MOST_CELLS, round(4 * math.sqrt(articles)))
