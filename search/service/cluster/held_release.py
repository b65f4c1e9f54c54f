"""A release that is open in a replica, with the application that answers from it."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from fastapi import FastAPI

from index.library.layout import Library
from search.service.app import application
from search.service.cluster.answers_under_way import AnswersUnderWay
from search.service.cluster.copies import Copies
from search.service.metrics import Metrics
from search.service.served_library import ServedLibrary
from search.service.workers import Bounds
from search.serving.open_build import OpenBuild

if TYPE_CHECKING:
    from index.embedding.text_encoder import TextEncoder


class HeldRelease:
    """An open release; it ends when it is let go and the last answer from it has ended.

    Attributes:
        app: The application.
        encoder: The model for queries, which the next release may use too.
        answers: Those under way.
    """

    def __init__(self, app: FastAPI, encoder: "TextEncoder", opened: ExitStack) -> None:
        self.app = app
        self.encoder = encoder
        self._opened = opened
        self.answers = AnswersUnderWay()
        self._ends = asyncio.Event()
        self._lives: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls, copies: Copies, name: str, open_build: Callable[[Library], OpenBuild], *, bounds: Bounds
    ) -> Self:
        """Open a release that is among a node's copies, and start its application.

        Args:
            copies: The node's copies.
            name: The release.
            open_build: Opens the build in service of its library.
            bounds: What the application takes on.

        Raises:
            PubmedError, OSError: It cannot be opened.
        """
        with ExitStack() as opening:
            library = opening.enter_context(copies.held(name))
            build = await asyncio.to_thread(open_build, library)
            served = opening.enter_context(ServedLibrary(library, build))
            held = cls(application(served, bounds, Metrics()), build.index.encoder, opening.pop_all())
        await held._start()
        return held

    async def _start(self) -> None:
        started = asyncio.Event()
        self._lives = asyncio.create_task(self._live(started))
        waits = asyncio.create_task(started.wait())
        await asyncio.wait((self._lives, waits), return_when=asyncio.FIRST_COMPLETED)
        if not waits.done():
            waits.cancel()
            await self._lives

    async def _live(self, started: asyncio.Event) -> None:
        # One task: what the application starts must be ended by the task that started it.
        with self._opened:
            async with self.app.router.lifespan_context(self.app):
                started.set()
                await self._ends.wait()
                await self.answers.ended()

    def let_go(self) -> None:
        """Take no more answers, and end with the last one under way."""
        self._ends.set()

    async def ended(self) -> None:
        """Wait until it has ended."""
        if self._lives:
            await self._lives
