"""The article store's file: its tables, its version, and how it is opened.

::

    articles, sections, citations   PaperETL's
    records     one row per article: the columns for sorting and filtering
    bodies      the whole article, packed; separate, so that scanning `records` stays cheap
    deletions   PMIDs that NLM deleted, and in which file: kept because an older file may still arrive
    held        older revisions from newer files: current only if the record before them is deleted
    files       the ledger
    set_aside   records that could not be understood

A `rank` orders files (see `index.store.ledger`). The file is in WAL mode, so that searches work while a build writes.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, TypeVar

from index.core.errors import LibraryError, LibraryLocked
from index.core.files import sync_folder
from index.core.sqlite_files import distrust
from index.store.paperetl_tables import create_tables

APPLICATION_ID: Final = 0x504D5353  # "PMSS"
VERSION: Final = 1
BUSY_TIMEOUT_S: Final = 10.0
# For the connection that writes. One that reads keeps SQLite's usual 2 MB: a search with 64 MB took as long, and each
# of a service's threads grew by that much.
WRITING_CACHE_KB: Final = 64 << 10
# Most rows of `bodies` and `articles` are longer than SQLite's usual 4,096: the sample takes 6,229 bytes an article
# with those pages, 6,102 with these and 5,924 with twice as large ones, of which an update writes twice the bytes.
PAGE_BYTES: Final = 8192
_LITTLE_SPACE_BYTES: Final = 1 << 20

AnyConnection = TypeVar("AnyConnection", bound=sqlite3.Connection)

_TABLES: Final = """
CREATE TABLE records (
    pmid INTEGER PRIMARY KEY, version INTEGER NOT NULL, revised TEXT NOT NULL, rank INTEGER NOT NULL,
    position INTEGER NOT NULL, year INTEGER, first TEXT, entrez TEXT, retraction TEXT,
    has_abstract INTEGER NOT NULL, text_hash BLOB NOT NULL);
CREATE TABLE bodies (pmid INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE deletions (pmid INTEGER PRIMARY KEY, rank INTEGER NOT NULL);
CREATE TABLE held (
    pmid INTEGER NOT NULL, version INTEGER NOT NULL, revised TEXT NOT NULL, rank INTEGER NOT NULL,
    position INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (pmid, rank, position)) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, rank INTEGER,
    counts TEXT NOT NULL, decided_ns INTEGER NOT NULL);
CREATE INDEX files_name ON files (name);
CREATE TABLE set_aside (
    file INTEGER NOT NULL REFERENCES files, position INTEGER NOT NULL, pmid TEXT, reason TEXT NOT NULL,
    xml TEXT NOT NULL, PRIMARY KEY (file, position)) WITHOUT ROWID;
"""


def store_exists(path: Path) -> bool:
    """Whether there is a store at `path`; a rollback journal beside it means that its creation was killed."""
    return path.exists() and path.stat().st_size > 0 and not path.with_name(f"{path.name}-journal").exists()


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open a store to write; create it if it does not exist.

    Raises:
        LibraryError: It cannot be created or written, is not an article store, or has another version.
        LibraryLocked: Another build is creating it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not store_exists(path):
            _create(path)
        if not is_writable(path):
            raise PermissionError("no permission to write there")
    except (OSError, sqlite3.Error) as error:
        raise store_error(path, error) from error
    try:
        connection = connect(path, "mode=rw", sqlite3.Connection)
    except sqlite3.Error as error:
        raise store_error(path, error) from error
    connection.execute(f"PRAGMA cache_size = -{WRITING_CACHE_KB}")
    connection.execute("PRAGMA journal_mode = WAL")
    # FULL: a committed file stays applied through a power loss.
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def store_error(path: Path, error: Exception) -> LibraryError:
    """Return the project's error for what SQLite or the system reported about the store."""
    if "locked" in str(error):
        return LibraryLocked(f"Another build is writing to {path}. Wait until it has finished.")
    if is_damage(error):
        return damaged(path, error)
    return LibraryError(
        f"The article store {path} cannot be written ({error}{_free_space(path)}). "
        "What was applied before is unchanged; free disk space or give write permission, and run the same command "
        "again."
    )


def is_damage(error: Exception) -> bool:
    """Whether SQLite says that the file itself is at fault."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def damaged(path: Path, error: Exception) -> LibraryError:
    """Return the error for a file that SQLite cannot make sense of."""
    return LibraryError(
        f"The article store {path} is damaged ({error}). Find out what is, or read the articles again from their "
        "files:\n  rebuild-index --verify\n  rebuild-index --from-scratch SOURCE..."
    )


def _free_space(path: Path) -> str:
    """Name the cause where it is a full disk: SQLite says no more than "disk I/O error" at some of its writes."""
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return ""
    return f"; the disk is full, {free:,} bytes are free" if free < _LITTLE_SPACE_BYTES else ""


def is_writable(path: Path) -> bool:
    """Whether this user may write to a store and beside it, as SQLite does."""
    return os.access(path.parent, os.W_OK) and os.access(path, os.W_OK)


def connect(path: Path, mode: str, kind: type[AnyConnection]) -> AnyConnection:
    """Open a store as SQLite's address `mode` says, and check that it is one.

    Raises:
        LibraryError: It is not an article store, or of another version.
        sqlite3.Error: It cannot be opened or read.
    """
    uri = f"{path.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, factory=kind
    )
    try:
        _check(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    distrust(connection)
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application_id != APPLICATION_ID:
        raise LibraryError(f"{path} is not an article store of this program. Name another library with --library.")
    if version != VERSION:
        age = "a newer" if version > VERSION else "an older"
        raise LibraryError(
            f"{path} has format {version}, written by {age} version of this program, which reads format {VERSION}. "
            f"Use that version, or rebuild the library:\n  rebuild-index --from-scratch"
        )


def _create(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("BEGIN IMMEDIATE")
        # If two builds start at once, the second finds the tables created.
        if connection.execute("PRAGMA application_id").fetchone()[0] == 0:
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            create_tables(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
        # Only now: with a write-ahead log a kill could leave a file without tables that looks like a store.
        connection.execute("PRAGMA journal_mode = WAL")
    sync_folder(path.parent)
