"""Checks the article store against itself: its file, its ledger, its articles, PaperETL's tables."""

import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from index.core.errors import LibraryError
from index.core.progress import SILENT, Progress
from index.records.serialization import unpack
from index.store.article_rows import make_entry
from index.store.ledger import Ledger
from index.store.paperetl_tables import read_rows
from index.store.schema import open_to_read

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


def verify_store(path: Path, progress: Progress = SILENT) -> tuple[str, ...]:
    """Return every difference found, in words; empty when the store is sound.

    Reads the whole store.

    Raises:
        LibraryError: The store is missing or cannot be opened.
    """
    connection = open_to_read(path)
    try:
        return tuple(_differences(connection, progress))
    except sqlite3.DatabaseError as error:
        return (f"the file {path} is damaged: {error}",)
    finally:
        connection.close()


def _differences(connection: sqlite3.Connection, progress: Progress) -> Iterator[str]:
    damage = [row[0] for row in connection.execute(f"PRAGMA integrity_check({MOST_LISTED})")]
    if damage != ["ok"]:
        yield from (f"damaged: {line}" for line in damage)
        return
    for what, query in _COUNTS.items():
        if count := connection.execute(query).fetchone()[0]:
            yield f"{count:,} {what}"
    yield from _miscounted(connection)
    yield from islice(_wrong_articles(connection, progress), MOST_LISTED)


def _miscounted(connection: sqlite3.Connection) -> Iterator[str]:
    brought = 0
    kept = dict(connection.execute("SELECT file, count(*) FROM set_aside GROUP BY file"))
    for application in Ledger(connection).history():
        account = application.account
        brought += account.new - account.removed
        if account.read != account.stored + account.unchanged + account.superseded + account.set_aside:
            yield f"{account.name}: the ledger's counts do not add up to the records read"
        if account.set_aside * application.stands != kept.pop(application.number, 0):
            yield f"{account.name}: the ledger counts other records set aside than are kept"
    held = connection.execute("SELECT count(*) FROM records").fetchone()[0]
    if held != brought:
        yield f"the ledger accounts for {brought:,} articles, the store holds {held:,}"
    if kept:
        yield f"{sum(kept.values()):,} records set aside from no file"


def _wrong_articles(connection: sqlite3.Connection, progress: Progress) -> Iterator[str]:
    rows = connection.execute(
        "SELECT pmid, version, revised, year, first, entrez, retraction, has_abstract, text_hash, body "
        "FROM records JOIN bodies USING (pmid) ORDER BY pmid"
    )
    held = connection.execute("SELECT count(*) FROM records").fetchone()[0]
    with progress.bar("articles", held, "article") as bar:
        for pmid, *columns, body in rows:
            bar.update()
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
