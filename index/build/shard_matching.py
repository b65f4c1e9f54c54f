"""Makes the indexes of all shards of a split library code vectors alike, as one library of all articles would."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.build.index_job import IndexJob
from index.build.rebuild import RebuildRequest, RebuildResult, rebuild
from index.core.errors import LibraryError
from index.core.progress import Progress
from index.library.build_lock import building
from index.library.builds import current_build
from index.library.layout import Library
from index.library.manifest import Manifest
from index.library.shard_place import in_order
from index.split.vector_bounds import bounds_of, write_bounds
from index.store.article_store import ArticleStore


@dataclass(frozen=True, slots=True)
class MatchedShard:
    """One shard after it was matched with the others.

    Attributes:
        library: Its library.
        result: What building its index did.
    """

    library: Library
    result: RebuildResult


def match_shards(libraries: Sequence[Library], progress: Progress) -> tuple[MatchedShard, ...]:
    """Give all shards the bounds of all their vectors, and build their indexes with them; nothing is encoded.

    Args:
        libraries: All shards of a split library, each with an index of the same model.
        progress: Draws the bars.

    Raises:
        LibraryError: A shard is missing, has another model or cells; or one is being built.
    """
    shards = in_order(libraries)
    manifests = [Manifest.read(current_build(shard)) for shard in shards]
    first = manifests[0]
    for shard, manifest in zip(shards, manifests, strict=True):
        if manifest.fingerprint != first.fingerprint:
            raise LibraryError(
                f"{shard.path} was built with {manifest.model} ({manifest.precision}), {shards[0].path} with "
                f"{first.model} ({first.precision}). Build it with the same model:\n"
                f"  rebuild-index --library {shard.path} --model {first.model}"
            )
        if manifest.vectors.startswith("IVF"):
            raise LibraryError(
                f"{shard.path} has {manifest.articles:,} articles, so many that its vectors are divided into cells, "
                "which each index learns by itself: there is nothing to match, serve the shards as they are."
            )
    bounds = bounds_of(
        _own_bounds(shard, manifest, progress) for shard, manifest in zip(shards, manifests, strict=True)
    )
    for shard in shards:
        with building(shard):
            write_bounds(shard.scale(first.fingerprint), bounds)
    return tuple(
        MatchedShard(shard, rebuild(RebuildRequest(shard, limit=manifest.limit), progress))
        for shard, manifest in zip(shards, manifests, strict=True)
    )


def _own_bounds(shard: Library, manifest: Manifest, progress: Progress) -> NDArray[np.float32]:
    with ArticleStore.open(shard.store) as store:
        return IndexJob(shard, store, manifest.limit, manifest, progress).own_bounds(
            manifest.fingerprint, manifest.model
        )
