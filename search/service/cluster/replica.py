"""A replica: one process that answers from its node's copy of the library; Ray Serve starts, routes to and ends it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from index.library.builds import current_build
from index.library.layout import Library
from search.service.cluster.exchange import Handle, Piece, Question, answered
from search.service.cluster.flow import WINDOW
from search.service.cluster.follower import Follower
from search.service.cluster.held_release import HeldRelease
from search.service.cluster.release import Listing
from search.service.cluster.split.remote_shards import RemoteShards
from search.service.workers import Bounds
from search.serving.open_build import OpenBuild
from search.serving.open_split import open_split

if TYPE_CHECKING:
    from index.embedding.text_encoder import TextEncoder


class Replica(Follower[HeldRelease]):
    """Answers requests, each from the release that it names."""

    async def __init__(  # type: ignore[misc]
        self, publisher: Handle, bounds: Bounds, shards: Sequence[Handle] = ()
    ) -> None:
        """Have what is answered from now, before the first request comes; Ray Serve waits for it.

        Args:
            publisher: Hands out the releases.
            bounds: What this replica takes on.
            shards: Of a split library, the deployments of its shards in their order.
        """
        super().__init__(publisher)
        self._bounds = bounds
        self._shards = shards
        await self._begin()

    async def answer(self, question: Question) -> AsyncIterator[Piece]:
        """Yield the answer to a request.

        Raises:
            PubmedError, OSError: The release that it names cannot be had.
        """
        held = await self._hold(question.release)
        sent = 0
        with held.answers.one():
            async for piece in answered(held.app, question):
                yield piece
                sent += 1
                if sent < WINDOW or piece.is_last:
                    continue
                if not await self._publisher.room.remote(question.stream, sent):
                    return

    async def _open(self, listing: Listing) -> HeldRelease:
        await asyncio.to_thread(self._copies.fetch, listing.name, self._source)
        encoder = next((held.encoder for held in self._held.values()), None)
        opening = partial(self._open_build, listing.name, encoder)
        return await HeldRelease.open(self._copies, listing.name, opening, bounds=self._bounds)

    def _open_build(self, release: str, encoder: "TextEncoder | None", library: Library) -> OpenBuild:
        if self._shards:
            return open_split(library, RemoteShards(self._shards, release), encoder=encoder)
        return OpenBuild.open(library, current_build(library), encoder=encoder)
