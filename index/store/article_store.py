"""The article store: all data of PubMed about each article, read by PMID or in order."""

import json
import os
import sqlite3
import threading
from array import array
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index.core.errors import LibraryError
from index.core.own_process import require_own_process
from index.records.article import Article
from index.records.passages import Passage, passage_of
from index.records.serialization import unpack
from index.store.ingest_stats import FileStats
from index.store.ledger import Ledger
from index.store.reading import StoreReader, open_to_read, read_error
from index.store.schema import open_to_write, store_error
from index.store.store_status import StoreStatus, read_status

if TYPE_CHECKING:
    from index.records.encoding_keys import EncodingKeys

FETCH_BATCH = 500
_UNPACKED_CACHED = 64  # a search reads the same articles for their titles and for its hits


class ArticleStore:
    """One library's articles. One writer and any number of readers at a time; usable from several threads.

    Each call borrows a connection that no other call uses at the same time, so that threads that end leave none
    open; all writing uses one connection.
    """

    def __init__(self, path: Path, writer: sqlite3.Connection | None, reader: StoreReader) -> None:
        self._path = path
        self._writer = writer
        self._idle = [reader]
        self._lock = threading.Lock()
        self._closed = False
        self._process = os.getpid()

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> Self:
        """Open the store; with `write`, create it if it is missing.

        Raises:
            LibraryError: It is missing, damaged, or from another version of this program.
        """
        writer = open_to_write(path) if write else None
        try:
            return cls(path, writer, open_to_read(path))
        except BaseException:
            if writer:
                writer.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; reading afterwards is an error. In a fork, which owns none, nothing happens."""
        if os.getpid() != self._process:
            return
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        # Last: the last connection that may write merges the write-ahead log and removes it.
        if self._writer:
            self._writer.close()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Borrow a read-only connection.

        Raises:
            LibraryError: The store was closed, cannot be read now, or changed so that what was read may be wrong.
        """
        connection = self._borrow()
        try:
            yield connection
            connection.check()
        except Exception as error:
            connection.check()  # first: half of an old state and half of a new one look like damage
            if isinstance(error, sqlite3.Error):
                raise read_error(self._path, error) from error
            raise
        finally:
            with self._lock:
                if keep := not self._closed:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def _borrow(self) -> StoreReader:
        require_own_process(self._process, f"The article store {self._path}")
        with self._lock:
            if self._closed:
                raise LibraryError(f"The article store {self._path} was closed.")
            connection = self._idle.pop() if self._idle else None
        if connection and connection.is_outdated():
            connection.close()
            connection = None
        return connection or open_to_read(self._path)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Borrow the writing connection; either everything written takes effect at the end, or nothing.

        Raises:
            LibraryError: The store was not opened to write, or the disk is full or read-only.
            LibraryLocked: Another build is writing.
        """
        if self._writer is None:
            raise ValueError("the store was opened to read")
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                # A full disk has already rolled back by itself.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise store_error(self._path, error) from error

    def article(self, pmid: int) -> Article | None:
        """Return one article with all its data, or None."""
        return self.articles([pmid]).get(pmid)

    def articles(self, pmids: Sequence[int]) -> dict[int, Article]:
        """Return the articles of `pmids` that the store holds, in the order asked for."""
        with self.connection() as connection:
            bodies = {pmid: body for batch in _batches(pmids) for pmid, body in _bodies(connection, batch)}
        return {pmid: _unpacked(bodies[pmid]) for pmid in pmids if pmid in bodies}

    def __contains__(self, pmid: int) -> bool:
        with self.connection() as connection:
            return connection.execute("SELECT 1 FROM records WHERE pmid = ?", (pmid,)).fetchone() is not None

    def count(self) -> int:
        """Return how many articles the store holds."""
        with self.connection() as connection:
            return int(connection.execute("SELECT count(*) FROM records").fetchone()[0])

    def newest(self, limit: int | None) -> "EncodingKeys":
        """Return the keys of the newest articles, newest first; of all with None (24 bytes of memory each).

        Newest by the day on which PubMed added the article, else by publication date; then by PMID, descending.
        """
        from index.records.encoding_keys import EncodingKeys  # here, not above: `--status` must not pay for numpy

        with self.connection() as connection:
            rows = connection.execute(
                "SELECT pmid, text_hash FROM records ORDER BY coalesce(entrez, first, '') DESC, pmid DESC LIMIT ?",
                (-1 if limit is None else limit,),
            )
            return EncodingKeys.of(rows)

    def keys(self, pmids: Collection[int]) -> "EncodingKeys":
        """Return the keys of those `pmids` that the store holds, in the order of `newest`."""
        from index.records.encoding_keys import EncodingKeys

        with self.connection() as connection:
            rows = connection.execute(
                "SELECT pmid, text_hash FROM records WHERE pmid IN (SELECT value FROM json_each(?)) "
                "ORDER BY coalesce(entrez, first, '') DESC, pmid DESC",
                (json.dumps(list(pmids)),),
            )
            return EncodingKeys.of(rows)

    def touched(self, ranks: Collection[int]) -> "array[int]":
        """Return each PMID whose current record came with files of these ranks, or that these files deleted.

        Since these files were applied no other article can have changed: a record gives way to one of a file that is
        applied, or, where that file deletes it, to an older one that was held.
        """
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT pmid FROM records WHERE rank IN (SELECT value FROM json_each(?1)) "
                "UNION SELECT pmid FROM deletions WHERE rank IN (SELECT value FROM json_each(?1))",
                (json.dumps(list(ranks)),),
            )
            return array("q", (pmid for (pmid,) in rows))

    def held(self, pmids: Collection[int]) -> frozenset[int]:
        """Return those of these PMIDs whose articles the store holds."""
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT pmid FROM records WHERE pmid IN (SELECT value FROM json_each(?))", (json.dumps(list(pmids)),)
            )
            return frozenset(pmid for (pmid,) in rows)

    def citing(self, pmid: int) -> tuple[int, ...]:
        """Return the PMIDs of the articles whose references name an article, the highest first."""
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT DISTINCT CAST(Article AS INTEGER) FROM citations WHERE Reference = ? ORDER BY 1 DESC",
                (str(pmid),),
            )
            return tuple(citing for (citing,) in rows)

    def passages(self, pmids: Sequence[int]) -> list[Passage]:
        """Return the searchable text of those `pmids` that the store holds, in the order asked for."""
        return [passage_of(article) for article in self.articles(pmids).values()]

    def iterate(self) -> Iterator[Article]:
        """Yield every article in PMID order, at constant memory, as the store was when the first one was read."""
        with self.connection() as connection:
            for (body,) in connection.execute("SELECT body FROM bodies ORDER BY pmid"):
                yield unpack(body)

    def __iter__(self) -> Iterator[Article]:
        return self.iterate()

    def files(self) -> tuple[FileStats, ...]:
        """Return the counts of the files that were applied, in NLM's order."""
        with self.connection() as connection:
            return tuple(stats for stats in Ledger(connection).file_stats() if stats.state == "applied")

    def status(self) -> StoreStatus:
        """Count what the store holds."""
        with self.connection() as connection:
            return read_status(connection, self._path)


_unpacked = lru_cache(_UNPACKED_CACHED)(unpack)


def _batches(pmids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pmids[start : start + FETCH_BATCH] for start in range(0, len(pmids), FETCH_BATCH))


def _bodies(connection: sqlite3.Connection, pmids: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    return connection.execute(
        "SELECT pmid, body FROM bodies WHERE pmid IN (SELECT value FROM json_each(?))", (json.dumps(list(pmids)),)
    )
