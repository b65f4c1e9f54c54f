"""Checks that a library's store, vectors, index and manifest agree with each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.build.index_check import verify
from index.build.index_job import IndexJob
from index.core.errors import LibraryError
from index.core.files import size_of
from index.core.progress import Progress
from index.embedding.shard import Shard
from index.embedding.vector_store import hash_array
from index.engine.search_index import SearchIndex
from index.library.builds import current_build
from index.library.layout import Library
from index.library.manifest import NAME, Manifest
from index.store.article_store import ArticleStore
from index.store.store_check import verify_store


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a library found.

    Attributes:
        manifest: The build in service.
        articles: Articles in the store.
        shards: Files of vectors that can be read.
        vectors: Vectors in them, of every model.
        faults: One sentence for each fault; empty where there is none.
    """

    manifest: Manifest
    articles: int
    shards: int
    vectors: int
    faults: tuple[str, ...]


def verify_library(library: Library, progress: Progress) -> Verification:
    """Check store, ledger, vectors, index and manifest against each other; nothing is changed.

    Raises:
        LibraryError: There is no store or no index in service, or it cannot be opened.
        ModelError: Its model is missing or changed.
    """
    index = SearchIndex.open(current_build(library))
    faults = list(verify_store(library.store, progress))
    with ArticleStore.open(library.store) as store:
        articles = store.count()
        faults += _index_faults(library, index, store, progress)
        text_hashes = _indexed_texts(index, store)
    shards = _ShardCheck(text_hashes, index.manifest.fingerprint)
    paths = sorted(library.vectors.glob("*/*.safetensors"))
    with progress.bar("shards", len(paths), "file") as bar:
        for path in paths:
            shards.check(path)
            bar.update()
    return Verification(index.manifest, articles, shards.files, shards.vectors, (*faults, *shards.faults()))


def _index_faults(library: Library, index: SearchIndex, store: ArticleStore, progress: Progress) -> Iterator[str]:
    manifest = index.manifest
    folder = current_build(library)
    size = size_of(folder) - (folder / NAME).stat().st_size
    if size != manifest.size_bytes:
        yield f"the index takes {size:,} bytes, its manifest says {manifest.size_bytes:,}"
    job = IndexJob(library, store, manifest.limit, manifest, progress)
    if job.content(manifest.fingerprint) != manifest.content:
        yield "the index is older than the store: files applied since then cannot be found yet"
    elif not np.array_equal(index.pmids, sorted((key.pmid for key in job.keys), reverse=True)):
        yield "the index holds other articles than the store"
    try:
        for passage in store.passages([manifest.probe]):  # none, where the article has been deleted since
            verify(index, manifest.articles, passage)
    except LibraryError as error:
        yield str(error)


def _indexed_texts(index: SearchIndex, store: ArticleStore) -> NDArray[np.bytes_]:
    """Return the hashes of the texts of the indexed articles, ascending, each once."""
    keys = store.newest(None)
    indexed = np.isin(np.array([key.pmid for key in keys], dtype=np.int64), index.pmids)
    return np.unique(hash_array([keys[row].text_hash for row in np.flatnonzero(indexed)]))


class _ShardCheck:
    """Reads one shard after the other and keeps only counts."""

    def __init__(self, text_hashes: NDArray[np.bytes_], fingerprint: str) -> None:
        self.files = 0
        self.vectors = 0
        self._errors: list[str] = []
        self._text_hashes = text_hashes
        self._has_vector = np.zeros(len(text_hashes), dtype=bool)
        self._fingerprint = fingerprint

    def check(self, path: Path) -> None:
        try:
            shard = Shard.read(path)
        except LibraryError as error:
            self._errors.append(str(error))
            return
        self.files += 1
        self.vectors += len(shard.pmids)
        if shard.fingerprint == self._fingerprint:
            hashes = hash_array(map(bytes, shard.text_hashes))
            positions = np.minimum(np.searchsorted(self._text_hashes, hashes), len(self._text_hashes) - 1)
            self._has_vector[positions[self._text_hashes[positions] == hashes]] = True

    def faults(self) -> Iterator[str]:
        yield from self._errors
        if missing := np.count_nonzero(~self._has_vector):
            yield f"{missing:,} texts of the index have no vector in the shards"
