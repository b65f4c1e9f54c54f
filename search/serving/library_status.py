"""What a library holds: its articles, their source files, its index, and whether it is being built."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.core.progress import Stage, read_stage
from index.library.build_lock import Holder, holder_of

if TYPE_CHECKING:
    from index.lexical.mesh import MeshStatus
    from index.library.layout import Library
    from index.library.manifest import Manifest
    from index.store.store_status import StoreStatus
    from search.serving.open_build import OpenBuild


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """Everything `rebuild-index --status` knows, of the build that a searcher serves.

    Attributes:
        store: The articles, and the files that were applied, refused or are missing.
        manifest: The build in service.
        mesh: The MeSH vocabulary, or None where none is loaded.
    """

    store: "StoreStatus"
    manifest: "Manifest"
    mesh: "MeshStatus | None"


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """A running build.

    Attributes:
        holder: Who builds, and since when.
        stage: The progress of its current stage, or None before it is known.
    """

    holder: Holder
    stage: Stage | None


def count_holdings(library: "Library", serving: "OpenBuild") -> LibraryStatus:
    """Count what a library holds.

    Args:
        library: Its folder.
        serving: The build that is served.
    """
    from index.lexical.mesh import loaded_mesh

    return LibraryStatus(serving.store.status(), serving.index.manifest, loaded_mesh(library.mesh))


def running_build(library: "Library") -> BuildProgress | None:
    """Return the build that runs in a library now, or None; this reads only two small files."""
    holder = holder_of(library)
    return BuildProgress(holder, read_stage(library.progress)) if holder else None


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is being searched.

    Attributes:
        articles: How many articles the index holds.
        newest: The newest date among them, ISO 8601, or None.
        build: Name of the build in service.
        model: Name of the embedding model.
        library: The folder.
        service: Address of the service that searches it on another machine; None where it is searched here.
    """

    articles: int
    newest: str | None
    build: str
    model: str
    library: Path
    service: str | None = None
