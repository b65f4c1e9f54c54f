"""Looking after a library: what it holds, whether it is sound, and the way back."""

from dataclasses import dataclass

from index.assemble import verify
from index.engine import SearchIndex
from index.errors import LibraryError
from index.library import Library
from index.manifest import Manifest
from index.publish import current_build
from index.shards import Shard
from index.store import ArticleStore


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a library found.

    Attributes:
        manifest: The build in service.
        shards: Files of vectors that are sound.
        vectors: Vectors in them, of every model.
        faults: One sentence a fault; empty where all is sound.
    """

    manifest: Manifest
    shards: int
    vectors: int
    faults: tuple[str, ...]


def verify_library(library: Library) -> Verification:
    """Check the index in service and every shard of vectors; nothing is changed.

    Raises:
        LibraryError: There is no index in service, or it cannot be opened.
        ModelError: Its model is missing or changed.
    """
    index = SearchIndex.open(current_build(library))
    faults = []
    with ArticleStore.open(library.store) as store:
        probe = store.passages([index.manifest.probe])
    try:
        for passage in probe:  # none, where the article has been deleted since
            verify(index, index.manifest.articles, passage)
    except LibraryError as error:
        faults.append(str(error))
    sound = []
    for path in sorted(library.vectors.glob("*/*.safetensors")):
        try:
            sound.append(len(Shard.read(path).pmids))
        except LibraryError as error:
            faults.append(str(error))
    return Verification(index.manifest, len(sound), sum(sound), tuple(faults))
