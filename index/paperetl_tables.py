"""PaperETL's three tables inside our store: the only module that imports PaperETL.

PaperETL's own `SQLite` class can open the store, and so can whatever reads its tables, such as paperai.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from paperetl.sqlite import SQLite

from index.paperetl_rows import PaperRows

_TABLES = {"articles": SQLite.ARTICLES, "sections": SQLite.SECTIONS, "citations": SQLite.CITATIONS}
_INDEXES = (SQLite.CREATE_SECTION_INDEX, SQLite.CREATE_CITATION_INDEX_1, SQLite.CREATE_CITATION_INDEX_2)


def create_tables(connection: sqlite3.Connection) -> None:
    """Create PaperETL's tables and indexes.

    Rows of number 0 belong to no article: PaperETL cannot reopen a store whose `MAX(Id)` is NULL.
    """
    for name, columns in _TABLES.items():
        fields = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        connection.execute(SQLite.CREATE_TABLE.format(table=name, fields=fields))
    for index in _INDEXES:
        connection.execute(index)
    connection.execute("INSERT INTO sections (Id, Text) VALUES (0, '')")
    connection.execute("INSERT INTO citations (Id) VALUES (0)")


def insert_rows(connection: sqlite3.Connection, rows: Sequence[PaperRows]) -> None:
    """Add articles that the tables do not hold."""
    marks = ", ".join("?" * len(SQLite.ARTICLES))
    connection.executemany(f"INSERT INTO articles VALUES ({marks})", [row.article for row in rows])  # noqa: S608
    connection.executemany(
        "INSERT INTO sections (Article, Name, Text) VALUES (?, ?, ?)",
        [(row.article[0], name, text) for row in rows for name, text in row.sections],
    )
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
