"""Checks that a library's store, vectors, index and manifest agree with each other."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.build.index_check import verify_model
from index.build.index_job import IndexJob
from index.build.shard_check import ShardCheck
from index.core.errors import LibraryError, ModelError
from index.core.progress import Progress
from index.embedding.shard import shard_sizes
from index.engine.content_check import ContentCheck
from index.engine.search_index import SearchIndex
from index.lexical.mesh import Mesh
from index.library.build_files import file_faults, foreign_files
from index.library.builds import current_build, read_pointer
from index.library.layout import Library
from index.library.manifest import Manifest
from index.records.article import Article
from index.records.passages import passage_of, searched_words, sentences_key
from index.store.article_store import FETCH_BATCH, ArticleStore
from index.store.store_check import verify_store


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a library found.

    Attributes:
        manifest: The build in service.
        articles: Articles in the store.
        shards: Files of vectors that can be read.
        vectors: Vectors of texts in them, of every model.
        sentences: Sentences in them, of every model.
        faults: One sentence for each fault; empty where there is none.
        foreign: Files in the build's folder that are not of the build; nothing reads them.
    """

    manifest: Manifest
    articles: int
    shards: int
    vectors: int
    sentences: int
    faults: tuple[str, ...]
    foreign: tuple[str, ...]


def verify_library(library: Library, progress: Progress) -> Verification:
    """Check store, ledger, vectors, index and manifest against each other; nothing is changed.

    Every file of the build is compared with its hash, and what the index says about each article with the store.

    Raises:
        LibraryError: There is no store or no index in service, or its manifest cannot be read.
    """
    check = _LibraryCheck(library, progress)
    check.files()
    check.store()
    check.index()
    check.shards()
    check.vocabulary()
    return check.result()


class _LibraryCheck:
    """Collects faults, one part of the library after the other."""

    def __init__(self, library: Library, progress: Progress) -> None:
        self._library = library
        self._progress = progress
        self._build = current_build(library)
        self._manifest = Manifest.read(self._build)
        self._faults: list[str] = []
        self._index: SearchIndex | None = None
        self._articles = 0
        self._shards: ShardCheck | None = None

    def result(self) -> Verification:
        shards = self._shards
        return Verification(
            manifest=self._manifest,
            articles=self._articles,
            shards=shards.files if shards else 0,
            vectors=shards.vectors if shards else 0,
            sentences=shards.sentences if shards else 0,
            faults=tuple(dict.fromkeys(self._faults)),
            foreign=tuple(foreign_files(self._build, self._manifest.files)),
        )

    def files(self) -> None:
        """Read every file of the build, then open it."""
        if not read_pointer(self._library)[1]:
            self._faults.append(f"{self._library.pointer} gives no hash of the manifest")
        damaged = [f"the index: {fault}" for fault in file_faults(self._build, self._manifest.files)]
        self._faults += damaged
        try:
            self._index = SearchIndex.open(self._build)
        except (LibraryError, ModelError) as error:
            if not damaged:
                self._faults.append(str(error))

    def store(self) -> None:
        self._faults += verify_store(self._library.store, self._progress)

    def index(self) -> None:
        """Compare the opened index with the store."""
        with ArticleStore.open(self._library.store) as store:
            self._articles = store.count()
            text_hashes = {key.pmid: key.text_hash for key in store.newest(None)}
            self._shards = ShardCheck(self._index, text_hashes, self._manifest.fingerprint)
            if self._index:
                try:
                    self._faults += self._index_faults(self._index, store)
                except (LibraryError, ModelError) as error:
                    self._faults.append(str(error))

    def shards(self) -> None:
        folders = sorted(folder for folder in self._library.vectors.glob("*/") if not folder.is_symlink())
        if self._shards:
            with self._progress.bar("shards", sum(map(len, map(shard_sizes, folders))), "file") as bar:
                for folder in folders:
                    self._shards.open_table(folder)
                    for path in _shards(folder):
                        self._shards.check(path)
                        bar.update()
            self._faults += self._shards.faults()

    def vocabulary(self) -> None:
        if os.path.lexists(self._library.mesh):
            try:
                with Mesh.open(self._library.mesh) as mesh:
                    if not mesh.is_as_loaded():
                        self._faults.append(
                            "the MeSH vocabulary is not as it was loaded; load it again: rebuild-index --mesh FILE"
                        )
            except LibraryError as error:
                self._faults.append(str(error))

    def _index_faults(self, index: SearchIndex, store: ArticleStore) -> Iterator[str]:
        manifest = self._manifest
        job = IndexJob(self._library, store, manifest.limit, manifest, self._progress)
        if job.content(manifest.fingerprint) != manifest.content:
            yield "the index is older than the store: files applied since then cannot be found yet"
        elif not np.array_equal(index.pmids, sorted((key.pmid for key in job.keys), reverse=True)):
            yield "the index holds other articles than the store"
        else:
            yield from self._content_faults(index, store)
            [passage] = store.passages([int(index.pmids[len(index.pmids) // 2])])
            try:
                verify_model(index, passage)
            except LibraryError as error:
                yield str(error)

    def _content_faults(self, index: SearchIndex, store: ArticleStore) -> Iterator[str]:
        content = ContentCheck(self._build, index.pmids)
        with self._progress.bar("index", len(index.pmids), "article") as bar:
            for article in _articles(store, index.pmids.tolist()):
                content.add(article, searched_words(passage_of(article)))
                if self._shards and index.sentences is not None:
                    self._shards.expect_sentences(sentences_key(article).text_hash, article.pmid)
                bar.update()
        yield from content.faults()


def _articles(store: ArticleStore, pmids: list[int]) -> Iterator[Article]:
    for start in range(0, len(pmids), FETCH_BATCH):
        yield from store.articles(pmids[start : start + FETCH_BATCH]).values()


def _shards(folder: Path) -> Iterator[Path]:
    """Yield the shards of a folder, then those that a build beside this process has made of them meanwhile."""
    seen: set[Path] = set()
    while new := [path for path in shard_sizes(folder) if path not in seen]:
        yield from new
        seen.update(new)
