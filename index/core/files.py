"""Files that are complete or absent: written under a temporary name, flushed to the disk, then renamed.

Temporary names are `.pubmed-<16 digits>.partial`. No two writers share one, and a writer locks its own for as long as
it lives: so the leftovers of a killed writer can be told from work in progress, and from anybody else's files.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

_PARTIAL = re.compile(r"\.pubmed-[0-9a-f]{16}\.partial(-journal)?")  # SQLite puts a journal beside its file


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader, also after a power loss, sees either the old file or the new one.

    Any number of threads and processes may write the same path: the last one stands, whole.

    Raises:
        OSError: The disk is full or read-only, or no file can be opened; the old file is untouched.
    """
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file, named by its `name`, that takes the place of `path` when the block ends without an error.

    Raises:
        OSError: As in `write_whole`.
    """
    file = _new_partial(path.parent)
    partial = Path(file.name)
    try:
        with file, _opened_folder(path.parent) as folder:
            yield file
            file.flush()
            os.fsync(file.fileno())
            partial.replace(path)
            os.fsync(folder)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def link_or_copy(source: Path, target: Path) -> None:
    """Make a file appear at another place too, without taking space where the disk allows it.

    Raises:
        OSError: The disk is full or read-only.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(source, target)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files in a folder whose writers were killed; files of other names are not ours."""
    for path in folder.glob(".pubmed-*.partial*"):
        if _PARTIAL.fullmatch(path.name):
            with suppress(OSError), path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


def _new_partial(folder: Path) -> BinaryIO:
    while True:
        file = (folder / f".pubmed-{token_hex(8)}.partial").open("x+b")
        with suppress(OSError):  # a file system without locks: there nothing is taken for a leftover either
            fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:  # else another process took it for a leftover, before it was locked
            return file
        file.close()


@contextmanager
def _opened_folder(folder: Path) -> Iterator[int]:
    """Open a folder before its entries change, so that no missing descriptor can hinder flushing them afterwards."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Flush a folder's own entries: without it a renamed file can be lost in a power failure."""
    with _opened_folder(folder) as descriptor:
        os.fsync(descriptor)


def sync_tree(folder: Path) -> None:
    """Flush every file and folder below `folder`, and `folder` itself, deepest first."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            descriptor = os.open(Path(parent, name), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        sync_folder(Path(parent))


def size_of(folder: Path) -> int:
    """Return the bytes of all files below `folder`; 0 if it does not exist."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def move_into_place(part: Path, target: Path) -> None:
    """Rename a finished file: its content is flushed to the disk before its name changes, and its name after."""
    with part.open("rb") as stream, _opened_folder(target.parent) as folder:
        os.fsync(stream.fileno())
        part.replace(target)
        os.fsync(folder)
