"""What a replica has of a service's releases: it asks which ones it is to have, fetches, opens and drops them."""

import asyncio
import logging
import platform
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

import ray
from ray import serve
from ray.serve._private import replica as replica_module

from search.service.cluster.copies import Copies
from search.service.cluster.exchange import Handle
from search.service.cluster.release import Listing

FOLLOW_S = 0.5
"""How often a replica asks which releases it is to have."""
RETRY_S = 10.0
"""After how many seconds a release that could not be had is asked for again."""

_log = logging.getLogger(__name__)


class Held(Protocol):
    """A release that is open."""

    def let_go(self) -> None:
        """Take no more answers, and end with the last one under way."""

    async def ended(self) -> None:
        """Wait until it has ended."""


Release = TypeVar("Release", bound=Held)


class Follower(ABC, Generic[Release]):
    """The releases that a replica has, by their names."""

    def __init__(self, publisher: Handle) -> None:
        _open_no_port()
        self._publisher = publisher
        self._copies = Copies.of_this_node()
        self._source = Remote(publisher)
        self._held: dict[str, Release] = {}
        self._holding = asyncio.Lock()
        self._ending: set[asyncio.Task[None]] = set()
        self._name = serve.get_replica_context().replica_id.unique_id
        self._fault = ""
        self._taking: asyncio.Task[None] | None = None

    @abstractmethod
    async def _open(self, listing: Listing) -> Release:
        """Fetch, check and open a release.

        Raises:
            PubmedError, OSError: It cannot be had.
        """

    async def _begin(self) -> None:
        """Have what is answered from now, and follow what is published from then on."""
        for name in await self._publisher.wanted.remote(self._name, (), ""):
            await self._hold(name)
        self._follows = asyncio.create_task(self._follow())

    async def _hold(self, name: str) -> Release:
        """Return a release, fetched, checked and opened first where it must be."""
        if name in self._held:
            return self._held[name]
        async with self._holding:
            if name not in self._held:
                self._held[name] = await self._open(await self._listing(name))
            return self._held[name]

    async def _listing(self, name: str) -> Listing:
        return Listing.decoded(await self._publisher.listing.remote(name), name)

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
                self._drop(self._held.pop(name))
            parts = [part for name in wanted for part in (await self._listing(name)).parts]
            await asyncio.to_thread(self._copies.remove_others, (*wanted, *parts))

    async def _take(self, wanted: Sequence[str]) -> None:
        try:
            for name in wanted:
                await self._hold(name)
            self._fault = ""
        except Exception as error:  # noqa: BLE001 - the release in service answers on
            self._fault = f"{self._name} on {platform.node()} cannot have the next build: {error}"
            await asyncio.sleep(RETRY_S)

    def _drop(self, held: Release) -> None:
        held.let_go()
        self._ending.add(ending := asyncio.create_task(held.ended()))
        ending.add_done_callback(self._ending.discard)


def _open_no_port() -> None:
    """Keep Serve from opening a port of its own in this process.

    Ray 2.60 opens one on every network, for a transport that is not used here, and unpickles whatever comes: anybody
    who reaches it could run any code.
    """
    vars(replica_module)["add_port_to_grpc_server"] = lambda server, address: 0  # noqa: ARG005 - as Ray calls it


class Remote:
    """The publisher as threads see it."""

    def __init__(self, publisher: Handle) -> None:
        self._publisher = publisher

    def listing(self, name: str) -> bytes:
        """Return the list of a release's files."""
        return bytes(ray.get(self._publisher.listing.remote(name)))

    def piece(self, name: str, file: str, offset: int) -> bytes:
        """Return a piece of a file."""
        return bytes(ray.get(self._publisher.piece.remote(name, file, offset)))
