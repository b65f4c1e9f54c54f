"""Opening a source file: regular files only, because a pipe, a device or a socket may never end, or never begin."""

import os
import stat
from io import BufferedReader
from pathlib import Path
from typing import Final

from index.core.errors import SourceError
from index.core.printable_path import printable_path

_KINDS: Final = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
    stat.S_IFDIR: "a folder, perhaps one that may not be listed",
}


class UnsettledFileError(SourceError):
    """A file cannot be trusted now, whatever it holds: the next run checks it again."""


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file, or a link to one, to read.

    Raises:
        OSError: It is missing or cannot be read.
        UnsettledFileError: It is something else, which is not opened.
    """
    _check(path.stat())
    # It may have been replaced since: without O_NONBLOCK a named pipe would be waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        _check(os.fstat(descriptor))
    except SourceError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def read_regular(path: Path, expected: str) -> bytes:
    """Return what a file holds that somebody named; "~" is the home folder.

    Args:
        path: The file.
        expected: What it should be, for the error.

    Raises:
        SourceError: It cannot be read, or is no regular file.
    """
    try:
        with open_regular(path.expanduser()) as file:
            return file.read()
    except OSError as error:
        raise SourceError(
            f"{printable_path(path)} cannot be read ({error.strerror or error}). Give {expected}."
        ) from error


def _check(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        found = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
        raise UnsettledFileError(f"expected a regular file, found {found}; it was not opened")
