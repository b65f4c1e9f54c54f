"""Which revision of a record stands, whatever order the files arrive in.

Of all records of a PMID, the greatest (version, date of revision, file, position in the file) stands. A deletion in a
file removes every record of that PMID from this file and from earlier ones; only a later file brings it back. Files
may arrive in any order, so two things are remembered: deletions for ever, and an older revision from a newer file
for as long as a deletion between the two could bring it into service.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from index.records.serialization import unpack
from index.store.article_rows import ArticleRow, make_entry
from index.store.paperetl_tables import delete_rows, insert_rows, replace_rows

_Key = tuple[int, str, int, int]
_DELETED = "SELECT pmid, rank FROM deletions WHERE pmid IN (SELECT value FROM json_each(?))"
_STANDING = "SELECT pmid, version, revised, rank, position FROM records WHERE pmid IN (SELECT value FROM json_each(?))"
_BEST_HELD = (
    "SELECT version, revised, rank, position, body FROM held WHERE pmid = ? "
    "ORDER BY version DESC, revised DESC, rank DESC, position DESC LIMIT 1"
)


@dataclass(slots=True)
class Tally:
    """Counts that grow while a file is applied; the fields of `index.store.ingest_stats.FileStats`."""

    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    superseded: int = 0
    deletions_applied: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class _Standing:
    """The record of a PMID that is in service; `entry` only while it waits to be written."""

    key: _Key
    entry: ArticleRow | None = None

    @property
    def rank(self) -> int:
        return self.key[2]


class Revisions:
    """Applies the records and deletions of one file to the store, inside the caller's transaction.

    Attributes:
        tally: What was done so far.
    """

    def __init__(self, connection: sqlite3.Connection, rank: int) -> None:
        self.tally = Tally()
        self._connection = connection
        self._rank = rank

    def add(self, entries: Sequence[tuple[int, ArticleRow]]) -> None:
        """Apply records, given as (position in the file, record) in that order."""
        asked = json.dumps([entry.pmid for _, entry in entries])
        standing = self._standing(asked)
        stored = set(standing)
        deleted = dict(self._connection.execute(_DELETED, (asked,)))
        for position, entry in entries:
            if deleted.get(entry.pmid, -1) >= self._rank:
                self.tally.superseded += 1
            else:
                self._weigh(entry, position, standing)
        winners = [(now.key, now.entry) for now in standing.values() if now.entry]
        self._store(winners, stored)

    def delete(self, pmids: Iterable[int]) -> None:
        """Apply deletions."""
        listed = set(pmids)
        asked = json.dumps(sorted(listed))
        later = {pmid for pmid, rank in self._connection.execute(_DELETED, (asked,)) if rank >= self._rank}
        gone = sorted(listed - later)
        self.tally.deletions_applied += len(gone)
        self._connection.executemany("REPLACE INTO deletions VALUES (?, ?)", [(pmid, self._rank) for pmid in gone])
        self._connection.executemany("DELETE FROM held WHERE pmid = ? AND rank <= ?", [(p, self._rank) for p in gone])
        standing = self._standing(json.dumps(gone))
        dead = [pmid for pmid, now in standing.items() if now.rank <= self._rank]
        self._remove(dead)
        self.tally.removed += len(dead) - self._promote(dead)

    def _weigh(self, entry: ArticleRow, position: int, standing: dict[int, _Standing]) -> None:
        key = (entry.version, entry.revised, self._rank, position)
        now = standing.get(entry.pmid)
        if now is None:
            self.tally.new += 1
            standing[entry.pmid] = _Standing(key, entry)
        elif key < now.key:
            self.tally.superseded += 1
            if now.rank < self._rank:
                self._hold(entry.pmid, key, entry.body)
        elif key[:2] == now.key[:2] and self._body(entry.pmid, now) == entry.body:
            self.tally.unchanged += 1
            standing[entry.pmid] = _Standing(key, now.entry)
            self._connection.execute(
                "UPDATE records SET rank = ?, position = ? WHERE pmid = ?", (self._rank, position, entry.pmid)
            )
        else:
            self.tally.replaced += 1
            self._succeed(entry.pmid, now)
            standing[entry.pmid] = _Standing(key, entry)

    def _succeed(self, pmid: int, former: _Standing) -> None:
        if former.rank > self._rank:
            self._hold(pmid, former.key, self._body(pmid, former))
        else:
            self._connection.execute("DELETE FROM held WHERE pmid = ? AND rank <= ?", (pmid, self._rank))

    def _hold(self, pmid: int, key: _Key, body: bytes) -> None:
        self._connection.execute("REPLACE INTO held VALUES (?, ?, ?, ?, ?, ?)", (pmid, *key, body))

    def _body(self, pmid: int, now: _Standing) -> bytes:
        if now.entry:
            return now.entry.body
        row = self._connection.execute("SELECT body FROM bodies WHERE pmid = ?", (pmid,)).fetchone()
        return bytes(row[0])

    def _promote(self, pmids: Iterable[int]) -> int:
        """Bring the best of the held revisions into service where the standing one was deleted; return how many."""
        promoted = 0
        for pmid in pmids:
            row = self._connection.execute(_BEST_HELD, (pmid,)).fetchone()
            if row:
                *key, body = row
                self._store([(tuple(key), make_entry(unpack(body)))], frozenset())
                self._connection.execute("DELETE FROM held WHERE pmid = ? AND rank <= ?", (pmid, key[2]))
                promoted += 1
        return promoted

    def _store(self, records: Sequence[tuple[_Key, ArticleRow]], held: AbstractSet[int]) -> None:
        """Write records, given with their keys; of the PMIDs `held`, in place of what the store has."""
        self._connection.executemany(
            "REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (e.pmid, *key, e.year, e.first, e.entrez, e.retraction, e.has_abstract, e.text_hash)
                for key, e in records
            ],
        )
        self._connection.executemany("REPLACE INTO bodies VALUES (?, ?)", [(e.pmid, e.body) for _, e in records])
        insert_rows(self._connection, [entry.paper for _, entry in records if entry.pmid not in held])
        replace_rows(self._connection, [entry.paper for _, entry in records if entry.pmid in held])

    def _remove(self, pmids: Iterable[int]) -> None:
        gone = list(pmids)
        self._connection.executemany("DELETE FROM records WHERE pmid = ?", [(pmid,) for pmid in gone])
        self._connection.executemany("DELETE FROM bodies WHERE pmid = ?", [(pmid,) for pmid in gone])
        delete_rows(self._connection, gone)

    def _standing(self, asked: str) -> dict[int, _Standing]:
        rows = self._connection.execute(_STANDING, (asked,))
        return {pmid: _Standing((version, revised, rank, position)) for pmid, version, revised, rank, position in rows}
