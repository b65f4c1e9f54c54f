"""What changed in the store since the build in service was made of it, and the next build made of the two."""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.core.system_errors import system_error
from index.engine.columns import Document, read_pmids
from index.engine.faiss_file import EXACT_UP_TO
from index.engine.update.row_changes import RowChanges
from index.library.build_files import file_faults
from index.library.manifest import Manifest
from index.records.article import Article
from index.records.encoding_keys import EncodingKeys
from index.store.ledger import Ledger

if TYPE_CHECKING:
    from index.store.article_store import ArticleStore

Files = list[tuple[int, str, str]]
"""(rank, name, SHA-256) of files that were applied, by rank and name."""

MOST_CHANGED: Final = 0.05
"""Of the articles, how many updates may write or delete until all are written again: what is gone still counts in the
statistics of words, and vectors keep the cells and the bounds of those that they were learnt from."""


LEAST_ARTICLES: Final = 10_000
"""Fewer are written in some ten seconds, and the statistics of their words stay exact."""


@dataclass(frozen=True, slots=True)
class IndexChanges:
    """What an update changes of a build.

    Attributes:
        old: The build's folder.
        manifest: The build's.
        rows: Its rows and the next one's.
        keys: Those of the articles that are new or changed, in the order of the articles to index.
        count: How many articles are written or deleted.
    """

    old: Path
    manifest: Manifest
    rows: RowChanges
    keys: EncodingKeys
    count: int

    @classmethod
    def since(cls, old: Path, manifest: Manifest, touched: "array[int]", keys: EncodingKeys) -> Self:
        """Compare a build with the store.

        Args:
            old: The build's folder.
            manifest: The build's.
            touched: The articles that files applied since then may have changed or deleted.
            keys: Those of all articles to index.

        Raises:
            LibraryError: The build's PMIDs cannot be read.
            OSError: The same.
        """
        pmids = np.asarray(read_pmids(old, manifest.articles))
        changed = np.array(touched, dtype=np.int64)
        gone = np.union1d(np.intersect1d(pmids, changed), np.setdiff1d(pmids, keys.pmids))
        fresh = keys.take(np.flatnonzero(~np.isin(keys.pmids, np.setdiff1d(pmids, gone))))
        rows = RowChanges.of(pmids, gone, fresh.pmids)
        return cls(old, manifest, rows, fresh, len(np.union1d(gone, fresh.pmids)))

    @property
    def changed(self) -> int:
        """How many articles updates have written or deleted since a build wrote all, this one included."""
        return (self.manifest.changed or 0) + self.count

    def can_be_carried_on(self) -> bool:
        """Whether few of many articles changed, the kind of vector index stays, and no file of the build is damaged."""
        articles = len(self.rows.pmids)
        few = articles >= LEAST_ARTICLES and self.changed <= MOST_CHANGED * articles
        has_cells = self.manifest.vectors.startswith("IVF")
        same_kind = (articles > EXACT_UP_TO) == has_cells
        return few and same_kind and not any(file_faults(self.old, self.manifest.files))


def files_since(store: "ArticleStore", content: str, content_of: Callable[[Files], str]) -> Files | None:
    """Return the files that were applied since a build was made, or None if that cannot be known.

    Args:
        store: The articles.
        content: The build's digest of what it was made from.
        content_of: Returns this digest for some files.
    """
    with store.connection() as connection:
        arrivals = Ledger(connection).arrivals()
    for count in reversed(range(1, len(arrivals))):
        if content_of(sorted(arrivals[:count])) == content:
            return arrivals[count:]
    return None


def update_index(  # noqa: PLR0913 - each a part of the next build
    folder: Path,
    documents: Iterable[Document],
    changes: IndexChanges,
    articles: Callable[[Sequence[int]], Mapping[int, Article]],
    vectors: Callable[[], NDArray[np.float16]],
    *,
    bounds: NDArray[np.float32] | None = None,
) -> None:
    """Write the next build into an empty folder.

    Args:
        folder: Receives it, and temporary files while it is written.
        documents: The articles that are new or changed, in descending order of PMID.
        changes: What changes.
        articles: Returns articles of the library by their PMIDs.
        vectors: Returns those of all rows, shape (rows, dimensions).
        bounds: Those that the shards of a split library share; None for the vectors' own.

    Raises:
        LibraryError: The disk is full, or the build in service cannot be carried on.
        OSError: The disk is full, where Python itself writes.
    """
    from index.engine.update.index_update import IndexUpdate

    try:
        update = IndexUpdate(changes.old, folder, changes.manifest, changes.rows, bounds)
        update.write(documents, articles, vectors)
    except (ValueError, RuntimeError, LookupError, TypeError) as error:
        raise system_error(error, folder.parent) or LibraryError(
            f"The index in {changes.old} cannot be carried on ({error})"
        ) from error
