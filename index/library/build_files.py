"""The files of a build: sizes and hashes, listed when it is written, compared when it is opened and checked."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec

from index.core.errors import LibraryError
from index.core.system_errors import system_error

MANIFEST = "manifest.json"
"""The file that lists the others, and is listed nowhere itself: its hash stands in `current`."""

# Opening a build hashes its files up to this size: all of the sample's but the vectors and the words.
SMALL_BYTES = 1 << 20

# tantivy makes these whenever it opens an index, and never reads them.
_LOCKS = frozenset({".tantivy-meta.lock", ".tantivy-writer.lock"})


@dataclass(frozen=True, slots=True)
class BuildFile:
    """Size and SHA-256 (hexadecimal) of one file."""

    size: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


def list_files(folder: Path) -> dict[str, BuildFile]:
    """Return every file of a build but its manifest, by its relative path, in order."""
    return {name: BuildFile(size, sha256_of(folder / name)) for name, size in sorted(_regular_files(folder).items())}


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def check_files(folder: Path, expected: Mapping[str, BuildFile]) -> None:
    """Compare the sizes of all files, and the hashes of those up to `SMALL_BYTES`.

    Raises:
        LibraryError: A file is missing, is a link, or differs; the message names the first.
        ResourceError: The system refuses to open one.
    """
    try:
        fault = next(_differences(folder, expected, hashed_up_to=SMALL_BYTES), None)
    except OSError as error:
        if refused := system_error(error, folder):
            raise refused from error
        fault = f"a file cannot be read ({error})"
    if fault:
        raise LibraryError(f"The index in {folder} is damaged: {fault}. Build it again:\n  rebuild-index")


def file_faults(folder: Path, expected: Mapping[str, BuildFile]) -> Iterator[str]:
    """Read every file and yield one sentence for each that is missing, is a link, or differs."""
    return _differences(folder, expected, hashed_up_to=None)


def foreign_files(folder: Path, expected: Mapping[str, BuildFile]) -> list[str]:
    """Return the files below a folder that are not among those expected: not ours, and not read."""
    return sorted(_regular_files(folder).keys() - expected.keys())


def _differences(folder: Path, expected: Mapping[str, BuildFile], *, hashed_up_to: int | None) -> Iterator[str]:
    sizes = _regular_files(folder)
    for name, file in expected.items():
        if name not in sizes:
            yield f"its file {name} is missing, or is not a regular file"
        elif sizes[name] != file.size:
            yield f"its file {name} has {sizes[name]:,} bytes, its manifest says {file.size:,}"
        elif (hashed_up_to is None or file.size <= hashed_up_to) and sha256_of(folder / name) != file.sha256:
            yield f"its file {name} was changed: its SHA-256 is not the one in its manifest"


def _raise(error: OSError) -> NoReturn:
    raise error


def _regular_files(folder: Path) -> dict[str, int]:
    """Return the size of every file of a build, by its relative path; links are not followed, and not listed."""
    sizes = {}
    for parent, _, names in os.walk(folder, onerror=_raise):
        for name in names:
            path = Path(parent, name)
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and name not in _LOCKS:
                sizes[path.relative_to(folder).as_posix()] = status.st_size
    sizes.pop(MANIFEST, None)
    return sizes
