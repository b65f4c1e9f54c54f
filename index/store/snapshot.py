"""A copy of the article store as it is at one moment, while others read it and a build may write it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from index.core.system_errors import system_error
from index.store.reading import open_to_read, read_error


def copy_store(store: Path, target: Path) -> None:
    """Copy a store into one file without a log; equal stores give equal bytes.

    Args:
        store: The store.
        target: The copy, which must not exist yet.

    Raises:
        LibraryError: The store is missing, damaged or of another version.
        ResourceError: The copy cannot be written: the disk is full or read-only.
    """
    with closing(open_to_read(store)) as source:
        try:
            with closing(sqlite3.connect(target)) as copy:
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise system_error(error, target) or read_error(store, error) from error
        source.check()
