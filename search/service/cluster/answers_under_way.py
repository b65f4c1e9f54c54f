"""The answers that a replica has begun from one release: it may be closed when the last one has ended."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class AnswersUnderWay:
    """How many answers have begun and not ended; for the event loop's thread."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count an answer while it is made."""
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def ended(self) -> None:
        """Wait until there is none."""
        await self._none.wait()
