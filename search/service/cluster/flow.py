"""How fast replicas may send: Ray keeps whatever a stream has sent and nobody has read, so they wait for the reader."""

import asyncio
from collections import deque

WINDOW = 64
"""Pieces of a stream that are sent before the first of them is read."""
_LEFT_KEPT = 10_000


class Flow:
    """Counts of streams, by their names, from the first question about one to its end."""

    def __init__(self) -> None:
        self._read: dict[str, int] = {}
        self._left: deque[str] = deque(maxlen=_LEFT_KEPT)
        self._moved = asyncio.Condition()

    async def has_read(self, stream: str, pieces: int) -> None:
        """Note how many pieces of a stream its reader has passed on."""
        async with self._moved:
            self._read[stream] = pieces
            self._moved.notify_all()

    async def has_left(self, stream: str) -> None:
        """Note that nobody reads a stream any more."""
        async with self._moved:
            self._read.pop(stream, None)
            self._left.append(stream)
            self._moved.notify_all()

    async def room(self, stream: str, sent: int) -> bool:
        """Wait until the reader of a stream is less than `WINDOW` pieces behind; False where it has left."""
        async with self._moved:
            await self._moved.wait_for(
                lambda: stream in self._left or sent - self._read.get(stream, 0) < WINDOW,
            )
            return stream not in self._left
