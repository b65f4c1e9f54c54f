"""Updates the article store from files of PubMed XML: each file whole or not at all."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Final

from index.core.errors import LibraryError, ResourceError, SourceError
from index.core.progress import Bar, Progress
from index.ingest.batch_parser import ParsedBatch, reason_of
from index.ingest.paperetl_store import read_store
from index.ingest.pmid_set import PmidSet
from index.ingest.worker_pool import Parsers, Workers
from index.ingest.xml_splitter import read_batches
from index.library.layout import Library
from index.library.shard_place import ShardPlace
from index.sources.checksums import Fingerprint, check_md5, fingerprint
from index.sources.regular_file import UnsettledFileError
from index.sources.source_files import Source
from index.store.article_rows import ArticleRow, RejectedRecord
from index.store.article_store import ArticleStore
from index.store.ingest_stats import FileStats, IngestStats
from index.store.ledger import Ledger
from index.store.revisions import Revisions
from index.store.schema import store_exists

# What SQLite reports about a value, not about the disk.
VALUE_ERRORS: Final = (
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.NotSupportedError,
    sqlite3.ProgrammingError,
)


def ingest(
    library: Library,
    sources: Sequence[Source],
    *,
    progress: Progress,
    parsers: AbstractContextManager[Parsers] | None = None,
    shard: ShardPlace | None = None,
) -> IngestStats:
    """Apply files to the library's store, in the order given.

    A file that is damaged, or not PubMed XML, is refused whole and reported; the others are applied. A record that
    cannot be understood is set aside; the rest of its file is applied. A file that was applied before is skipped.
    A kill at any moment loses at most the current file, which the next run applies.

    Args:
        library: The library of the store, which is created if missing.
        sources: The files. NLM's numbered files give the same articles in any order.
        progress: Draws the bar, in kB of the files.
        parsers: What parses; None for processes of this machine.
        shard: Of a split library, the shard whose articles are taken; all others are passed over.

    Raises:
        LibraryError: The store cannot be written (disk full, read-only), is damaged, or of another version.
        LibraryLocked: Another build is writing to it.
    """
    started = time.monotonic()
    with ExitStack() as stack:
        workers = stack.enter_context(parsers or Workers())
        bar = stack.enter_context(progress.bar("parsing", sum(map(_kilobytes, sources)), "kB"))
        run = _Run(library.store, workers, bar, shard)
        stack.callback(run.close)
        files = tuple(run.process(source) for source in sources)
        return run.summary(files, seconds=time.monotonic() - started)


class _Run:
    """One running ingest. The store is opened to write only when there is something to write."""

    def __init__(self, path: Path, workers: Parsers, bar: Bar, shard: ShardPlace | None) -> None:
        self._path = path
        self._shard = shard
        self._workers = workers
        self._bar = bar
        self._pmids = PmidSet()
        self._store: ArticleStore | None = None
        self._writable = False

    def close(self) -> None:
        """Close the store."""
        if self._store:
            self._store.close()

    def process(self, source: Source) -> FileStats:
        """Apply one file, or report why not."""
        started = time.monotonic()
        file_fingerprint = Fingerprint(0, 0, "")
        try:
            if self._is_unchanged(source):
                return self._skip(source, FileStats(source.name, "unchanged"))
            file_fingerprint = fingerprint(source.path)
            if previous := self._decided(source, file_fingerprint):
                return self._skip(source, previous)
            return self._apply(source, file_fingerprint, started)
        except (LibraryError, ResourceError):
            raise  # the store's or the system's fault, which every other file would meet
        # Whatever else happens is this file's fault, and must not lose the files after it.
        except Exception as error:  # noqa: BLE001
            content = isinstance(error, SourceError) and not isinstance(error, UnsettledFileError)
            stats = FileStats(source.name, "refused" if content else "failed", reason=reason_of(error))
            return self._record_bad_file(source, file_fingerprint, stats)

    def summary(self, files: tuple[FileStats, ...], *, seconds: float) -> IngestStats:
        """Add up the run."""
        store = self._reader()
        if store is None:
            return IngestStats(files, distinct_pmids=0, articles=0, missing=(), seconds=seconds)
        with store.connection() as connection:
            missing = Ledger(connection).missing()
        return IngestStats(files, len(self._pmids), store.count(), missing, seconds)

    def _is_unchanged(self, source: Source) -> bool:
        store = self._reader()
        if store is None:
            return False
        with store.connection() as connection:
            return Ledger(connection).is_unchanged(source)

    def _decided(self, source: Source, file_fingerprint: Fingerprint) -> FileStats | None:
        """Return the result for a file that need not be read: applied before, or refused for its content."""
        previous = self._in_ledger(source, file_fingerprint)
        if previous and previous.state == "applied":
            return FileStats(source.name, "unchanged")
        check_md5(source.path)
        return previous if previous and previous.state == "refused" else None

    def _in_ledger(self, source: Source, file_fingerprint: Fingerprint) -> FileStats | None:
        store = self._reader()
        if store is None:
            return None
        with store.connection() as connection:
            return Ledger(connection).find(source, file_fingerprint)

    def _skip(self, source: Source, stats: FileStats) -> FileStats:
        self._bar.update(_kilobytes(source))
        return stats

    def _apply(self, source: Source, file_fingerprint: Fingerprint, started: float) -> FileStats:
        with self._writer().transaction() as connection:
            return _Application(connection, source, file_fingerprint, self._shard).run(
                self._workers, self._bar, self._pmids, started
            )

    def _record_bad_file(self, source: Source, file_fingerprint: Fingerprint, stats: FileStats) -> FileStats:
        previous = self._in_ledger(source, file_fingerprint)
        if previous is None or (previous.state, previous.reason) != (stats.state, stats.reason):
            with self._writer().transaction() as connection:
                Ledger(connection).record(source, file_fingerprint, stats)
        return stats

    def _reader(self) -> ArticleStore | None:
        if self._store is None and store_exists(self._path):
            self._store = ArticleStore.open(self._path)
        return self._store

    def _writer(self) -> ArticleStore:
        if self._store is None or not self._writable:
            self.close()
            self._store = None  # opening may fail
            self._store = ArticleStore.open(self._path, write=True)
            self._writable = True
        return self._store


class _Application:
    """The application of one file to the store, inside one transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        source: Source,
        file_fingerprint: Fingerprint,
        shard: ShardPlace | None,
    ) -> None:
        self._source = source
        self._shard = shard
        self._fingerprint = file_fingerprint
        self._ledger = Ledger(connection)
        self._rank = self._ledger.next_rank(source)
        self._revisions = Revisions(connection, self._rank)
        self._number = self._ledger.record(source, file_fingerprint, FileStats(source.name, "applied"), rank=self._rank)
        self._seen = self._read = self._deleted = self._set_aside = 0

    def run(self, workers: Parsers, bar: Bar, pmids: PmidSet, started: float) -> FileStats:
        """Apply everything the file holds."""
        try:
            for batch in self._batches(workers, bar):
                pmids.update(self._apply(batch))
        except SourceError as error:
            raise type(error)(f"{error} (after {self._seen:,} records)") from error
        except VALUE_ERRORS as error:
            raise SourceError(f"a record cannot be stored: {error} (after {self._seen:,} records)") from error
        self._check_settled()
        stats = FileStats(
            name=self._source.name,
            state="applied",
            read=self._read,
            deleted=self._deleted,
            set_aside=self._set_aside,
            seconds=time.monotonic() - started,
            **asdict(self._revisions.tally),
        )
        self._ledger.update_counts(self._number, stats)
        return stats

    def _batches(self, workers: Parsers, bar: Bar) -> Iterator[ParsedBatch]:
        if self._source.is_store:
            yield from read_store(self._source.path)
            bar.update(_kilobytes(self._source))
        else:
            yield from workers.parse(read_batches(self._source.path, bar))

    def _apply(self, batch: ParsedBatch) -> list[int]:
        """Apply what belongs here, and return the PMIDs of its articles."""
        numbered_records = [
            (position, record)
            for position, record in enumerate(batch.records, self._seen)
            if self._is_ours(_number_of(record))
        ]
        rejected = [(position, record) for position, record in numbered_records if isinstance(record, RejectedRecord)]
        rows = [(position, record) for position, record in numbered_records if isinstance(record, ArticleRow)]
        deletions = list(filter(self._is_ours, batch.deletions))
        self._revisions.add(rows)
        self._revisions.delete(deletions)
        self._ledger.set_aside(self._number, rejected)
        self._seen += len(batch.records)
        self._read += len(numbered_records)
        self._deleted += len(deletions)
        self._set_aside += len(rejected)
        return [row.pmid for _, row in rows]

    def _is_ours(self, pmid: int) -> bool:
        return self._shard is None or self._shard.holds(pmid)

    def _check_settled(self) -> None:
        status = self._source.path.stat()
        if (status.st_size, status.st_mtime_ns) != (self._fingerprint.size, self._fingerprint.modified_ns):
            raise UnsettledFileError("it changed while it was read")


def _number_of(record: ArticleRow | RejectedRecord) -> int:
    """Return the PMID by which a record's shard is chosen: 0 where it has none that can be read."""
    if isinstance(record, ArticleRow):
        return record.pmid
    return int(record.pmid) if record.pmid and record.pmid.isascii() and record.pmid.isdigit() else 0


def _kilobytes(source: Source) -> int:
    try:
        return source.path.stat().st_size // 1024
    except OSError:
        return 0
