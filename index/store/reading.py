"""Opens the article store to read, also for those who may not write beside it.

A store in WAL mode is a file and its log. SQLite coordinates readers and the writer in a third file, and creates both
when the first of them opens the store. Who may not create files has two ways:

- The log is there: read through it. Articles that are in the log only count as well.
- No log is there: the file alone is the whole store, and is read without any lock. SQLite does not notice then that the
  owner changes it, so this module does: `StoreReader.check` raises rather than let a mixture of two states pass.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from index.core.errors import LibraryError, PubmedError
from index.core.system_errors import system_error
from index.store.schema import connect, damaged, is_damage, is_writable, store_exists

# What SQLite reports where it cannot make or write its two files: no permission, no space, no descriptor.
_NO_SIDE_FILES: Final = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
_DESCRIPTORS: Final = (
    4  # that SQLite needs to open a store: the file, its folder for a moment, the log, the shared file
)


class StoreReader(sqlite3.Connection):
    """A connection that cannot write.

    Attributes:
        path: The store.
        frozen: What the file was when it was opened without any lock; None where SQLite sees to changes itself.
    """

    path: Path
    frozen: tuple[int, ...] | None = None

    def check(self) -> None:
        """Make sure that what was read is one state of the store.

        Raises:
            LibraryError: Its owner changed the file meanwhile.
        """
        if self.frozen is not None and _identity(self.path) != self.frozen:
            raise LibraryError(
                f"{self.path} was changed by its owner while it was being read. Try again: it is opened anew."
            )

    def is_outdated(self) -> bool:
        """Whether there is a newer state than this connection can see."""
        return self.frozen is not None and (_identity(self.path) != self.frozen or _log_bytes(self.path) > 0)


def open_to_read(path: Path) -> StoreReader:
    """Open a store through a connection that cannot write.

    Raises:
        LibraryError: It is missing, damaged, not an article store, or of another version; or it cannot be read now.
    """
    if not store_exists(path):
        raise LibraryError(f"There is no article store at {path}. Build one:\n  rebuild-index --sample")
    try:
        with _locked(path.parent, fcntl.LOCK_SH):
            connection = _open(path)
    except sqlite3.Error as error:
        raise read_error(path, error) from error
    connection.path = path
    connection.execute("PRAGMA query_only = ON")
    return connection


@contextmanager
def being_replaced(path: Path) -> Iterator[None]:
    """Let nobody open the store as long as this lasts; those who have it open read on."""
    with _locked(path.parent, fcntl.LOCK_EX):
        yield


def read_error(path: Path, error: sqlite3.Error) -> PubmedError:
    """Return the project's error for what SQLite reported, with the system's reason, which SQLite does not tell."""
    if is_damage(error):
        return damaged(path, error)
    return system_error(error, path) or LibraryError(f"The article store {path} cannot be read ({error}).")


def _open(path: Path) -> StoreReader:
    if is_writable(path):
        try:
            return connect(path, "mode=rw", StoreReader)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _NO_SIDE_FILES:
                raise
    return _through_log(path) or _without_log(path)


def _through_log(path: Path) -> StoreReader | None:
    if not _log(path).exists():
        return None
    try:
        return connect(path, "mode=ro&readonly_shm=1", StoreReader)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _NO_SIDE_FILES:
            raise
        if not _log_bytes(path):
            return None
        if refused := system_error(error, path):
            raise refused from error
        raise LibraryError(
            f"The newest articles of {path} are in its log {_log(path).name} only, and the log cannot be read here "
            f"({error}). Let its owner merge the log, or copy the library to a folder of your own:\n"
            f"  rebuild-index --status --library {path.parent}"
        ) from error


def _without_log(path: Path) -> StoreReader:
    identity = _identity(path)
    connection = connect(path, "mode=ro&immutable=1", StoreReader)
    connection.frozen = identity
    return connection


def _identity(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _log_bytes(path: Path) -> int:
    with suppress(OSError):
        return _log(path).stat().st_size
    return 0


@contextmanager
def _locked(folder: Path, kind: int) -> Iterator[None]:
    """Hold the folder's own lock; where that cannot be (no descriptor, a network disk), go on without."""
    with ExitStack() as stack:
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, descriptor)
            fcntl.flock(descriptor, kind)
        yield
