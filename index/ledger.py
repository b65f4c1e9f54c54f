"""The ledger of files: what was applied, what was refused and why, and how files rank.

A file is known by its name and the SHA-256 of its content, so that a library or a mirror can be moved, and two files
of one name in two folders are two. A rank is one integer: year, number, and the count of files that came under the
same number before. A file that NLM did not number takes the number of the newest NLM file applied when it arrives:
what was fetched today is newer than all of them, and older than tomorrow's.
"""

import json
import os
import re
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import file_digest, md5, sha256
from itertools import pairwise
from pathlib import Path
from typing import Final

from index.accounts import FileAccount
from index.entries import Rejected
from index.errors import SourceError
from index.sources import NLM_NAME, Source

ARRIVALS: Final = 1_000_000
NUMBERS: Final = 100_000
# A file changed within the clock's step before it was read could keep its size and time.
SETTLED_NS: Final = 2_000_000_000
_COUNTS: Final = tuple(field.name for field in fields(FileAccount) if field.name not in ("name", "state", "reason"))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file as it was when it was hashed."""

    size: int
    modified_ns: int
    sha256: str


class UnsettledFile(SourceError):
    """A file is not to be trusted just now, whatever it holds: the next run looks again."""


def fingerprint(path: Path) -> Fingerprint:
    """Hash a file.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        return Fingerprint(status.st_size, status.st_mtime_ns, file_digest(file, sha256).hexdigest())


def check_md5(path: Path) -> None:
    """Compare a file with the MD5 that NLM publishes beside it, where there is one.

    Raises:
        UnsettledFile: They differ.
        OSError: One of them cannot be read.
    """
    beside = path.with_name(f"{path.name}.md5")
    if not beside.is_file():
        return
    listed = re.search(r"\b[0-9a-fA-F]{32}\b", beside.read_text(encoding="utf-8", errors="replace"))
    with path.open("rb") as file:
        found = file_digest(file, lambda: md5(usedforsecurity=False)).hexdigest()
    if not listed or listed[0].lower() != found:
        expected = listed[0].lower() if listed else "nothing that is one"
        raise UnsettledFile(f"its MD5 is {found}, but {beside.name} says {expected}")


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

    def known(self, source: Source, found: Fingerprint) -> FileAccount | None:
        """Return what became of a file with this name and content, or None."""
        rows = self._accounts("WHERE name = ? AND sha256 = ?", (source.name, found.sha256))
        return next(iter(rows), None)

    def next_rank(self, source: Source) -> int:
        """Return the rank of a file that is applied now, higher than that of all files under its number."""
        base = source.order[0] * NUMBERS + source.order[1] if source.order else self._newest() // ARRIVALS
        low, high = base * ARRIVALS, (base + 1) * ARRIVALS
        row = self._connection.execute("SELECT max(rank) FROM files WHERE rank >= ? AND rank < ?", (low, high))
        last = row.fetchone()[0]
        return low if last is None else int(last) + 1

    def record(self, source: Source, found: Fingerprint, account: FileAccount, *, rank: int | None = None) -> int:
        """Write what became of a file; return its number in the ledger."""
        counts = {name: value for name, value in asdict(account).items() if name in _COUNTS}
        row = self._connection.execute(
            "INSERT INTO files (name, path, size, modified_ns, sha256, state, reason, rank, counts, decided_ns) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name, sha256) DO UPDATE SET path = excluded.path, "
            "size = excluded.size, modified_ns = excluded.modified_ns, state = excluded.state, "
            "reason = excluded.reason, rank = excluded.rank, counts = excluded.counts, "
            "decided_ns = excluded.decided_ns RETURNING id",
            (source.name, str(source.path), found.size, found.modified_ns, found.sha256, account.state)
            + (account.reason, rank, json.dumps(counts), time.time_ns()),
        ).fetchone()
        if account.state == "applied":
            self._forget_former(source, number=int(row[0]))
        return int(row[0])

    def set_aside(self, number: int, rejected: Iterable[tuple[int, Rejected]]) -> None:
        """Keep records that could not be understood, given as (position in the file, record)."""
        rows = [(number, position, record.pmid, record.reason, record.xml) for position, record in rejected]
        self._connection.executemany("INSERT INTO set_aside VALUES (?, ?, ?, ?, ?)", rows)

    def accounts(self) -> list[FileAccount]:
        """Return what became of every file, applied ones first, by rank."""
        return self._accounts("ORDER BY rank IS NULL, rank, name", ())

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

    def _forget_former(self, source: Source, *, number: int) -> None:
        """Once a file is applied, what stood under its path before is history, and so are its set-aside records."""
        former = "SELECT id FROM files WHERE name = ? AND path = ? AND id <> ?"
        asked = (source.name, str(source.path), number)
        self._connection.execute(f"DELETE FROM set_aside WHERE file = ? OR file IN ({former})", (number, *asked))
        self._connection.execute(f"DELETE FROM files WHERE id IN ({former})", asked)

    def _newest(self) -> int:
        return int(self._connection.execute("SELECT coalesce(max(rank), 0) FROM files").fetchone()[0])

    def _accounts(self, condition: str, values: Sequence[str]) -> list[FileAccount]:
        rows = self._connection.execute(f"SELECT name, state, reason, counts FROM files {condition}", values)
        return [
            FileAccount(name=name, state=state, reason=reason, **json.loads(counts))
            for name, state, reason, counts in rows
        ]
