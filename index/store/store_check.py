"""Checks that the parts of the store agree: its file, its ledger, its articles, PaperETL's tables."""

import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from index.core.errors import LibraryError
from index.core.progress import SILENT, Progress
from index.core.system_errors import system_error
from index.records.serialization import unpack
from index.store.article_rows import article_row
from index.store.ledger import Ledger
from index.store.paperetl_tables import read_rows
from index.store.reading import open_to_read

MAX_LISTED: Final = 20
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
    """Return a description of every difference; empty if the store is sound.

    Reads the whole store.

    Raises:
        LibraryError: The store is missing or cannot be opened.
    """
    connection = open_to_read(path)
    try:
        differences = tuple(_differences(connection, progress))
        connection.check()
    except sqlite3.DatabaseError as error:
        connection.check()
        if refused := system_error(error, path):
            raise refused from error
        return (f"the file {path} is damaged: {error}",)
    else:
        return differences
    finally:
        connection.close()


def _differences(connection: sqlite3.Connection, progress: Progress) -> Iterator[str]:
    damage = [row[0] for row in connection.execute(f"PRAGMA integrity_check({MAX_LISTED})")]
    if damage != ["ok"]:
        yield from (f"damaged: {line}" for line in damage)
        return
    for difference, query in _COUNTS.items():
        if count := connection.execute(query).fetchone()[0]:
            yield f"{count:,} {difference}"
    yield from _miscounted(connection)
    yield from islice(_wrong_articles(connection, progress), MAX_LISTED)


def _miscounted(connection: sqlite3.Connection) -> Iterator[str]:
    expected = 0
    set_aside = dict(connection.execute("SELECT file, count(*) FROM set_aside GROUP BY file"))
    for application in Ledger(connection).history():
        stats = application.stats
        expected += stats.new - stats.removed
        if stats.read != stats.stored + stats.unchanged + stats.superseded + stats.set_aside:
            yield f"{stats.name}: the ledger's counts do not add up to the records read"
        if stats.set_aside * application.is_current != set_aside.pop(application.number, 0):
            yield f"{stats.name}: the ledger and the store count different records set aside"
    articles = connection.execute("SELECT count(*) FROM records").fetchone()[0]
    if articles != expected:
        yield f"the ledger accounts for {expected:,} articles, the store holds {articles:,}"
    if set_aside:
        yield f"{sum(set_aside.values()):,} records set aside from no file"


def _wrong_articles(connection: sqlite3.Connection, progress: Progress) -> Iterator[str]:
    rows = connection.execute(
        "SELECT pmid, version, revised, year, first, entrez, retraction, has_abstract, text_hash, body "
        "FROM records JOIN bodies USING (pmid) ORDER BY pmid"
    )
    articles = connection.execute("SELECT count(*) FROM records").fetchone()[0]
    with progress.bar("articles", articles, "article") as bar:
        for pmid, *columns, body in rows:
            bar.update()
            try:
                row = article_row(unpack(body))
            except LibraryError:
                yield f"PMID {pmid}: its content is damaged"
                continue
            filter_columns = [row.version, row.revised, row.year, row.first, row.entrez, row.retraction]
            if row.pmid != pmid or [*filter_columns, row.has_abstract, row.text_hash] != columns:
                yield f"PMID {pmid}: its content differs from the columns that search filters by"
            if read_rows(connection, pmid) != row.paper:
                yield f"PMID {pmid}: PaperETL's tables differ from its content"
