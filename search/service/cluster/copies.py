"""The copies of releases that a node keeps: fetched once for all its replicas, checked whole, removed when unused."""

import fcntl
import functools
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, Self

from index.core.files import sync_tree
from index.embedding.queries.query_files import cache_folder
from index.library.layout import Library
from search.service.cluster.release import NAME, Listing, check_whole, gather

PIECE_BYTES = 8 << 20
_PARTIAL, _REMOVED = ".partial", ".removed"


class Source(Protocol):
    """Where a node fetches a release from."""

    def listing(self, name: str) -> bytes:
        """Return the list of its files."""

    def piece(self, name: str, file: str, offset: int) -> bytes:
        """Return up to `PIECE_BYTES` of one of its files."""


class Copies:
    """A folder with a folder for each release; any number of processes of a node share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of_this_node(cls) -> Self:
        """Return the folder in the cache of whoever runs this, which PUBMED_CACHE names."""
        return cls(cache_folder() / "releases")

    def make(self, library: Library) -> Listing:
        """Make a release of the build in service here; equal libraries give the same one.

        Raises:
            LibraryError, ResourceError, OSError: As `gather` does.
        """
        return self.make_by(functools.partial(gather, library))

    def make_by(self, write: Callable[[Path], Listing]) -> Listing:
        """Make a release of what is written into an empty folder, and listed."""
        with self._writing() as partial:
            listing = write(partial)
            self._keep(partial, listing.name)
        return listing

    def fetch(self, name: str, source: Source) -> None:
        """Fetch a release unless it is here, and check each file by its size and SHA-256 before it counts as here.

        Raises:
            LibraryError: What arrived is not what the release's name stands for.
            OSError: The disk is full or read-only.
        """
        if (self._folder / name).is_dir():
            return
        with self._writing() as partial:
            if (self._folder / name).is_dir():  # another replica of this node has fetched it meanwhile
                return
            listing = Listing.decoded(source.listing(name), name)
            for file, expected in listing.files.items():
                _fetch_file(partial / file, expected.size, name, file, source)
            check_whole(partial, listing.files)
            self._keep(partial, name)

    @contextmanager
    def held(self, name: str) -> Iterator[Library]:
        """Yield a release as a library; it is not removed before the block ends.

        Raises:
            FileNotFoundError: It is not here.
        """
        path = self._folder / name
        while True:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH)
                if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
                    yield Library(path)
                    return
            finally:
                os.close(descriptor)

    def remove_others(self, keep: Collection[str]) -> None:
        """Remove the releases that nobody of this node holds, except those named."""
        for path in self._folder.iterdir():
            if NAME.fullmatch(path.name) and path.name not in keep and not path.is_symlink():
                with suppress(OSError):
                    _remove_unused(path)

    def piece(self, name: str, file: str, offset: int) -> bytes:
        """Return up to `PIECE_BYTES` of a file of a release, for another node."""
        with (self._folder / name / file).open("rb") as stream:
            stream.seek(offset)
            return stream.read(PIECE_BYTES)

    @contextmanager
    def _writing(self) -> Iterator[Path]:
        """Yield an empty folder, to one process of the node at a time."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            partial = self._folder / _PARTIAL
            for left in (partial, *self._folder.glob(f".*{_REMOVED}")):  # by one that was killed
                shutil.rmtree(left, ignore_errors=True)
            partial.mkdir()
            try:
                yield partial
            finally:
                shutil.rmtree(partial, ignore_errors=True)

    def _keep(self, partial: Path, name: str) -> None:
        sync_tree(partial)
        with suppress(FileExistsError, NotADirectoryError):
            if not (self._folder / name).is_dir():
                partial.rename(self._folder / name)


def _fetch_file(target: Path, size: int, name: str, file: str, source: Source) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        while stream.tell() < size:
            piece = source.piece(name, file, stream.tell())
            if not piece:
                return  # shorter than its listing says, which the check names
            stream.write(piece)


def _remove_unused(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        aside = path.with_name(f".{path.name}{_REMOVED}")
        path.rename(aside)
        shutil.rmtree(aside)
    finally:
        os.close(descriptor)
