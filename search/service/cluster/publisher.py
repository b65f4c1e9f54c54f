"""The publisher: an actor beside the library that makes its releases, hands them out, and says which one answers."""

import asyncio
import time
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from index.core.errors import LibraryError, PubmedError
from index.library.builds import current_build
from index.library.layout import Library
from index.library.manifest import Manifest
from search.service.cluster.copies import Copies
from search.service.cluster.flow import Flow
from search.service.cluster.release import Listing
from search.service.cluster.rollout import Rollout
from search.serving.open_library import RETRY_S


@dataclass(frozen=True, slots=True)
class InService:
    """The release that answers.

    Attributes:
        release: Its name.
        build: The build in it.
        fingerprint: Of the build's model.
        faults: Why the next release is not taken up, a sentence each.
    """

    release: str
    build: str
    fingerprint: str
    faults: tuple[str, ...] = ()


class Publisher(Flow):
    """Releases of one library; its methods are called from other processes, and run on one event loop."""

    def __init__(self, library: str) -> None:
        super().__init__()
        self._library = Library(Path(library))
        self._copies = Copies.of_this_node()
        self._rollout = Rollout()
        self._made: dict[str, Made] = {}
        self._making: asyncio.Task[None] | None = None
        self._failed: tuple[str, float] | None = None
        self._fault = ""
        self._replica_faults: dict[str, str] = {}

    async def in_service(self) -> InService:
        """Return the release that answers from now on; looks on the way whether there is a new build.

        Raises:
            PubmedError, OSError: No release could be made yet.
        """
        if self._making is None:
            self._making = asyncio.create_task(self._follow_library())
        if not self._rollout.serving or self._making.done():
            making, self._making = self._making, None
            await making
        serving = self._made[self._rollout.switch(time.monotonic())].in_service
        return replace(serving, faults=tuple(filter(None, (self._fault, *self._replica_faults.values()))))

    async def wanted(self, replica: str, held: Collection[str], fault: str) -> tuple[str, ...]:
        """Note that a replica lives, which releases it has, and why it lacks one; return those that it is to have."""
        self._replica_faults = {name: self._replica_faults.get(name, "") for name in self._rollout.living}
        self._replica_faults[replica] = fault
        wanted = self._rollout.heard(replica, held, time.monotonic())
        for name in self._made.keys() - set(wanted):
            self._made.pop(name).held.close()
        return wanted

    async def listing(self, name: str) -> bytes:
        """Return the list of a release's files.

        Raises:
            LibraryError: The service has no such release any more.
        """
        listings = (listing for made in self._made.values() for listing in made.listings)
        if (listing := next((each for each in listings if each.name == name), None)) is None:
            raise LibraryError(f"The release {name} is no longer served. Ask again.")
        return listing.encoded()

    async def piece(self, name: str, file: str, offset: int) -> bytes:
        """Return a piece of a release's file."""
        return await asyncio.to_thread(self._copies.piece, name, file, offset)

    async def _follow_library(self) -> None:
        """Make a release where there is a new build.

        Raises:
            PubmedError, OSError: There is no release yet, and none can be made.
        """
        try:
            build = await asyncio.to_thread(self._current)
            newest = self._made.get(self._rollout.newest)
            has_failed = self._failed and self._failed[0] == build and time.monotonic() - self._failed[1] < RETRY_S
            if has_failed or (newest and newest.of == build):
                return
            self._failed = (build, time.monotonic())
            made = await asyncio.to_thread(self._make)
        except (PubmedError, OSError) as error:
            if not self._rollout.serving:
                raise
            self._fault = f"The new build cannot be served, {self._rollout.serving} stays in service: {error}"
        else:
            self._failed, self._fault = None, ""
            self._made[made.in_service.release] = made
            self._rollout.offer(made.in_service.release)

    def _current(self) -> str:
        """Return what the next release would be made of."""
        return current_build(self._library).name

    def _make(self) -> "Made":
        listing, held = self._copies.make(self._library), ExitStack()
        library = held.enter_context(self._copies.held(listing.name))
        manifest = Manifest.read(current_build(library))
        in_service = InService(listing.name, manifest.build, manifest.fingerprint)
        return Made(manifest.build, (listing,), in_service, held)


@dataclass(frozen=True, slots=True)
class Made:
    """A release that was made.

    Attributes:
        of: The build, or builds, that it was made of.
        listings: Its files, and those of the releases that it joins.
        in_service: What is said of it once it answers.
        held: Keeps its copies until it is closed.
    """

    of: str
    listings: tuple[Listing, ...]
    in_service: InService
    held: ExitStack
