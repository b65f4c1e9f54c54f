"""The library folder: where each thing lies.

::

    articles.sqlite          the article store
    vectors/<fingerprint>/   vectors that outlive every index, one shard a batch
    index/<build>/           one published index with its manifest.json, immutable
    current                  the name of the build in service, moved last
    build.lock               held while a build runs
    build.progress           how far it is, for those who watch
    mirror/                  NLM's own files, and what was taken by query
    mesh.sqlite              the MeSH vocabulary, where it was loaded
    user/searches/           the searches that a person saved
"""

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_LIBRARY = Path("data/library")


@dataclass(frozen=True, slots=True)
class Library:
    """One library folder; nothing outside it is state.

    Attributes:
        path: The folder, absolute. It need not exist yet.
    """

    path: Path

    @classmethod
    def locate(cls, path: str | os.PathLike[str] | None = None) -> "Library":
        """Name the library: the argument, else `PUBMED_LIBRARY`, else `data/library`."""
        return cls(Path(path or os.environ.get("PUBMED_LIBRARY") or DEFAULT_LIBRARY).expanduser().absolute())

    @property
    def store(self) -> Path:
        """The article store, an SQLite file."""
        return self.path / "articles.sqlite"

    @property
    def vectors(self) -> Path:
        """The folder of vector shards, one folder a model fingerprint."""
        return self.path / "vectors"

    @property
    def builds(self) -> Path:
        """The folder of published builds."""
        return self.path / "index"

    @property
    def pointer(self) -> Path:
        """The file that names the build in service."""
        return self.path / "current"

    @property
    def lock(self) -> Path:
        """The file that a running build holds."""
        return self.path / "build.lock"

    @property
    def progress(self) -> Path:
        """The file in which a running build says how far it is."""
        return self.path / "build.progress"

    @property
    def mirror(self) -> Path:
        """The folder of files taken from NLM."""
        return self.path / "mirror"

    @property
    def mesh(self) -> Path:
        """The MeSH vocabulary, an SQLite file; absent until it is loaded."""
        return self.path / "mesh.sqlite"

    @property
    def searches(self) -> Path:
        """The folder of saved searches; absent until one is saved."""
        return self.path / "user" / "searches"
