"""How fast replicas may send: Ray keeps whatever a stream has sent and nobody has read, so they wait for the reader."""

import asyncio

WINDOW = 64
"""Pieces of a stream that are sent before the first of them is read."""


class Flow:
    """Counts of streams, by their names; a stream is counted from its first question to its end."""

    def __init__(self) -> None:
        self._read: dict[str, int] = {}
        self._ended: set[str] = set()
        self._moved = asyncio.Condition()

    async def has_read(self, stream: str, pieces: int) -> None:
        """Note how many pieces of a stream its reader has passed on."""
        async with self._moved:
            self._read[stream] = pieces
            self._moved.notify_all()

    async def has_left(self, stream: str) -> None:
        """Note that nobody reads a stream any more; whoever sends it is stopped otherwise."""
        async with self._moved:
            self._read.pop(stream, None)

    async def room(self, stream: str, sent: int) -> None:
        """Wait until the reader of a stream is less than `WINDOW` pieces behind."""
        async with self._moved:
            await self._moved.wait_for(lambda: sent - self._read.get(stream, 0) < WINDOW)
