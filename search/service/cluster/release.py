"""A release: a library as one build found it, whole and unchanging, so that every node can have an equal copy.

It is an ordinary library folder with one build, `current`, the store and the MeSH vocabulary. Its listing names every
file with size and SHA-256, and the release carries the start of the listing's own hash in its name: who knows the name
can check all the rest.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec

from index.core.errors import LibraryError
from index.core.files import link_or_copy
from index.library.build_files import MANIFEST, BuildFile, file_faults, sha256_of
from index.library.builds import current_build, point_to
from index.library.layout import Library
from index.library.manifest import Manifest
from index.store.snapshot import copy_store

NAME = re.compile(r"(.+)-([0-9a-f]{16})")
_INSIDE = r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$"


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a release.

    Attributes:
        build: The build in it.
        files: Size and hash of each file, by its path in the folder.
        parts: Of a split library, the releases of its shards in their order, which this one joins.
    """

    build: str
    files: dict[str, BuildFile] = field(default_factory=dict)
    parts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The release's name: its build, and the start of the hash of what `encoded` returns."""
        return f"{self.build}-{sha256(self.encoded()).hexdigest()[:16]}"

    def encoded(self) -> bytes:
        """Return it as JSON, in one order."""
        return msgspec.json.encode(self, order="deterministic")

    @classmethod
    def decoded(cls, content: bytes, name: str) -> "Listing":
        """Read the listing of a release.

        Raises:
            LibraryError: It is not the one that the name stands for.
        """
        try:
            listing = msgspec.json.decode(content, type=cls)
        except msgspec.MsgspecError:
            listing = None
        if listing is None or listing.name != name or not all(map(_is_inside, listing.files)):
            raise LibraryError(f"What arrived is not the list of files of {name}. It is asked for again in a moment.")
        return listing


def gather(library: Library, folder: Path) -> Listing:
    """Put a release of the build in service into an empty folder, and check every file of the build.

    Where the disk is the same, the build's files are linked: only the store, which later builds change, takes space.

    Raises:
        LibraryError: There is no build, or a file of it is not the one of its manifest.
        ResourceError, OSError: The disk is full or read-only.
    """
    build, copy = current_build(library), Library(folder)
    manifest = Manifest.read(build)
    for name in (MANIFEST, *manifest.files):
        link_or_copy(build / name, copy.builds / build.name / name)
    check_whole(copy.builds / build.name, manifest.files)
    point_to(copy, copy.builds / build.name)
    copy_store(library.store, copy.store)
    if library.mesh.exists():
        link_or_copy(library.mesh, copy.mesh)
    return listing_of(copy)


def listing_of(copy: Library, parts: tuple[str, ...] = ()) -> Listing:
    """List the files of a release that is written.

    Args:
        copy: The release as a library.
        parts: The releases that it joins.
    """
    build = current_build(copy)
    inside = build.relative_to(copy.path).as_posix()
    single = [f"{inside}/{MANIFEST}", copy.pointer.name]
    single += [path.name for path in (copy.store, copy.mesh) if path.exists()]
    files = {f"{inside}/{name}": file for name, file in Manifest.read(build).files.items()}
    files |= {name: BuildFile((copy.path / name).stat().st_size, sha256_of(copy.path / name)) for name in single}
    return Listing(build.name, files, parts)


def check_whole(folder: Path, files: Mapping[str, BuildFile]) -> None:
    """Read every file of a folder and compare it.

    Raises:
        LibraryError: One is missing or differs; the message names the first.
    """
    if fault := next(file_faults(folder, files), None):
        raise LibraryError(f"{folder} cannot be served: {fault}. Build the index again:\n  rebuild-index")


def _is_inside(name: str) -> bool:
    return bool(re.match(_INSIDE, name)) and ".." not in name.split("/")
