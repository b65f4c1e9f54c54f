"""The door of a service on Ray: it sends each request to a replica, and once more where the replica died in it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from secrets import token_hex
from types import SimpleNamespace

from ray.exceptions import RayError, RayTaskError
from starlette.responses import Response

from search.service.cluster.exchange import Handle, Piece, Question
from search.service.cluster.flow import WINDOW
from search.service.cluster.publisher import InService
from search.service.guard import Message, Receive, Send
from search.service.metrics import MEDIA_TYPE, Metrics
from search.service.refusals import Refusal

ATTEMPTS = 2
FOLLOW_S = 1.0
"""How often the door asks which release answers."""

_log = logging.getLogger(__name__)


class Front:
    """Passes requests on to replicas (an ASGI application); each names the release that is to answer.

    The release changes here, at one moment for all requests: so no list is made by two builds.
    """

    def __init__(
        self, replicas: Handle, publisher: Handle, in_service: InService, metrics: Metrics, patience_s: float
    ) -> None:
        self._replicas = replicas.options(stream=True)
        self._publisher = publisher
        self._in_service = in_service
        self._metrics = metrics
        self._patience_s = patience_s

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request.

        Raises:
            Refusal: No replica gives an answer.
            PubmedError, OSError: The replicas cannot have the release.
        """
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif (scope["method"], scope["path"]) == ("GET", "/metrics"):
            scope["route"] = SimpleNamespace(path="/metrics")
            content = self._metrics.text(self._in_service.build, self._in_service.fingerprint)
            await Response(content, media_type=MEDIA_TYPE)(scope, receive, send)
        else:
            await self._pass_on(scope, (await receive())["body"], receive, send)

    async def _pass_on(self, scope: Message, body: bytes, receive: Receive, send: Send) -> None:
        question = Question.of(scope, body, release=self._in_service.release, stream=token_hex(8))
        first, others = await self._ask(question)
        scope["route"] = SimpleNamespace(path=first.route)
        await send({"type": "http.response.start", "status": first.status, "headers": list(first.headers)})
        await send({"type": "http.response.body", "body": first.body, "more_body": not first.is_last})
        if not first.is_last:
            await self._stream(others, question.stream, receive, send)

    async def _ask(self, question: Question) -> tuple[Piece, AsyncIterator[Piece]]:
        for attempt in range(1, ATTEMPTS + 1):
            pieces = self._replicas.answer.remote(question)
            try:
                async with asyncio.timeout(self._patience_s):
                    return await anext(pieces), pieces
            except TimeoutError:
                pieces.cancel()
                raise Refusal(
                    504, "too_slow", f"No answer within {self._patience_s:g} seconds. Ask for less, or add a filter."
                ) from None
            except RayTaskError as error:
                raise error.cause from None
            except RayError as error:
                # Reading changes nothing, so it may be asked again. Serve does so where no replica had begun.
                _log.warning("A replica died, attempt %d of %d: %s", attempt, ATTEMPTS, type(error).__name__)
        raise Refusal(
            503, "replica_died", "The replicas that were asked died. Ask again.", headers={"Retry-After": "1"}
        )

    async def _stream(self, pieces: Handle, stream: str, receive: Receive, send: Send) -> None:
        leaving = asyncio.create_task(_has_left(receive))
        passing = asyncio.create_task(self._pass_pieces(pieces, stream, send))
        try:
            await asyncio.wait((leaving, passing), return_when=asyncio.FIRST_COMPLETED)
            if passing.done():
                passing.result()  # raises where a replica died in the midst: the connection is cut then
            else:
                pieces.cancel()
        finally:
            leaving.cancel()
            passing.cancel()
            await asyncio.gather(leaving, passing, return_exceptions=True)
            self._publisher.has_left.remote(stream)

    async def _pass_pieces(self, pieces: AsyncIterator[Piece], stream: str, send: Send) -> None:
        passed = 1
        async for piece in pieces:
            await send({"type": "http.response.body", "body": piece.body, "more_body": not piece.is_last})
            passed += 1
            if passed % (WINDOW // 2) == 0:
                self._publisher.has_read.remote(stream, passed)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        following = asyncio.create_task(self._follow())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        following.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(FOLLOW_S)
            try:
                now = await self._publisher.in_service.remote()
            except Exception as error:  # noqa: BLE001 - the publisher begins again; what is open answers on
                _log.warning("Whether there is a new build cannot be seen now: %s", error)
                continue
            for fault in set(now.faults) - set(self._in_service.faults):
                _log.warning("%s", fault)
            if now.build != self._in_service.build:
                _log.info("build %s answers", now.build)
            self._in_service = now


async def _has_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
