"""An open library: what it holds, the build in service, the next one when it is published."""

import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index.core.errors import LibraryError, PubmedError, ResourceError
from index.core.own_process import require_own_process
from index.library.builds import current_build
from index.library.layout import Library
from index.records.article import Article
from search.filters.validation import pmid_of
from search.serving.library_status import Corpus, LibraryStatus, count_holdings
from search.serving.open_build import OpenBuild

if TYPE_CHECKING:
    from index.embedding.cross_encoder import Reranker

RETRY_S = 60.0
"""After how many seconds a new build that could not be opened is tried again."""

_log = logging.getLogger(__name__)


class OpenLibrary:
    """One library, open for reading; safe to share between threads."""

    def __init__(self, library: Library, generation: OpenBuild, reranker: "Reranker | None" = None) -> None:
        self._library = library
        self._generation = generation
        self._reranker = reranker
        self._reopening = threading.Lock()
        self._failed: Path | None = None
        self._failed_s = 0.0
        self._closed = False
        self._process = os.getpid()

    @classmethod
    def open(cls, path: str | os.PathLike[str] | None = None, *, reranker: str | None = None) -> Self:
        """Open a library.

        Args:
            path: Its folder; by default `PUBMED_LIBRARY`, or else `data/library`.
            reranker: A sentence-transformers CrossEncoder, by its folder or its hub name (which must be in this
                machine's cache), that reads the best articles of each search again. It takes seconds per search, and
                may rank worse: measure it first.

        Raises:
            LibraryError: There is no library, or nothing was published in it; the message names the command.
            ModelError: The library's model is missing or is not the same one, or the reranker is missing.
        """
        library = Library.locate(path)
        generation = OpenBuild.open(library, current_build(library))
        return cls(library, generation, _load_reranker(reranker) if reranker else None)

    def holdings(self) -> LibraryStatus:
        """Return everything that is known about the library; counting takes seconds if it holds millions."""
        with self._serving() as serving:
            return count_holdings(self._library, serving)

    def article(self, pmid: int | str) -> Article | None:
        """Return everything PubMed says about an article, or None where the library does not hold it.

        Raises:
            QueryError, TypeError: What is given is no PMID.
        """
        with self._serving() as serving:
            return serving.store.article(pmid_of(pmid))

    def citing(self, pmid: int | str) -> tuple[int, ...]:
        """Return the articles of the library whose references name an article, the highest PMID first.

        Raises:
            QueryError, TypeError: What is given is no PMID.
        """
        with self._serving() as serving:
            return serving.store.citing(pmid_of(pmid))

    @property
    def count(self) -> int:
        """How many articles can be found."""
        with self._serving() as serving:
            return serving.index.count()

    def corpus(self) -> Corpus:
        """Return what is being searched."""
        with self._serving() as serving:
            manifest = serving.index.manifest
            return Corpus(serving.index.count(), manifest.newest, manifest.build, manifest.model, self._library.path)

    def close(self) -> None:
        """Close the library; running searches end first, later ones raise. In a fork, nothing happens."""
        if os.getpid() != self._process:
            return
        with self._reopening:
            self._closed = True
            self._generation.retire()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _fetch(self, pmids: Sequence[int]) -> dict[int, Article]:
        # Entered again for each piece: a reader that stops half-way keeps no old build open.
        with self._serving() as serving:
            return serving.store.articles(pmids)

    @contextmanager
    def _serving(self) -> Iterator[OpenBuild]:
        require_own_process(self._process, "This Searcher")
        generation = self._newest()
        while not generation.enter():  # retired by another thread between the two lines
            generation = self._newest()
        try:
            yield generation
        finally:
            generation.leave()

    def _newest(self) -> OpenBuild:
        with self._reopening:
            if self._closed:
                raise LibraryError("This Searcher is closed. Open the library again: Searcher.open(...)")
            build = self._current_build()
            is_failed = build == self._failed and time.monotonic() - self._failed_s < RETRY_S
            if build != self._generation.build and not is_failed:
                self._reopen(build)
            return self._generation

    def _current_build(self) -> Path:
        try:
            return current_build(self._library)
        except (OSError, ResourceError) as error:  # no descriptor is left: what is open can be searched still
            _log.warning("Whether there is a newer index cannot be seen now: %s", error)
            return self._generation.build

    def _reopen(self, build: Path) -> None:
        old = self._generation
        try:
            self._generation = OpenBuild.open(self._library, build, encoder=old.index.encoder)
        except (PubmedError, OSError) as error:
            # A build that cannot be opened must not stop searches that work; the cause may pass.
            _log.warning(
                "The new build %s cannot be opened, %s stays in service: %s", build.name, old.build.name, error
            )
            self._failed, self._failed_s = build, time.monotonic()
        else:
            old.retire()


def _load_reranker(name: str) -> "Reranker":
    from index.embedding.cross_encoder import Reranker  # here, not above: it imports torch

    return Reranker.load(name)
