"""The publisher of a split library: a release of each shard, and one that joins them; all are taken up together."""

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from index.library.builds import current_build
from index.library.layout import Library
from index.library.manifest import Manifest
from index.split.joined_build import join_builds
from search.service.cluster.publisher import InService, Made, Publisher
from search.service.cluster.release import Listing, listing_of


class SplitPublisher(Publisher):
    """Releases of all shards of one library; a new one is made when a shard has a new build."""

    def __init__(self, shards: Sequence[str]) -> None:
        """Begin.

        Args:
            shards: The folders of the shards, in the order of their numbers.
        """
        super().__init__(shards[0])
        self._shards = [Library(Path(shard)) for shard in shards]

    def _current(self) -> str:
        return " ".join(current_build(shard).name for shard in self._shards)

    def _make(self) -> Made:
        with ExitStack() as holding:
            of = self._current()
            parts = [self._copies.make(shard) for shard in self._shards]
            copies = [holding.enter_context(self._copies.held(part.name)) for part in parts]
            names = tuple(part.name for part in parts)
            joined = self._copies.make_by(partial(_gather_joined, copies, names))
            library = holding.enter_context(self._copies.held(joined.name))
            manifest = Manifest.read(current_build(library))
            in_service = InService(joined.name, manifest.build, manifest.fingerprint)
            return Made(of, (joined, *parts), in_service, holding.pop_all())


def _gather_joined(shards: Sequence[Library], parts: tuple[str, ...], folder: Path) -> Listing:
    return listing_of(join_builds(shards, folder), parts)
