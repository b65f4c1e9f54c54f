"""Who may ask, how much at once, and what is written down of it: around every route, REST and MCP alike."""

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from index.command_line.own_host import LOOPBACK, Sender
from search.service.metrics import Metrics
from search.service.refusals import Refusal, refusal_of
from search.service.rest.http_answers import problem
from search.service.workers import Bounds

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

PROBES = frozenset({"/livez", "/readyz"})
"""Paths that need no token: they say whether the service answers."""

_log = logging.getLogger(__name__)
_queries = logging.getLogger("search.service.queries")
"""What was asked, word for word: silent unless the person who serves asks for it."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask.

    Attributes:
        token: What a client must send as its bearer token; "" for none.
        hosts: Names of this server besides those of loopback and the address that a request came to.
    """

    token: str = ""
    hosts: frozenset[str] = frozenset()

    def check(self, scope: Message) -> None:
        """Pass a request whose Host, Origin and token are right.

        Raises:
            Refusal: They are not.
        """
        sender = Sender.of(scope["headers"])
        own = LOOPBACK | self.hosts | ({scope["server"][0]} if self.token and scope.get("server") else set())
        if not sender.names(own):
            raise Refusal(421, "host", "The Host header names another server: this one answers to its own names only.")
        if sender.is_foreign_origin or sender.is_foreign_site:
            raise Refusal(403, "origin", "Another site's page asks: its requests are not answered.")
        if self.token and scope["path"] not in PROBES and not self._has_token(scope):
            challenge = {"WWW-Authenticate": "Bearer"}
            raise Refusal(401, "token", "Send the header `Authorization: Bearer TOKEN`.", headers=challenge)

    def _has_token(self, scope: Message) -> bool:
        expected = f"Bearer {self.token}".encode()
        sent = [value for name, value in scope["headers"] if name == b"authorization"]
        return len(sent) == 1 and hmac.compare_digest(sent[0], expected)


class Guard:
    """Checks, bounds, counts and logs every request (an ASGI middleware)."""

    def __init__(self, app: Application, access: Access, bounds: Bounds, metrics: Metrics) -> None:
        self._app = app
        self._access = access
        self._bounds = bounds
        self._metrics = metrics
        self._open = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._open += 1
        try:
            self._access.check(scope)
            if self._open > self._bounds.open_requests:
                raise Refusal(
                    503, "busy", "Too many requests are open. Ask again in a second.", headers={"Retry-After": "1"}
                )
            body = await self._body(scope, receive)
            _queries.debug("%s %r %r", scope["path"], scope["query_string"], body)
            await self._app(scope, _replay(body, receive), watched)
        except Exception as error:  # noqa: BLE001 - the boundary of the service
            if not status:
                await problem(refusal_of(error))(scope, receive, watched)
        finally:
            self._open -= 1
            seconds, route = time.perf_counter() - started, _route(scope)
            self._metrics.count(scope["method"], route, status, seconds)
            # The route's pattern, not the address: that holds what was asked.
            _log.info("%s %s %d %.0f ms", scope["method"], route, status, seconds * 1000)

    async def _body(self, scope: Message, receive: Receive) -> bytes:
        """Read the whole body, within bounds of size and time."""
        most = self._bounds.body_bytes
        too_large = Refusal(
            413, "too_large", f"A request's body may have {most:,} bytes.", headers={"Connection": "close"}
        )
        if any(
            not size.isdigit() or len(size) > len(str(most)) or int(size) > most
            for size in _values(scope, b"content-length")
        ):
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(self._bounds.body_s):
                while True:
                    message = await receive()
                    body += message.get("body", b"")
                    if len(body) > most:
                        raise too_large
                    if message["type"] == "http.disconnect" or not message.get("more_body"):
                        return bytes(body)
        except TimeoutError:
            raise Refusal(
                408, "too_slow", "The request's body did not arrive in time.", headers={"Connection": "close"}
            ) from None


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _values(scope: Message, name: bytes) -> list[str]:
    return [value.decode("latin-1") for header, value in scope["headers"] if header == name]


def _route(scope: Message) -> str:
    if scope["path"] == "/mcp":
        return "/mcp"
    return getattr(scope.get("route"), "path", None) or "none"
