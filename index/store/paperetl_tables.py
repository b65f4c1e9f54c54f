"""PaperETL's three tables inside our store: the only module that imports PaperETL.

PaperETL's own `SQLite` class can open the store, and so can any program that reads its tables, such as paperai.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from paperetl.sqlite import SQLite

from index.store.paperetl_rows import PaperRows

_TABLES = {"articles": SQLite.ARTICLES, "sections": SQLite.SECTIONS, "citations": SQLite.CITATIONS}
_INDEXES = (SQLite.CREATE_SECTION_INDEX, SQLite.CREATE_CITATION_INDEX_1, SQLite.CREATE_CITATION_INDEX_2)
_SECTIONS_OF = (
    "SELECT Article, Id, Name, Text FROM sections "
    "WHERE Article IN (SELECT value FROM json_each(?)) ORDER BY Article, Id"
)
_CITATIONS_OF = (
    "SELECT Article, Id, Reference FROM citations "
    "WHERE Article IN (SELECT value FROM json_each(?)) ORDER BY Article, Id"
)


def create_tables(connection: sqlite3.Connection) -> None:
    """Create PaperETL's tables and indexes.

    Rows with number 0 do not belong to an article: PaperETL cannot reopen a store whose `MAX(Id)` is NULL.
    """
    for name, columns in _TABLES.items():
        fields = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        connection.execute(SQLite.CREATE_TABLE.format(table=name, fields=fields))
    for index in _INDEXES:
        connection.execute(index)
    connection.execute("INSERT INTO sections (Id, Text) VALUES (0, '')")
    connection.execute("INSERT INTO citations (Id) VALUES (0)")


def insert_rows(connection: sqlite3.Connection, rows: Sequence[PaperRows]) -> None:
    """Add articles that the tables do not hold yet."""
    marks = ", ".join("?" * len(SQLite.ARTICLES))
    connection.executemany(f"INSERT INTO articles VALUES ({marks})", [row.article for row in rows])  # noqa: S608
    _insert_sections(connection, rows)
    _insert_citations(connection, rows)


def replace_rows(connection: sqlite3.Connection, rows: Sequence[PaperRows]) -> None:
    """Update articles that the tables already hold.

    What a revision did not change, most sentences and nearly all citations, is read and not written: articles that
    are revised together are spread over the file, and each changed page costs two writes.
    """
    key, *other_columns = SQLite.ARTICLES
    columns = ", ".join(f"{column} = ?{number}" for number, column in enumerate(other_columns, 2))
    connection.executemany(f"UPDATE articles SET {columns} WHERE {key} = ?1", [row.article for row in rows])  # noqa: S608
    keys = json.dumps([row.article[0] for row in rows])
    _replace_sections(connection, rows, keys)
    _replace_citations(connection, rows, keys)


def _replace_sections(connection: sqlite3.Connection, rows: Sequence[PaperRows], keys: str) -> None:
    existing = _existing_rows(connection, _SECTIONS_OF, keys)
    changed: list[tuple[str, str, int]] = []
    rewritten: list[PaperRows] = []
    for row in rows:
        old_rows = existing.get(row.article[0], [])
        if len(old_rows) == len(row.sections):
            pairs = zip(row.sections, old_rows, strict=True)
            changed += [(*new, number) for new, (_, number, *old) in pairs if new != tuple(old)]
        else:
            rewritten.append(row)
    connection.executemany("UPDATE sections SET Name = ?, Text = ? WHERE Id = ?", changed)
    connection.executemany("DELETE FROM sections WHERE Article = ?", [row.article[:1] for row in rewritten])
    _insert_sections(connection, rewritten)


def _replace_citations(connection: sqlite3.Connection, rows: Sequence[PaperRows], keys: str) -> None:
    existing = _existing_rows(connection, _CITATIONS_OF, keys)
    rewritten = [
        row for row in rows if row.citations != tuple(old_row[2] for old_row in existing.get(row.article[0], []))
    ]
    connection.executemany("DELETE FROM citations WHERE Article = ?", [row.article[:1] for row in rewritten])
    _insert_citations(connection, rewritten)


def _existing_rows(connection: sqlite3.Connection, query: str, keys: str) -> dict[str | None, list[tuple[Any, ...]]]:
    """Return the rows of each of these articles, in order."""
    return {article: list(rows) for article, rows in groupby(connection.execute(query, [keys]), itemgetter(0))}


def _insert_sections(connection: sqlite3.Connection, rows: Iterable[PaperRows]) -> None:
    connection.executemany(
        "INSERT INTO sections (Article, Name, Text) VALUES (?, ?, ?)",
        [(row.article[0], name, text) for row in rows for name, text in row.sections],
    )


def _insert_citations(connection: sqlite3.Connection, rows: Iterable[PaperRows]) -> None:
    connection.executemany(
        "INSERT INTO citations (Article, Reference) VALUES (?, ?)",
        [(row.article[0], reference) for row in rows for reference in row.citations],
    )


def delete_rows(connection: sqlite3.Connection, pmids: Iterable[int]) -> None:
    """Remove articles with their sections and citations."""
    keys = [(str(pmid),) for pmid in pmids]
    connection.executemany("DELETE FROM articles WHERE Id = ?", keys)
    connection.executemany("DELETE FROM sections WHERE Article = ?", keys)
    connection.executemany("DELETE FROM citations WHERE Article = ?", keys)


def read_rows(connection: sqlite3.Connection, pmid: int) -> PaperRows | None:
    """Return what the tables hold of one article, or None."""
    key = (str(pmid),)
    article = connection.execute("SELECT * FROM articles WHERE Id = ?", key).fetchone()
    if article is None:
        return None
    sections = connection.execute("SELECT Name, Text FROM sections WHERE Article = ? ORDER BY Id", key)
    citations = connection.execute("SELECT Reference FROM citations WHERE Article = ? ORDER BY Id", key)
    return PaperRows(tuple(article), tuple(sections.fetchall()), tuple(row[0] for row in citations))
