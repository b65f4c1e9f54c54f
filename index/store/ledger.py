"""The ledger of files: which were applied, which were refused and why, and how they are ordered.

A file is known by its name and the SHA-256 of its content, so that a library or a mirror can be moved, and two files
with the same name in two folders are different files. A rank is one integer: year, number, and the count of earlier
files with the same number. A file that NLM did not number gets the number of the newest NLM file applied when it
arrives: a file fetched today is newer than all of them, and older than tomorrow's.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Final

from index.core.json_text import parse_json
from index.core.printable_path import printable_path
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
_CURRENT: Final = (
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
    """One application of a file.

    Attributes:
        number: The file's number in the ledger.
        stats: The counts of that application.
        is_current: False once another content was applied from the same path; its set-aside records are forgotten.
    """

    number: int
    stats: FileStats
    is_current: bool


class Ledger:
    """Reads and writes the ledger through a connection of the store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def is_unchanged(self, source: Source) -> bool:
        """Whether this file was applied, judged by path, size and time of change, without reading it."""
        status = source.path.stat()
        row = self._connection.execute(
            "SELECT 1 FROM files WHERE path = ? AND name = ? AND size = ? AND modified_ns = ? AND state = 'applied' "
            "AND decided_ns - modified_ns > ?",
            (printable_path(source.path), source.name, status.st_size, status.st_mtime_ns, SETTLED_NS),
        ).fetchone()
        return row is not None

    def find(self, source: Source, fingerprint: Fingerprint) -> FileStats | None:
        """Return the result for a file with this name and content, or None."""
        rows = self._file_stats(_KNOWN, (source.name, fingerprint.sha256))
        return next(iter(rows), None)

    def next_rank(self, source: Source) -> int:
        """Return the rank of a file that is applied now, higher than that of all files under its number."""
        base = source.order[0] * NUMBERS + source.order[1] if source.order else self._newest() // ARRIVALS
        low, high = base * ARRIVALS, (base + 1) * ARRIVALS
        row = self._connection.execute("SELECT max(rank) FROM files WHERE rank >= ? AND rank < ?", (low, high))
        last = row.fetchone()[0]
        return low if last is None else int(last) + 1

    def record(self, source: Source, fingerprint: Fingerprint, stats: FileStats, *, rank: int | None = None) -> int:
        """Write the result for a file; return its number in the ledger.

        It replaces earlier refusals under its name, at this path or with this content. What was applied
        from its path before stays as history, because its articles are still there.
        """
        values = (
            source.name,
            printable_path(source.path),
            fingerprint.size,
            fingerprint.modified_ns,
            fingerprint.sha256,
            stats.state,
        )
        self._connection.execute(
            "DELETE FROM files WHERE name = ?1 AND (path = ?2 OR sha256 = ?5) AND state IN ('refused', 'failed')",
            values[:5],
        )
        if stats.state == "applied":
            self._connection.execute(
                "DELETE FROM set_aside WHERE file IN (SELECT id FROM files WHERE name = ? AND path = ?)", values[:2]
            )
            self._connection.execute("UPDATE files SET state = 'replaced' WHERE name = ? AND path = ?", values[:2])
        cursor = self._connection.execute(
            "INSERT INTO files (name, path, size, modified_ns, sha256, state, reason, rank, counts, decided_ns) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, stats.reason, rank, _counts(stats), time.time_ns()),
        )
        return int(cursor.lastrowid or 0)

    def update_counts(self, number: int, stats: FileStats) -> None:
        """Write the final counts of a file that is applied."""
        self._connection.execute("UPDATE files SET counts = ? WHERE id = ?", (_counts(stats), number))

    def set_aside(self, number: int, rejected: Iterable[tuple[int, RejectedRecord]]) -> None:
        """Keep records that could not be understood, given as (position in the file, record)."""
        rows = [(number, position, record.pmid, record.reason, record.xml) for position, record in rejected]
        self._connection.executemany("INSERT INTO set_aside VALUES (?, ?, ?, ?, ?)", rows)

    def file_stats(self) -> list[FileStats]:
        """Return the result of every file that is still current, applied ones first, by rank."""
        return self._file_stats(_CURRENT, ())

    def entries(self) -> list[LedgerEntry]:
        """Return the files that are applied, by rank."""
        rows = self._connection.execute("SELECT name, sha256, rank FROM files WHERE state = 'applied' ORDER BY rank")
        return [LedgerEntry(*row) for row in rows]

    def applied_files(self) -> list[tuple[int, str, str]]:
        """Return (rank, name, SHA-256) of every file that was ever applied: equal lists make equal stores."""
        rows = self._connection.execute(
            "SELECT rank, name, sha256 FROM files WHERE rank IS NOT NULL ORDER BY rank, name"
        )
        return rows.fetchall()

    def arrivals(self) -> list[tuple[int, str, str]]:
        """Return the same in the order in which they were applied."""
        rows = self._connection.execute("SELECT rank, name, sha256 FROM files WHERE rank IS NOT NULL ORDER BY id")
        return rows.fetchall()

    def history(self) -> list[Application]:
        """Return every application of a file, in order."""
        rows = self._connection.execute("SELECT id, name, state, counts FROM files WHERE rank IS NOT NULL ORDER BY id")
        return [
            Application(number, FileStats(name=name, state="applied", **parse_json(counts)), state == "applied")
            for number, name, state, counts in rows
        ]

    def missing(self) -> tuple[str, ...]:
        """Return the names of the NLM files missing between the first and the last known of a year."""
        names = [row[0] for row in self._connection.execute("SELECT DISTINCT name FROM files")]
        numbers = sorted({(int(match[1]), int(match[2])) for name in names if (match := NLM_NAME.fullmatch(name))})
        return tuple(
            f"pubmed{year:02d}n{number:04d}"
            for (year, low), (next_year, high) in pairwise(numbers)
            if year == next_year
            for number in range(low + 1, high)
        )

    def _newest(self) -> int:
        return int(self._connection.execute("SELECT max(0, coalesce(max(rank), 0)) FROM files").fetchone()[0])

    def _file_stats(self, query: str, parameters: Sequence[str]) -> list[FileStats]:
        return [
            FileStats(name=name, state=state, reason=reason, **parse_json(counts))
            for name, state, reason, counts in self._connection.execute(query, parameters)
        ]


def _counts(stats: FileStats) -> str:
    return json.dumps({name: value for name, value in asdict(stats).items() if name in _COUNTS})
