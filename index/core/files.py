"""Files that are whole or not there: written aside, flushed to the disk, then renamed."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a power loss, meets the old file or the new one and nothing between.

    Raises:
        OSError: The disk is full or read-only; the old file is untouched.
    """
    aside = path.with_name(f".{path.name}.partial")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's own entries: without it a renamed file can be gone after a power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
    """Return the bytes of all files below `folder`; 0 where it is not there."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def place(part: Path, target: Path) -> None:
    """Give a finished file its name for good: the content is on disk before the name is, and the name follows."""
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    part.replace(target)
    sync_folder(target.parent)
