"""A replica of one shard: a process that answers what is asked of it by who joins all shards."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any

from index.split.shard_reader import ShardReader
from search.service.cluster.answers_under_way import AnswersUnderWay
from search.service.cluster.copies import Copies
from search.service.cluster.exchange import Handle
from search.service.cluster.follower import Follower
from search.service.cluster.release import Listing
from search.serving.open_split import open_shard


class HeldShard:
    """The release of one shard, open; it ends when it is let go and the last answer from it has ended.

    Attributes:
        reader: What answers.
        answers: Those under way.
    """

    def __init__(self, reader: ShardReader, opened: ExitStack) -> None:
        self.reader = reader
        self._opened = opened
        self.answers = AnswersUnderWay()

    @classmethod
    def open(cls, copies: Copies, name: str) -> "HeldShard":
        """Open a release that is among a node's copies.

        Raises:
            PubmedError, OSError: It cannot be opened.
        """
        with ExitStack() as opening:
            reader = open_shard(opening.enter_context(copies.held(name)))
            opening.callback(reader.close)
            return cls(reader, opening.pop_all())

    def let_go(self) -> None:
        """Take no more answers: who holds it asks for it no more."""

    async def ended(self) -> None:
        """Close it once its last answer has ended."""
        await self.answers.ended()
        self._opened.close()


class ShardReplica(Follower[HeldShard]):
    """Answers for one shard, from the release that each question names."""

    async def __init__(self, publisher: Handle, number: int, threads: int) -> None:  # type: ignore[misc]
        """Have what is answered from now, before the first question comes; Ray Serve waits for it.

        Args:
            publisher: Hands out the releases.
            number: Which shard, from 0.
            threads: How many questions are worked on at once.
        """
        super().__init__(publisher)
        self._number = number
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="shard")
        await self._begin()

    async def answer(self, release: str, method: str, arguments: tuple[Any, ...]) -> Any:  # noqa: ANN401
        """Return what a method of `ShardReader` returns.

        Raises:
            PubmedError, OSError: The release cannot be had.
        """
        held = await self._hold(release)
        with held.answers.one():
            work = partial(getattr(held.reader, method), *arguments)
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _open(self, listing: Listing) -> HeldShard:
        part = listing.parts[self._number]
        await asyncio.to_thread(self._copies.fetch, part, self._source)
        return await asyncio.to_thread(HeldShard.open, self._copies, part)
