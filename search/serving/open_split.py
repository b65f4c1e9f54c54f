"""The shards of a split library opened together, as one build."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from index.library.builds import current_build
from index.library.layout import Library
from index.library.shard_place import in_order
from search.serving.open_build import OpenBuild, open_vocabulary

if TYPE_CHECKING:
    from index.embedding.text_encoder import TextEncoder
    from index.split.shard_reader import ShardReader
    from index.split.shards import Shards


def open_shard(library: Library, *, encoder: "TextEncoder | None" = None) -> "ShardReader":
    """Open one shard, to be asked by who joins all; its model for questions is not loaded.

    Raises:
        LibraryError: It is missing or damaged.
        ModelError: Its model is missing or is not the same one.
    """
    from index.engine.search_index import SearchIndex  # here, not above: `--help` must not pay for Faiss and tantivy
    from index.split.shard_reader import ShardReader
    from index.store.article_store import ArticleStore

    return ShardReader(SearchIndex.open(current_build(library), encoder=encoder), ArticleStore.open(library.store))


def open_split(joined: Library, shards: "Shards", *, encoder: "TextEncoder | None" = None) -> OpenBuild:
    """Open the build that joins the shards of a library, with the shards as its index and its store.

    Args:
        joined: From `index.split.joined_build.join_builds`.
        shards: The shards that it joins, in their order; closed with the build.
        encoder: A loaded model to use again if the shards were made with it.

    Raises:
        LibraryError: The build is damaged, or the shards do not fit together.
        ModelError: The shards' model is missing or is not the same one.
    """
    from index.split.split_index import SplitIndex
    from index.split.split_store import SplitStore

    build = current_build(joined)
    index = SplitIndex.join(build, shards, encoder=encoder)
    index.encode("warm")  # loads the model now, so that no question waits for it
    return OpenBuild(build, index, SplitStore(shards), open_vocabulary(joined.mesh))


@contextmanager
def local_split(
    libraries: Sequence[Library], *, encoder: "TextEncoder | None" = None
) -> Iterator[tuple[Library, OpenBuild]]:
    """Open all shards of a split library in this process; what joins them is removed with the block.

    Args:
        libraries: The shards, in any order.
        encoder: A loaded model to use if the shards were made with it.

    Yields:
        The folder that joins them, as a library, and the open build.

    Raises:
        LibraryError: A shard is missing or damaged, or they do not fit together.
    """
    from index.split.joined_build import join_builds
    from index.split.shards import LocalShards

    with TemporaryDirectory(prefix="pubmed-split-") as folder, ExitStack() as opening:
        in_their_order = in_order(libraries)
        joined = join_builds(in_their_order, Path(folder))
        readers: list[ShardReader] = []
        for library in in_their_order:
            readers.append(open_shard(library, encoder=encoder))
            opening.callback(readers[-1].close)
        shards = LocalShards(readers)
        opening.callback(shards.close)
        build = open_split(joined, shards, encoder=encoder)
        opening.pop_all()  # the build closes them
        try:
            yield joined, build
        finally:
            build.retire()
