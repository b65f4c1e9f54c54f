"""The ledger of files: what was applied, what was refused and why, and how files rank.

A file is known by its name and the SHA-256 of its content, so that a library or a mirror can be moved, and two files
of one name in two folders are two. A rank is one integer: year, number, and the count of files that came under the
same number before. A file that NLM did not number takes the number of the newest NLM file applied when it arrives:
what was fetched today is newer than all of them, and older than tomorrow's.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Final

from index.sources.checksums import SETTLED_NS, Fingerprint
from index.sources.source_files import NLM_NAME, Source
from index.store.article_rows import RejectedRecord
from index.store.ingest_stats import FileStats

ARRIVALS: Final = 1_000_000
NUMBERS: Final = 100_000
_COUNTS: Final = tuple(field.name for field in fields(FileStats) if field.name not in ("name", "state", "reason"))
_KNOWN: Final = (
    "SELECT name, state, reason, counts FROM files WHERE state <> 'replaced' AND name = ? AND sha256 = ? "
    "ORDER BY id DESC LIMIT 1"
)
_STANDING: Final = (
    "SELECT name, state, reason, counts FROM files WHERE state <> 'replaced' ORDER BY rank IS NULL, rank, name"
)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One file that is applied."""

    name: str
    sha256: str
    rank: int


@dataclass(frozen=True, slots=True)
class Application:
    """A file once applied.

    Attributes:
        number: Its number in the ledger.
        account: What was done then.
        stands: False once another content was applied from the same path; its set-aside records are forgotten.
    """

    number: int
    account: FileStats
    stands: bool


class Ledger:
    """Reads and writes the ledger through a connection of the store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def untouched(self, source: Source) -> bool:
        """Whether this very file, by path, size and time of change, was applied; nothing of it is read."""
        status = source.path.stat()
        row = self._connection.execute(
            "SELECT 1 FROM files WHERE path = ? AND name = ? AND size = ? AND modified_ns = ? AND state = 'applied' "
            "AND decided_ns - modified_ns > ?",
            (str(source.path), source.name, status.st_size, status.st_mtime_ns, SETTLED_NS),
        ).fetchone()
        return row is not None

    def known(self, source: Source, found: Fingerprint) -> FileStats | None:
        """Return what became of a file with this name and content, or None."""
        rows = self._accounts(_KNOWN, (source.name, found.sha256))
        return next(iter(rows), None)

    def next_rank(self, source: Source) -> int:
        """Return the rank of a file that is applied now, higher than that of all files under its number."""
        base = source.order[0] * NUMBERS + source.order[1] if source.order else self._newest() // ARRIVALS
        low, high = base * ARRIVALS, (base + 1) * ARRIVALS
        row = self._connection.execute("SELECT max(rank) FROM files WHERE rank >= ? AND rank < ?", (low, high))
        last = row.fetchone()[0]
        return low if last is None else int(last) + 1

    def record(self, source: Source, found: Fingerprint, account: FileStats, *, rank: int | None = None) -> int:
        """Write what became of a file; return its number in the ledger.

        What was refused under its name before, at this path or with this content, is settled by it. What was applied
        from its path before stays, as history: the articles it brought are still there.
        """
        values = (source.name, str(source.path), found.size, found.modified_ns, found.sha256, account.state)
        self._connection.execute(
            "DELETE FROM files WHERE name = ?1 AND (path = ?2 OR sha256 = ?5) AND state IN ('refused', 'failed')",
            values[:5],
        )
        if account.state == "applied":
            self._connection.execute(
                "DELETE FROM set_aside WHERE file IN (SELECT id FROM files WHERE name = ? AND path = ?)", values[:2]
            )
            self._connection.execute("UPDATE files SET state = 'replaced' WHERE name = ? AND path = ?", values[:2])
        cursor = self._connection.execute(
            "INSERT INTO files (name, path, size, modified_ns, sha256, state, reason, rank, counts, decided_ns) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, account.reason, rank, _counts(account), time.time_ns()),
        )
        return int(cursor.lastrowid or 0)

    def settle(self, number: int, account: FileStats) -> None:
        """Write the final counts of a file that is applied."""
        self._connection.execute("UPDATE files SET counts = ? WHERE id = ?", (_counts(account), number))

    def set_aside(self, number: int, rejected: Iterable[tuple[int, RejectedRecord]]) -> None:
        """Keep records that could not be understood, given as (position in the file, record)."""
        rows = [(number, position, record.pmid, record.reason, record.xml) for position, record in rejected]
        self._connection.executemany("INSERT INTO set_aside VALUES (?, ?, ?, ?, ?)", rows)

    def accounts(self) -> list[FileStats]:
        """Return what became of every file that still stands, applied ones first, by rank."""
        return self._accounts(_STANDING, ())

    def entries(self) -> list[LedgerEntry]:
        """Return the files that are applied, by rank."""
        rows = self._connection.execute("SELECT name, sha256, rank FROM files WHERE state = 'applied' ORDER BY rank")
        return [LedgerEntry(*row) for row in rows]

    def history(self) -> list[Application]:
        """Return every application of a file, in order."""
        rows = self._connection.execute("SELECT id, name, state, counts FROM files WHERE rank IS NOT NULL ORDER BY id")
        return [
            Application(number, FileStats(name=name, state="applied", **json.loads(counts)), state == "applied")
            for number, name, state, counts in rows
        ]

    def missing(self) -> tuple[str, ...]:
        """Return the names of NLM files between the first and the last known of a year that the ledger lacks."""
        names = [row[0] for row in self._connection.execute("SELECT DISTINCT name FROM files")]
        matched = sorted({(int(m[1]), int(m[2])) for name in names if (m := NLM_NAME.fullmatch(name))})
        return tuple(
            f"pubmed{year:02d}n{number:04d}"
            for (year, low), (other, high) in pairwise(matched)
            if year == other
            for number in range(low + 1, high)
        )

    def _newest(self) -> int:
        return int(self._connection.execute("SELECT coalesce(max(rank), 0) FROM files").fetchone()[0])

    def _accounts(self, query: str, values: Sequence[str]) -> list[FileStats]:
        return [
            FileStats(name=name, state=state, reason=reason, **json.loads(counts))
            for name, state, reason, counts in self._connection.execute(query, values)
        ]


def _counts(account: FileStats) -> str:
    return json.dumps({name: value for name, value in asdict(account).items() if name in _COUNTS})
