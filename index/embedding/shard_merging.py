"""Many small shards become few large ones, so that a folder of millions of texts has hundreds of files.

A large shard is written whole and listed in the table before the small ones that it was made of are removed. A kill in
between leaves texts that two shards hold: the large one is used, and the next run removes the small ones.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np

from index.core.progress import Progress
from index.embedding.shard import Shard, number_of
from index.embedding.shard_store import ShardStore
from index.embedding.shard_table import ListedShard, ShardTable

LARGE_BYTES: Final = 100 << 20
"""A large shard has so many bytes at most: 39 million vectors are 300 files then, and one is checked in a second."""

_MOST_SMALL = 256  # so many wait to be merged, even tiny ones of daily updates; of 512 texts each they fill a large one
_AT_ONCE = 16  # large shards between two tables: 1.6 GB are there twice at most, and 39 million texts take 20 tables


def merge_small_shards(store: ShardStore, progress: Progress) -> None:
    """Merge small shards where they fill a large one or are many, and write the table; every vector stays as it is.

    The others wait, so that a vector is not copied again and again.

    Raises:
        LibraryError: A shard is damaged; it was set aside, and the next run encodes its texts again.
    """
    _remove_unused(store)
    store.save_table()
    table = store.table
    groups = list(_full_groups(table.shards))
    if not groups:
        return
    with progress.bar("shards", sum(map(len, groups)), "file") as bar:
        left = iter(groups)
        while lot := list(islice(left, _AT_ONCE)):
            for group in lot:
                _merge(store, table, group)
                bar.update(len(group))
            store.remove({shard.name for group in lot for shard in group})


def _full_groups(shards: Sequence[ListedShard]) -> Iterator[list[ListedShard]]:
    """Yield the small shards that are merged with each other, in order; half of a large one is not small."""
    group: list[ListedShard] = []
    for shard in shards:
        if shard.size >= LARGE_BYTES // 2:
            continue
        if len(group) == _MOST_SMALL or sum(one.size for one in group) + shard.size > LARGE_BYTES:
            yield group
            group = []
        group.append(shard)


def _merge(store: ShardStore, table: ShardTable, group: Sequence[ListedShard]) -> None:
    """Write a large shard with the texts of small ones, without those that are found in an older shard.

    It has the number of the first of them, so that of two shards with one text the same one is the older as before.
    """
    starts = {shard.name: end - shard.texts for shard, end in zip(table.shards, table.ends.tolist(), strict=True)}
    parts = []
    for listed in group:
        shard = store.read(listed.name)
        is_used = table.find(shard.hashes) == starts[listed.name] + np.arange(len(shard.hashes))
        if not is_used.all():
            store.confirm(shard.hashes[~is_used])
        parts.append(shard.only(is_used))
    path = store.add(Shard.joined(parts), number_of(group[0].name) or 0)
    store.read(path.name)


def _remove_unused(store: ShardStore) -> None:
    """Remove the shards whose texts are all found in others, which are read first."""
    table = store.table
    used = table.is_used()
    if used.all():
        return
    shard_of = np.searchsorted(table.ends, table.rows[used], side="right")
    is_needed = np.bincount(shard_of, minlength=len(table.shards)) > 0
    if unused := {shard.name for shard, needed in zip(table.shards, is_needed, strict=True) if not needed}:
        store.confirm(np.unique(table.hashes[~used]))
        store.remove(unused)
