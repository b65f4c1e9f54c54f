"""One build with its article store, kept open for as long as a search still runs on it."""

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

from index.core.errors import PubmedError
from index.library.layout import Library

if TYPE_CHECKING:
    from index.embedding.text_encoder import TextEncoder
    from index.engine.search_index import SearchIndex
    from index.lexical.mesh import Mesh
    from index.store.article_store import ArticleStore


_log = logging.getLogger(__name__)


class OpenBuild:
    """A published build, opened; it closes itself when it is retired and its last search has finished.

    Attributes:
        build: The folder of the build.
        index: Its vectors and keywords.
        store: The articles.
        mesh: The MeSH vocabulary, or None where none is loaded.
    """

    def __init__(self, build: Path, index: "SearchIndex", store: "ArticleStore", mesh: "Mesh | None" = None) -> None:
        self.mesh = mesh
        self.build = build
        self.index = index
        self.store = store
        self._lock = threading.Lock()
        self._searches = 0
        self._retired = False

    @classmethod
    def open(cls, library: Library, build: Path, *, encoder: "TextEncoder | None" = None) -> Self:
        """Open a build.

        Args:
            library: Where the articles are.
            build: The folder of the build.
            encoder: A loaded model to use again if the build was made with it.

        Raises:
            LibraryError: The store or the build is missing or damaged.
            ModelError: The build's model is missing or is not the same one.
        """
        # Here, not above: they import Faiss and tantivy, which `--help` must not pay.
        from index.engine.search_index import SearchIndex
        from index.store.article_store import ArticleStore

        index = SearchIndex.open(build, encoder=encoder)
        index.encode("warm")  # loads the model now, so that no question waits for it
        return cls(build, index, ArticleStore.open(library.store), open_vocabulary(library.mesh))

    def enter(self) -> bool:
        """Count a search that starts; False when the build is already retired."""
        with self._lock:
            if not self._retired:
                self._searches += 1
            return not self._retired

    def leave(self) -> None:
        """Count a search that ends."""
        with self._lock:
            self._searches -= 1
            unused = self._retired and not self._searches
        if unused:
            self._close()

    def retire(self) -> None:
        """Admit no further search, and close the store when the running ones have ended."""
        with self._lock:
            unused = not self._retired and not self._searches
            self._retired = True
        if unused:
            self._close()

    def _close(self) -> None:
        self.store.close()
        if self.mesh:
            self.mesh.close()


def open_vocabulary(path: Path) -> "Mesh | None":
    """Open the vocabulary; a damaged one is reported and left out, because only explosion needs it."""
    from index.lexical.mesh import Mesh

    if not path.exists():
        return None
    try:
        return Mesh.open(path)
    except PubmedError as error:
        _log.warning("Narrower MeSH headings do not count: %s", error)
        return None
