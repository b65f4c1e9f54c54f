"""Which revision of a record is current, whatever order the files arrive in.

Of all records of a PMID, the greatest (version, date of revision, file, position in the file) is current. A deletion
in a file removes every record of that PMID from this file and from earlier ones; only a later file brings it back.
Files may arrive in any order, so two things are kept: deletions for ever, and an older revision from a newer file as
long as a deletion between the two could make it current.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from index.records.serialization import unpack
from index.store.article_rows import ArticleRow, article_row
from index.store.paperetl_tables import delete_rows, insert_rows, replace_rows

_Key = tuple[int, str, int, int]
_DELETED = "SELECT pmid, rank FROM deletions WHERE pmid IN (SELECT value FROM json_each(?))"
_CURRENT = "SELECT pmid, version, revised, rank, position FROM records WHERE pmid IN (SELECT value FROM json_each(?))"
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
class _CurrentRecord:
    """The current record of a PMID; `row` only while it waits to be written."""

    key: _Key
    row: ArticleRow | None = None

    @property
    def rank(self) -> int:
        return self.key[2]


class Revisions:
    """Applies the records and deletions of one file to the store, inside the caller's transaction.

    Attributes:
        tally: The counts so far.
    """

    def __init__(self, connection: sqlite3.Connection, rank: int) -> None:
        self.tally = Tally()
        self._connection = connection
        self._rank = rank

    def add(self, rows: Sequence[tuple[int, ArticleRow]]) -> None:
        """Apply records, given as (position in the file, record) in that order."""
        pmids_json = json.dumps([row.pmid for _, row in rows])
        current = self._current_records(pmids_json)
        stored = set(current)
        deleted = dict(self._connection.execute(_DELETED, (pmids_json,)))
        for position, row in rows:
            if row.pmid in deleted and deleted[row.pmid] >= self._rank:
                self.tally.superseded += 1
            else:
                self._apply(row, position, current)
        changed = [(record.key, record.row) for record in current.values() if record.row]
        self._store(changed, stored)

    def delete(self, pmids: Iterable[int]) -> None:
        """Apply deletions."""
        listed = set(pmids)
        pmids_json = json.dumps(sorted(listed))
        deleted_later = {pmid for pmid, rank in self._connection.execute(_DELETED, (pmids_json,)) if rank >= self._rank}
        deleted = sorted(listed - deleted_later)
        self.tally.deletions_applied += len(deleted)
        self._connection.executemany("REPLACE INTO deletions VALUES (?, ?)", [(pmid, self._rank) for pmid in deleted])
        self._connection.executemany(
            "DELETE FROM held WHERE pmid = ? AND rank <= ?", [(pmid, self._rank) for pmid in deleted]
        )
        current = self._current_records(json.dumps(deleted))
        removed = [pmid for pmid, record in current.items() if record.rank <= self._rank]
        self._remove(removed)
        self.tally.removed += len(removed) - self._promote(removed)

    def _apply(self, row: ArticleRow, position: int, current: dict[int, _CurrentRecord]) -> None:
        key = (row.version, row.revised, self._rank, position)
        record = current.get(row.pmid)
        if record is None:
            self.tally.new += 1
            current[row.pmid] = _CurrentRecord(key, row)
        elif key < record.key:
            self.tally.superseded += 1
            if record.rank < self._rank:
                self._hold(row.pmid, key, row.body)
        elif key[:2] == record.key[:2] and self._body(row.pmid, record) == row.body:
            self.tally.unchanged += 1
            current[row.pmid] = _CurrentRecord(key, record.row)
            self._connection.execute(
                "UPDATE records SET rank = ?, position = ? WHERE pmid = ?", (self._rank, position, row.pmid)
            )
        else:
            self.tally.replaced += 1
            self._hold_or_drop(row.pmid, record)
            current[row.pmid] = _CurrentRecord(key, row)

    def _hold_or_drop(self, pmid: int, record: _CurrentRecord) -> None:
        if record.rank > self._rank:
            self._hold(pmid, record.key, self._body(pmid, record))
        else:
            self._connection.execute("DELETE FROM held WHERE pmid = ? AND rank <= ?", (pmid, self._rank))

    def _hold(self, pmid: int, key: _Key, body: bytes) -> None:
        self._connection.execute("REPLACE INTO held VALUES (?, ?, ?, ?, ?, ?)", (pmid, *key, body))

    def _body(self, pmid: int, record: _CurrentRecord) -> bytes:
        if record.row:
            return record.row.body
        fetched = self._connection.execute("SELECT body FROM bodies WHERE pmid = ?", (pmid,)).fetchone()
        return bytes(fetched[0])

    def _promote(self, pmids: Iterable[int]) -> int:
        """Make the best held revision of each deleted article current; return how many there were."""
        promoted = 0
        for pmid in pmids:
            best = self._connection.execute(_BEST_HELD, (pmid,)).fetchone()
            if best:
                *key, body = best
                self._store([(tuple(key), article_row(unpack(body)))], frozenset())
                self._connection.execute("DELETE FROM held WHERE pmid = ? AND rank <= ?", (pmid, key[2]))
                promoted += 1
        return promoted

    def _store(self, records: Sequence[tuple[_Key, ArticleRow]], existing: AbstractSet[int]) -> None:
        """Write records, given with their keys; those of the PMIDs `existing` replace what the store has."""
        self._connection.executemany(
            "REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (row.pmid, *key, row.year, row.first, row.entrez, row.retraction, row.has_abstract, row.text_hash)
                for key, row in records
            ],
        )
        self._connection.executemany("REPLACE INTO bodies VALUES (?, ?)", [(row.pmid, row.body) for _, row in records])
        insert_rows(self._connection, [row.paper for _, row in records if row.pmid not in existing])
        replace_rows(self._connection, [row.paper for _, row in records if row.pmid in existing])

    def _remove(self, pmids: Iterable[int]) -> None:
        removed = list(pmids)
        self._connection.executemany("DELETE FROM records WHERE pmid = ?", [(pmid,) for pmid in removed])
        self._connection.executemany("DELETE FROM bodies WHERE pmid = ?", [(pmid,) for pmid in removed])
        delete_rows(self._connection, removed)

    def _current_records(self, pmids_json: str) -> dict[int, _CurrentRecord]:
        rows = self._connection.execute(_CURRENT, (pmids_json,))
        return {
            pmid: _CurrentRecord((version, revised, rank, position)) for pmid, version, revised, rank, position in rows
        }
