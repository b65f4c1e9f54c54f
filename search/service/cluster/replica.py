"""A replica: one process that answers from its node's copy of the library; Ray Serve starts, routes to and ends it."""

import asyncio
import logging
import platform
from collections.abc import AsyncIterator, Sequence

import ray
from ray import serve
from ray.serve._private import replica as replica_module

from search.service.cluster.copies import Copies
from search.service.cluster.exchange import Handle, Piece, Question, answered
from search.service.cluster.flow import WINDOW
from search.service.cluster.held_release import HeldRelease
from search.service.workers import Bounds

FOLLOW_S = 0.5
"""How often a replica asks which releases it is to have."""
RETRY_S = 10.0
"""After how many seconds a release that could not be had is asked for again."""

_log = logging.getLogger(__name__)


class Replica:
    """Answers requests, each from the release that it names."""

    async def __init__(self, publisher: Handle, bounds: Bounds) -> None:  # type: ignore[misc]
        """Have what is answered from now, before the first request comes; Ray Serve waits for it."""
        _open_no_port()
        self._publisher = publisher
        self._copies = Copies.of_this_node()
        self._bounds = bounds
        self._held: dict[str, HeldRelease] = {}
        self._holding = asyncio.Lock()
        self._ending: set[asyncio.Task[None]] = set()
        self._name = serve.get_replica_context().replica_id.unique_id
        for name in await self._publisher.wanted.remote(self._name, (), ""):
            await self._hold(name)
        self._fault = ""
        self._taking: asyncio.Task[None] | None = None
        self._follows = asyncio.create_task(self._follow())

    async def answer(self, question: Question) -> AsyncIterator[Piece]:
        """Yield the answer to a request.

        Raises:
            PubmedError, OSError: The release that it names cannot be had.
        """
        held = await self._hold(question.release)
        held.enter()
        sent = 0
        try:
            async for piece in answered(held.app, question):
                yield piece
                sent += 1
                if sent < WINDOW or piece.is_last:
                    continue
                if not await self._publisher.room.remote(question.stream, sent):
                    return
        finally:
            held.leave()

    async def _hold(self, name: str) -> HeldRelease:
        """Return a release, fetched, checked and opened first where it must be."""
        if name in self._held:
            return self._held[name]
        async with self._holding:
            if name not in self._held:
                await asyncio.to_thread(self._copies.fetch, name, _Remote(self._publisher))
                encoder = next((held.encoder for held in self._held.values()), None)
                self._held[name] = await HeldRelease.open(self._copies, name, encoder=encoder, bounds=self._bounds)
            return self._held[name]

    async def _follow(self) -> None:
        while True:
            try:
                wanted = await self._publisher.wanted.remote(self._name, tuple(self._held), self._fault)
                await self._have(wanted)
            except Exception as error:  # noqa: BLE001 - the publisher begins again, and answers go on meanwhile
                _log.warning("Which release is to be served cannot be seen now: %s", error)
            await asyncio.sleep(FOLLOW_S)

    async def _have(self, wanted: Sequence[str]) -> None:
        if not wanted:  # the publisher has begun again, and has no release yet
            return
        if (self._taking is None or self._taking.done()) and any(name not in self._held for name in wanted):
            self._taking = asyncio.create_task(self._take(wanted))
        if dropped := self._held.keys() - set(wanted):
            for name in dropped:
                self._let_go(self._held.pop(name))
            await asyncio.to_thread(self._copies.remove_others, wanted)

    async def _take(self, wanted: Sequence[str]) -> None:
        try:
            for name in wanted:
                await self._hold(name)
            self._fault = ""
        except Exception as error:  # noqa: BLE001 - the release in service answers on
            self._fault = f"{self._name} on {platform.node()} cannot have the next build: {error}"
            await asyncio.sleep(RETRY_S)

    def _let_go(self, held: HeldRelease) -> None:
        held.let_go()
        self._ending.add(ending := asyncio.create_task(held.ended()))
        ending.add_done_callback(self._ending.discard)


def _open_no_port() -> None:
    """Keep Serve from opening a port of its own in this process.

    Ray 2.60 opens one on every network, for a transport that is not used here, and unpickles whatever comes: anybody
    who reaches it could run any code.
    """
    vars(replica_module)["add_port_to_grpc_server"] = lambda server, address: 0  # noqa: ARG005 - as Ray calls it


class _Remote:
    """The publisher as threads see it."""

    def __init__(self, publisher: Handle) -> None:
        self._publisher = publisher

    def listing(self, name: str) -> bytes:
        """Return the list of a release's files."""
        return bytes(ray.get(self._publisher.listing.remote(name)))

    def piece(self, name: str, file: str, offset: int) -> bytes:
        """Return a piece of a file."""
        return bytes(ray.get(self._publisher.piece.remote(name, file, offset)))
