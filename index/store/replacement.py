"""Puts one store into the place of another, while others read the old one, and whatever moment a kill comes."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from index.core.errors import LibraryLocked
from index.core.files import sync_folder
from index.store.reading import being_replaced
from index.store.schema import BUSY_TIMEOUT_S, store_error

_SIDE_FILES: Final = ("-wal", "-shm", "-journal")
_DAMAGED: Final = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
_log = logging.getLogger(__name__)


def replace_store(old: Path, new: Path) -> None:
    """Move the store `new` to `old`. Readers of the old one keep the files that they have open.

    A kill leaves the old store or the new one, each with every article that was committed to it.

    Args:
        old: A store or a damaged one, or nothing; nobody may be writing to it.
        new: A store on the same disk that nobody has open.

    Raises:
        LibraryError: The disk is full or read-only; the old store stays.
        LibraryLocked: Somebody has been reading the old store all the while; it stays.
    """
    _merge_log(new)
    if old.exists():
        _merge_log(old)
    try:
        # Nobody may open the old file in between: it would put side files beside the new one, and SQLite would believe
        # them. The old store's own go first: all that they held is in its file now.
        with being_replaced(old):
            for suffix in _SIDE_FILES:
                old.with_name(old.name + suffix).unlink(missing_ok=True)
            new.replace(old)
            sync_folder(old.parent)
    except OSError as error:
        raise store_error(old, error) from error


def _merge_log(path: Path) -> None:
    """Write everything that is only in the store's write-ahead log into its file."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as connection:
            is_read = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF not in _DAMAGED:
            raise store_error(path, error) from error
        _log.warning("%s is damaged (%s) and is replaced as it is", path, error)
        return
    if is_read:
        raise LibraryLocked(
            f"Somebody has been reading {path} for {BUSY_TIMEOUT_S:.0f} s, an export for instance, so it cannot be "
            f"replaced yet. Nothing was changed; when they have finished, run the same command again."
        )
