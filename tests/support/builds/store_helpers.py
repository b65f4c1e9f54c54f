"""What the tests of the article store share: applying files, and comparing stores by content."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.core.progress import Bar, Progress
from index.ingest.ingest import ingest
from index.library.layout import Library
from index.sources.source_files import Source
from index.store.article_store import ArticleStore
from index.store.ingest_stats import IngestStats

QUIET = Progress(shown=False)


def apply(library: Library, *paths: Path, progress: Progress = QUIET) -> IngestStats:
    """Apply files in exactly this order."""
    return ingest(library, [Source.of(path) for path in paths], progress=progress)


def content(library: Library) -> dict[str, list[tuple[object, ...]]]:
    """Return all that a reader of the store can see, without row numbers, which tell the order of arrival."""
    queries = {
        "records": "SELECT * FROM records ORDER BY pmid",
        "bodies": "SELECT * FROM bodies ORDER BY pmid",
        "deletions": "SELECT * FROM deletions ORDER BY pmid",
        "articles": "SELECT * FROM articles ORDER BY Id",
        "sections": "SELECT Article, Name, Text FROM sections ORDER BY Article, Id",
        "citations": "SELECT Article, Reference FROM citations ORDER BY Article, Id",
    }
    with closing(sqlite3.connect(library.store)) as connection:
        return {name: connection.execute(query).fetchall() for name, query in queries.items()}


def titles(library: Library) -> dict[int, str | None]:
    """Return PMID and title of every article."""
    with ArticleStore.open(library.store) as store:
        return {article.pmid: article.title for article in store}


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file below a folder with its bytes and its time of change."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def settle(*paths: Path) -> None:
    """Date files back, as files are by the time they are seen again."""
    for path in paths:
        os.utime(path, (1_700_000_000, 1_700_000_000))


class Steps(Progress):
    """A progress that calls back at each step of reading a file, with the number of the step from 1 up."""

    __slots__ = ("_callback",)

    def __init__(self, callback: Callable[[int], object]) -> None:
        super().__init__(shown=False)
        object.__setattr__(self, "_callback", callback)

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        yield _Step(self._callback)


class _Step:
    def __init__(self, callback: Callable[[int], object]) -> None:
        self._callback = callback
        self._steps = 0

    def update(self, n: float = 1, /) -> bool | None:
        self._steps += 1
        self._callback(self._steps)
        return None
