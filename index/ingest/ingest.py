"""Brings the article store up to date with files of PubMed XML: each file whole or not at all."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from sqlite3 import Connection

from index.core.errors import SourceError
from index.core.progress import Bar, Progress
from index.ingest.batch_parser import ParsedBatch
from index.ingest.pmid_set import PmidSet
from index.ingest.worker_pool import WorkerDied, Workers
from index.ingest.xml_splitter import read_batches
from index.library.layout import Library
from index.sources.checksums import Fingerprint, UnsettledFileError, check_md5, fingerprint
from index.sources.source_files import Source
from index.store.article_rows import ArticleRow, RejectedRecord
from index.store.article_store import ArticleStore
from index.store.ingest_stats import FileStats, IngestStats
from index.store.ledger import Ledger
from index.store.revisions import Revisions
from index.store.schema import store_exists


def ingest(library: Library, sources: Sequence[Source], *, progress: Progress) -> IngestStats:
    """Apply files to the library's store, in the order given.

    A file that is damaged, or no PubMed XML, is refused whole and named; the others are applied. A record that cannot
    be understood is set aside; the rest of its file goes on. A file that was applied before costs nothing and
    changes nothing. A kill at any moment loses at most the file at work, which the next run applies.

    Args:
        library: Where the store is, or will be.
        sources: The files. Files that NLM numbered give the same articles in any order.
        progress: Draws the bar, in kB of the files.

    Raises:
        LibraryError: The store cannot be written (disk full, read-only), is damaged, or of another version.
        LibraryLocked: Another build is writing to it.
    """
    started = time.monotonic()
    with ExitStack() as stack:
        workers = stack.enter_context(Workers())
        bar = stack.enter_context(progress.bar("parsing", sum(map(_kilobytes, sources)), "kB"))
        run = _Run(library.store, workers, bar)
        stack.callback(run.close)
        files = tuple(run.take(source) for source in sources)
        return run.account(files, seconds=time.monotonic() - started)


class _Run:
    """One ingest at work. The store is opened to write only once there is something to write."""

    def __init__(self, path: Path, workers: Workers, bar: Bar) -> None:
        self._path = path
        self._workers = workers
        self._bar = bar
        self._pmids = PmidSet()
        self._store: ArticleStore | None = None
        self._writes = False

    def close(self) -> None:
        """Close the store."""
        if self._store:
            self._store.close()

    def take(self, source: Source) -> FileStats:
        """Apply one file, or say why not."""
        started = time.monotonic()
        found = Fingerprint(0, 0, "")
        try:
            if self._untouched(source):
                return self._passed(source, FileStats(source.name, "unchanged"))
            found = fingerprint(source.path)
            if known := self._known(source, found):
                return self._passed(source, known)
            return self._apply(source, found, started)
        except (SourceError, WorkerDied, OSError, MemoryError) as error:
            content = isinstance(error, SourceError) and not isinstance(error, UnsettledFileError)
            account = FileStats(
                source.name, "refused" if content else "failed", reason=str(error) or type(error).__name__
            )
            return self._note(source, found, account)

    def account(self, files: tuple[FileStats, ...], *, seconds: float) -> IngestStats:
        """Add up the run."""
        store = self._reader()
        if store is None:
            return IngestStats(files, distinct_pmids=0, articles=0, missing=(), seconds=seconds)
        with store.connection() as connection:
            missing = Ledger(connection).missing()
        return IngestStats(files, len(self._pmids), store.count(), missing, seconds)

    def _untouched(self, source: Source) -> bool:
        store = self._reader()
        if store is None:
            return False
        with store.connection() as connection:
            return Ledger(connection).untouched(source)

    def _known(self, source: Source, found: Fingerprint) -> FileStats | None:
        """Return the account of a file that need not be read: applied before, or refused for what it holds."""
        known = self._recorded(source, found)
        if known and known.state == "applied":
            return FileStats(source.name, "unchanged")
        check_md5(source.path)
        return known if known and known.state == "refused" else None

    def _recorded(self, source: Source, found: Fingerprint) -> FileStats | None:
        store = self._reader()
        if store is None:
            return None
        with store.connection() as connection:
            return Ledger(connection).known(source, found)

    def _passed(self, source: Source, account: FileStats) -> FileStats:
        self._bar.update(_kilobytes(source))
        return account

    def _apply(self, source: Source, found: Fingerprint, started: float) -> FileStats:
        with self._writer().transaction() as connection:
            return _Application(connection, source, found).run(self._workers, self._bar, self._pmids, started)

    def _note(self, source: Source, found: Fingerprint, account: FileStats) -> FileStats:
        known = self._recorded(source, found)
        if known is None or (known.state, known.reason) != (account.state, account.reason):
            with self._writer().transaction() as connection:
                Ledger(connection).record(source, found, account)
        return account

    def _reader(self) -> ArticleStore | None:
        if self._store is None and store_exists(self._path):
            self._store = ArticleStore.open(self._path)
        return self._store

    def _writer(self) -> ArticleStore:
        if self._store is None or not self._writes:
            self.close()
            self._store = ArticleStore.open(self._path, write=True)
            self._writes = True
        return self._store


class _Application:
    """One file on its way into the store, inside one transaction."""

    def __init__(self, connection: Connection, source: Source, found: Fingerprint) -> None:
        self._source = source
        self._found = found
        self._ledger = Ledger(connection)
        self._rank = self._ledger.next_rank(source)
        self._revisions = Revisions(connection, self._rank)
        self._number = self._ledger.record(source, found, FileStats(source.name, "applied"), rank=self._rank)
        self._read = self._deleted = self._set_aside = 0

    def run(self, workers: Workers, bar: Bar, pmids: PmidSet, started: float) -> FileStats:
        """Apply everything the file holds."""
        try:
            for batch in workers.parse(read_batches(self._source.path, bar)):
                pmids.update(record.pmid for record in batch.records if isinstance(record, ArticleRow))
                self._take(batch)
        except SourceError as error:
            raise type(error)(f"{error} (after {self._read:,} records)") from error
        self._check_settled()
        account = FileStats(
            name=self._source.name,
            state="applied",
            read=self._read,
            deleted=self._deleted,
            set_aside=self._set_aside,
            seconds=time.monotonic() - started,
            **asdict(self._revisions.tally),
        )
        self._ledger.settle(self._number, account)
        return account

    def _take(self, batch: ParsedBatch) -> None:
        numbered = list(enumerate(batch.records, self._read))
        rejected = [(position, record) for position, record in numbered if isinstance(record, RejectedRecord)]
        self._revisions.add([(position, record) for position, record in numbered if isinstance(record, ArticleRow)])
        self._revisions.delete(batch.deletions)
        self._ledger.set_aside(self._number, rejected)
        self._read += len(numbered)
        self._deleted += len(batch.deletions)
        self._set_aside += len(rejected)

    def _check_settled(self) -> None:
        status = self._source.path.stat()
        if (status.st_size, status.st_mtime_ns) != (self._found.size, self._found.modified_ns):
            raise UnsettledFileError("it changed while it was read")


def _kilobytes(source: Source) -> int:
    try:
        return source.path.stat().st_size // 1024
    except OSError:
        return 0
