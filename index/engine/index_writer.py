"""A new index written in one pass: vectors by txtai on Faiss, words by BM25, filters and columns beside them.

The only module with txtai. Importing it costs seconds, because txtai brings in torch and transformers: import it where
it is needed. What txtai writes about itself (`config.json`) names its own parts only: plain txtai opens the folder,
and nothing here depends on it.
"""

import math
import shutil
import sqlite3
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from numpy import floating
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
from index.lexical.bm25_index import FOLDER, Bm25Document, Bm25Writer

_MOST_CELLS = 16_384
# Cells are learnt from as many vectors each; Faiss itself takes up to 256, and four times as long.
_LEARNT_FROM = 64


def write_index(
    folder: Path, documents: Iterable[Document], encoder: Encoder, *, articles: int, progress: Progress
) -> str:
    """Write a new index into an empty folder and return Faiss's name for its kind.

    Args:
        folder: Receives the index, and temporary files while it is written.
        documents: In descending order of PMID, each once.
        encoder: The model that made their vectors.
        articles: How many documents there are.
        progress: Says that cells are learnt, which takes minutes for a million articles.

    Raises:
        LibraryError: The disk is full, for instance.
        OSError: The same, where Python itself writes.
    """
    try:
        return _write(folder, documents, encoder, articles=articles, progress=progress)
    except (
        ValueError,
        RuntimeError,
        sqlite3.Error,
    ) as error:  # what the system refuses
        raise system_error(error, folder.parent) or LibraryError(
            f"The new index cannot be written in {folder.parent} ({error}). The index in service stays. Make room on "
            "the disk, in memory or for open files (`ulimit -n`), and run the same command again."
        ) from error


def _write(folder: Path, documents: Iterable[Document], encoder: Encoder, *, articles: int, progress: Progress) -> str:
    kind = _faiss_kind(articles)
    embeddings = Embeddings(
        content=False,
        path=encoder.reference.name,
        method="external",  # the vectors are ready
        backend="faiss",
        faiss={"components": kind, "sample": _share_learnt_from(articles)},
    )
    pmids, years = array("q"), array("h")
    bm25 = Bm25Writer(folder / FOLDER)
    filters = FilterIndexWriter(folder)
    sentences = SentenceWriter(folder, encoder.dimensions)
    with _temporary_files_in(folder), ExitStack() as learning:

        def learn() -> None:
            if articles > EXACT_UP_TO:
                learning.enter_context(progress.bar("cells", None, "step"))

        documents = chain(documents, _nothing_but(learn))
        embeddings.index(_txtai_rows(documents, (pmids, years), bm25, filters, sentences))
        embeddings.save(str(folder))
    embeddings.close()
    bm25.finish()
    filters.finish()
    sentences.finish()
    write_columns(folder, pmids, years)
    return kind


def _faiss_kind(articles: int) -> str:
    """Return Faiss's name for the kind of index that suits this number of rows."""
    if articles <= EXACT_UP_TO:
        return "IDMap,SQ8"
    return f"IVF{_cells(articles)},SQ8"


def _cells(articles: int) -> int:
    return min(_MOST_CELLS, round(4 * math.sqrt(articles)))


def _share_learnt_from(articles: int) -> float | None:
    """Return the share of the vectors from which cells are learnt, None for all."""
    share = _LEARNT_FROM * _cells(articles) / articles
    return share if articles > EXACT_UP_TO and share < 1 else None


def _txtai_rows(
    documents: Iterable[Document],
    columns: "tuple[array[int], array[int]]",
    bm25: Bm25Writer,
    filters: FilterIndexWriter,
    sentences: SentenceWriter,
) -> Iterator[tuple[int, NDArray[floating[Any]], None]]:
    for document in documents:
        article = document.article
        columns[0].append(article.pmid)
        columns[1].append(article.year or NO_YEAR)
        filters.add(article)
        bm25.add(Bm25Document(article.pmid, document.words))
        sentences.add(document.codes)
        yield article.pmid, document.vector, None


def _nothing_but(call: Callable[[], object]) -> Iterator[Document]:
    """Yield nothing, and call something when that is asked for: behind the last document."""
    call()
    yield from ()


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Let txtai spool its vectors beside the index: for all of PubMed they take 55 GB, more than most /tmp hold."""
    spool = folder / "temporary"
    spool.mkdir(parents=True)
    previous, tempfile.tempdir = tempfile.tempdir, str(spool)
    try:
        yield
    finally:
        tempfile.tempdir = previous
        shutil.rmtree(spool)
