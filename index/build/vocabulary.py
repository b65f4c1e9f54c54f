"""The MeSH vocabulary of a library: which file it is loaded from, and that a library gets one by itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from index.core.errors import LibraryError, SourceError
from index.core.progress import Progress
from index.lexical.everyday_names import EverydayName, read_brands, read_ontology
from index.lexical.mesh import MeshStatus, loaded_mesh
from index.lexical.mesh_loader import COLUMNS, load_mesh
from index.library.layout import Library
from index.packaged.vocabulary_files import HEADINGS, PackagedVocabulary, find_vocabulary

PACKAGE: Final = "package"
"""What `--mesh` takes instead of a file."""


def load_vocabulary(source: str, library: Library, progress: Progress) -> MeshStatus:
    """Load a vocabulary into a library, replacing what was loaded before.

    Args:
        source: `PACKAGE`, or a file that `load_mesh` reads.
        library: The library.
        progress: Draws the count of descriptors.

    Raises:
        SourceError: The package or the file is missing, or cannot be read.
        LibraryError: The disk is full or read-only.
    """
    if source != PACKAGE:
        return load_mesh(Path(source), library.mesh, progress=progress)
    files = find_vocabulary()
    return load_mesh(
        files.headings,
        library.mesh,
        progress=progress,
        columns=COLUMNS,
        everyday_names=_everyday_names(files),
        called=f"{HEADINGS.package} {HEADINGS.version}",
    )


def load_first_vocabulary(library: Library, progress: Progress) -> MeshStatus | str | None:
    """Load the packaged vocabulary into a library that has none, or one of another version or damaged.

    Returns:
        What was loaded; why there is none, with what to type; or None where the library has one.
    """
    try:
        if loaded_mesh(library.mesh):
            return None
    except LibraryError:
        pass  # it serves nobody as it is
    try:
        return load_vocabulary(PACKAGE, library, progress)
    except SourceError as error:
        return str(error)


def _everyday_names(files: PackagedVocabulary) -> Iterator[EverydayName]:
    yield from read_ontology(files.symptoms)
    yield from read_ontology(files.diseases)
    if files.brands:
        yield from read_brands(files.brands)
