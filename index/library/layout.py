"""The library folder: the path of each part.

::

    articles.sqlite          the article store
    vectors/<fingerprint>/   vectors that are kept for every index, one shard per batch, merged when they are many
    index/<build>/           one published index with its manifest.json, immutable
    current                  the name of the build in service, moved last
    build.lock               held while a build runs
    build.progress           the progress of the build, for other processes
    build.many               left by a build that ended while it encoded many articles
    mirror/                  NLM's own files, and query downloads
    mesh.sqlite              the MeSH vocabulary, if it was loaded
    shard                    which shard of a split library this is, if it is one
    scale-<16 digits>.npy    the bounds of the vectors that the shards of a split library share
    user/searches/           saved searches, those of a browser in a folder of their own
    user/screenings/         screenings: what is screened, and the decisions
"""

import os
from dataclasses import dataclass
from pathlib import Path

from index.core.system_errors import is_utf8, undecoded_name

DEFAULT_LIBRARY = Path("data/library")


@dataclass(frozen=True, slots=True)
class Library:
    """One library folder; it holds all state.

    Attributes:
        path: The folder, absolute. It need not exist yet.
    """

    path: Path

    @classmethod
    def locate(cls, path: str | os.PathLike[str] | None = None) -> "Library":
        """Return the library at the argument, else `PUBMED_LIBRARY`, else `data/library`.

        Raises:
            ResourceError: Its name is not UTF-8, or not in this locale: Faiss and tantivy cannot open it.
        """
        named = Path(path or os.environ.get("PUBMED_LIBRARY") or DEFAULT_LIBRARY).expanduser().absolute()
        if not is_utf8(str(named)):
            raise undecoded_name(str(named))
        return cls(named)

    @property
    def store(self) -> Path:
        """The article store, an SQLite file."""
        return self.path / "articles.sqlite"

    @property
    def vectors(self) -> Path:
        """The folder of vector shards, one folder per model fingerprint."""
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
        """The file in which a running build writes its progress."""
        return self.path / "build.progress"

    @property
    def many(self) -> Path:
        """The file that says that many articles are being encoded."""
        return self.path / "build.many"

    @property
    def mirror(self) -> Path:
        """The folder of files downloaded from NLM."""
        return self.path / "mirror"

    @property
    def mesh(self) -> Path:
        """The MeSH vocabulary, an SQLite file; absent until it is loaded."""
        return self.path / "mesh.sqlite"

    @property
    def shard(self) -> Path:
        """The file that says which shard of a split library this is; absent in a whole one."""
        return self.path / "shard"

    def scale(self, fingerprint: str) -> Path:
        """The file of the bounds that vectors of a model have in all shards; absent until they are matched."""
        return self.path / f"scale-{fingerprint[:16]}.npy"

    @property
    def searches(self) -> Path:
        """The folder of saved searches; absent until one is saved."""
        return self.path / "user" / "searches"

    @property
    def screenings(self) -> Path:
        """The folder of screenings; absent until one is begun."""
        return self.path / "user" / "screenings"
