"""SQLite files that may come from a stranger."""

import sqlite3


def distrust(connection: sqlite3.Connection) -> None:
    """Let nothing that is written in a file's schema run: a view or a trigger in the place of a table could.

    Raises:
        sqlite3.DatabaseError: The file has views, triggers or virtual tables, or its schema cannot be read.
    """
    connection.execute("PRAGMA trusted_schema = OFF")
    foreign = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL %'"
    ).fetchall()
    if foreign:
        names = ", ".join(str(name) for (name,) in foreign)
        raise sqlite3.DatabaseError(f"it has views, triggers or virtual tables: {names:.100}")
