"""A build is made in a temporary folder and published by one rename; the previous one stays for a rollback."""

import logging
import os
import re
import shlex
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from index.core.errors import LibraryError
from index.core.files import sync_folder, sync_tree, write_whole
from index.core.system_errors import system_error
from index.library.build_files import MANIFEST, check_files
from index.library.build_lock import building
from index.library.layout import Library
from index.library.manifest import Manifest, manifest_hash

_PARTIAL, _FAILED = ".partial", ".failed"
# What `new_build_name` makes. Files and folders of other names in `index/` are not ours: they are left alone.
_BUILD = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-[0-9a-f]{4}(-\d+)?")
_LEFTOVER = re.compile(rf"\.{_BUILD.pattern}(?:{re.escape(_PARTIAL)}|{re.escape(_FAILED)})")
_REMOVALS, _REMOVAL_PAUSE_S = 20, 0.1
_LONGEST_POINTER = 512  # bytes
_log = logging.getLogger(__name__)


def current_build(library: Library) -> Path:
    """Return the folder of the build in service; its manifest is the one that was published.

    Raises:
        LibraryError: There is no library, no index in it, or its manifest was changed; the message gives the command.
    """
    build, expected = read_pointer(library)
    # A library of an earlier format gives no hash; its manifest is refused for its format.
    if expected and manifest_hash(build) != expected:
        raise LibraryError(
            f"{build / MANIFEST} was changed: its SHA-256 is not the one in {library.pointer}. Build the index again:\n"
            "  rebuild-index"
        )
    return build


def read_pointer(library: Library) -> tuple[Path, str]:
    """Return the folder of the build in service and the SHA-256 of its manifest, "" where none is given.

    Raises:
        LibraryError: There is no library, or no index in it; the message gives the command.
    """
    if not library.path.is_dir():
        raise LibraryError(f"There is no library at {library.path}. Build one:\n  rebuild-index --sample")
    name, _, expected = _pointer_text(library).strip().partition(" ")
    build = library.builds / name
    if not name or Path(name).name != name or not _is_inside(library, build):
        raise LibraryError(
            f"The index {name!r:.100} in service at {library.path} is missing. Build it again:\n  rebuild-index"
        )
    return build, expected


def _pointer_text(library: Library) -> str:
    if not os.path.lexists(library.pointer):
        raise LibraryError(f"The library {library.path} has no index yet. Build it:\n  rebuild-index")
    try:
        if not library.pointer.is_file():
            raise IsADirectoryError(f"{library.pointer} is not a file")
        with library.pointer.open("rb") as file:
            return file.read(_LONGEST_POINTER).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise system_error(error, library.pointer) or LibraryError(
            f"{library.pointer} does not name the index in service ({error}). Remove it and build the index again; the "
            f"vectors are kept:\n  rm -r {shlex.quote(str(library.pointer))}\n  rebuild-index"
        ) from error


def _is_inside(library: Library, build: Path) -> bool:
    """Whether it is a folder that no link leads out of the library."""
    try:
        return build.is_dir() and build.resolve() == (library.path.resolve() / library.builds.name / build.name)
    except (OSError, ValueError, RuntimeError) as error:  # a name that is too long, a link to itself
        if fault := system_error(error, library.builds):
            raise fault from error
        return False


def current_manifest(library: Library) -> Manifest | None:
    """Return the manifest of the build in service, or None if there is no usable one."""
    try:
        return Manifest.read(current_build(library))
    except LibraryError:
        return None


def new_build_name(library: Library, content: str) -> str:
    """Return an unused build name: the time now, and the start of the digest of its content."""
    name = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}-{content[:4]}"
    candidates = (f"{name}-{number}" if number > 1 else name for number in count(1))
    # A name can be in use after a rollback, or if the clock was set back.
    return next(name for name in candidates if not os.path.lexists(library.builds / name))


@contextmanager
def temporary_build(library: Library, name: str) -> Iterator[Path]:
    """Yield a hidden folder for making a build; it is removed if the build fails."""
    for leftover in _folders(library, _LEFTOVER):
        _remove(leftover)
    folder = library.builds / f".{name}{_PARTIAL}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        _remove_abandoned(folder)


def keep_failed(library: Library, folder: Path, name: str) -> Path:
    """Keep a build that fails its check, out of service, until the next build; return its folder."""
    kept = library.builds / f".{name}{_FAILED}"
    folder.rename(kept)
    return kept


def publish(library: Library, folder: Path, name: str) -> None:
    """Put a finished build into service: flush it, rename it, move the pointer last; then remove the oldest.

    A crash before the pointer moves leaves the old build in service, a later one the new build.

    Raises:
        OSError: The disk is full or read-only; the old build stays in service.
    """
    previous = Manifest.read(folder).previous
    _make_readable(folder, mode=library.builds.stat().st_mode)
    sync_tree(folder)
    folder.rename(library.builds / name)
    sync_folder(library.builds)
    sync_folder(library.path)
    point_to(library, library.builds / name)
    _remove_old_builds(library, keep={name, previous})


def rollback(library: Library) -> Manifest:
    """Put the previous build back into service and return its manifest.

    Raises:
        LibraryError: There is no earlier build.
        LibraryLocked: A build is running.
    """
    current_build(library)  # first, so that nothing is written where there is no library
    with building(library):
        return _rollback(library)


def _rollback(library: Library) -> Manifest:
    manifest = Manifest.read(current_build(library))
    previous = library.builds / (manifest.previous or "-")
    if previous not in _folders(library, _BUILD):
        raise LibraryError(f"{library.path} has no index from before {manifest.build}; nothing was changed.")
    restored = Manifest.read(previous)
    check_files(previous, restored.files)
    point_to(library, previous)
    return restored


def point_to(library: Library, build: Path) -> None:
    """Put a build into service: move the pointer to it."""
    write_whole(library.pointer, f"{build.name} {manifest_hash(build)}\n".encode())


def _make_readable(folder: Path, *, mode: int) -> None:
    """Let all who may read the target folder read the build: tantivy and tempfile let only the owner."""
    for path in folder.rglob("*"):
        path.chmod(mode & (0o777 if path.is_dir() else 0o666))


def _remove_old_builds(library: Library, *, keep: set[str | None]) -> None:
    """Remove all other builds; open readers keep their files.

    A new build is in service already: what cannot be removed now is named in the log, and tried again next time.
    """
    for build in _folders(library, _BUILD):
        if build.name not in keep:
            _log.info("removing the old index %s", build.name)
            _remove(build)


def _folders(library: Library, names: re.Pattern[str]) -> list[Path]:
    try:
        named = [path for path in library.builds.iterdir() if names.fullmatch(path.name)]
    except OSError:
        return []  # there is none yet, or it cannot be listed now
    return [path for path in named if path.is_dir() and not path.is_symlink()]


def _remove_abandoned(folder: Path) -> None:
    """Remove a build that failed; tantivy's threads may write into it for a moment yet."""
    for _ in range(_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_REMOVAL_PAUSE_S)
    _log.warning("%s cannot be removed; the next build tries again", folder)


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        _log.warning("%s cannot be removed (%s); the next build tries again", folder, error.strerror)
