"""Checks the article store against itself: its file, its ledger, its articles, PaperETL's tables."""

import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from index.entries import make_entry
from index.errors import LibraryError
from index.packing import unpack
from index.paperetl_tables import read_rows
from index.schema import open_to_read

MOST_LISTED: Final = 20
_COUNTS: Final = {
    "articles without their content": "SELECT count(*) FROM records WHERE pmid NOT IN (SELECT pmid FROM bodies)",
    "contents of no article": "SELECT count(*) FROM bodies WHERE pmid NOT IN (SELECT pmid FROM records)",
    "articles in PaperETL's table that we do not have": (
        "SELECT count(*) FROM articles WHERE CAST(Id AS INTEGER) NOT IN (SELECT pmid FROM records)"
    ),
    "sentences of no article": (
        "SELECT count(*) FROM sections WHERE Article IS NOT NULL AND Article NOT IN (SELECT Id FROM articles)"
    ),
    "citations of no article": (
        "SELECT count(*) FROM citations WHERE Article IS NOT NULL AND Article NOT IN (SELECT Id FROM articles)"
    ),
    "articles in service although deleted": (
        "SELECT count(*) FROM records JOIN deletions USING (pmid) WHERE records.rank <= deletions.rank"
    ),
    "articles of no file in the ledger": (
        "SELECT count(*) FROM records WHERE rank NOT IN (SELECT rank FROM files WHERE rank IS NOT NULL)"
    ),
}
_BALANCE: Final = (
    "SELECT name FROM files WHERE json_extract(counts, '$.read') <> json_extract(counts, '$.new') + json_extract(counts, '$.replaced') "
    "+ json_extract(counts, '$.unchanged') + json_extract(counts, '$.superseded') + json_extract(counts, '$.set_aside')"
)
_SET_ASIDE: Final = "SELECT name FROM files WHERE json_extract(counts, '$.set_aside') <> (SELECT count(*) FROM set_aside WHERE file = files.id)"


def verify_store(path: Path) -> tuple[str, ...]:
    """Return every difference found, in words; empty when the store is sound.

    Reads the whole store: some 20,000 articles a second at best.

    Raises:
        LibraryError: The store is missing or cannot be opened.
    """
    connection = open_to_read(path)
    try:
        return tuple(_differences(connection))
    except sqlite3.DatabaseError as error:
        return (f"the file {path} is damaged: {error}",)
    finally:
        connection.close()


def _differences(connection: sqlite3.Connection) -> Iterator[str]:
    damage = [row[0] for row in connection.execute(f"PRAGMA integrity_check({MOST_LISTED})")]
    if damage != ["ok"]:
        yield from (f"damaged: {line}" for line in damage)
        return
    for what, query in _COUNTS.items():
        if count := connection.execute(query).fetchone()[0]:
            yield f"{count:,} {what}"
    for (name,) in connection.execute(_BALANCE):
        yield f"{name}: the ledger's counts do not add up to the records read"
    for (name,) in connection.execute(_SET_ASIDE):
        yield f"{name}: the ledger counts other records set aside than are kept"
    yield from _arrivals(connection)
    yield from islice(_wrong_articles(connection), MOST_LISTED)


def _arrivals(connection: sqlite3.Connection) -> Iterator[str]:
    brought, held = connection.execute(
        "SELECT coalesce(sum(json_extract(counts, '$.new') - json_extract(counts, '$.removed')), 0), (SELECT count(*) FROM records) FROM files"
    ).fetchone()
    if held != brought:
        yield f"the ledger accounts for {brought:,} articles, the store holds {held:,}"


def _wrong_articles(connection: sqlite3.Connection) -> Iterator[str]:
    rows = connection.execute(
        "SELECT pmid, version, revised, year, first, entrez, retraction, has_abstract, text_hash, body "
        "FROM records JOIN bodies USING (pmid) ORDER BY pmid"
    )
    for pmid, *columns, body in rows:
        try:
            entry = make_entry(unpack(body))
        except LibraryError:
            yield f"PMID {pmid}: its content is damaged"
            continue
        told = [entry.version, entry.revised, entry.year, entry.first, entry.entrez, entry.retraction]
        if entry.pmid != pmid or [*told, entry.has_abstract, entry.text_hash] != columns:
            yield f"PMID {pmid}: its content differs from the columns that search filters by"
        if read_rows(connection, pmid) != entry.paper:
            yield f"PMID {pmid}: PaperETL's tables differ from its content"
