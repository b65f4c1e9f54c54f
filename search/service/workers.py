"""The threads that answer: so many at once, so many waiting, so long each."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from index.command_line.boundary import panics_as_errors
from search.service.refusals import Refusal

Result = TypeVar("Result")

PIECES_AT_ONCE = 20
"""Pieces of a stream that one turn of a thread makes; between two turns others have theirs."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the service takes on.

    Attributes:
        threads: Answers worked on at once.
        waiting: Answers that wait for a thread.
        answer_s: Seconds after which an answer is given up.
        open_requests: Requests open at once, streams included.
        body_bytes: Size of a request's body.
        body_s: Seconds in which it must arrive.
    """

    threads: int = 4
    waiting: int = 100
    answer_s: float = 30
    open_requests: int = 200
    body_bytes: int = 512 * 1024
    body_s: float = 10


class Workers:
    """Runs what reads the library, on threads, within bounds."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._pool = ThreadPoolExecutor(bounds.threads, thread_name_prefix="answer")
        self._taken = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return what `work` returns.

        Raises:
            Refusal: Too many answers wait, or this one takes too long; its thread then ends its work unheard.
        """
        if self._taken >= self._bounds.threads + self._bounds.waiting:
            raise Refusal(503, "busy", "Too many requests wait. Ask again in a second.", headers={"Retry-After": "1"})
        self._taken += 1
        loop, future = asyncio.get_running_loop(), self._pool.submit(_guarded, work)
        future.add_done_callback(lambda _: _settle(loop, self._give_back))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._bounds.answer_s)
        except TimeoutError:
            seconds = self._bounds.answer_s
            raise Refusal(
                504, "too_slow", f"No answer within {seconds:g} seconds. Ask for less, or add a filter."
            ) from None

    async def each(self, pieces: Iterator[Result]) -> AsyncIterator[Result]:
        """Yield pieces, made a few at a time on the threads."""
        while batch := await self.run(lambda: list(islice(pieces, PIECES_AT_ONCE))):
            for piece in batch:
                yield piece

    def close(self) -> None:
        """Finish what is being worked on, and take nothing more."""
        self._pool.shutdown(cancel_futures=True)

    def _give_back(self) -> None:
        self._taken -= 1


def _guarded(work: Callable[[], Result]) -> Result:
    with panics_as_errors():
        return work()


def _settle(loop: asyncio.AbstractEventLoop, give_back: Callable[[], None]) -> None:
    if not loop.is_closed():  # a thread that ends after the server has stopped
        loop.call_soon_threadsafe(give_back)
