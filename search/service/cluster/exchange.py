"""One HTTP exchange between the door and a replica: the request whole, the answer in pieces."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from search.service.guard import Application, Message
from search.service.refusals import refusal_of
from search.service.rest.http_answers import problem

PIECE_BYTES = 64 << 10
"""Parts of a streamed answer are joined up to about this size."""
_AHEAD = 8

Handle: TypeAlias = Any
"""An actor or a deployment in another process: Ray makes its methods from the class, with `remote` on each."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request, read to its end.

    Attributes:
        release: The release that is to answer.
        stream: A name of its own.
        scope: What ASGI says of it and can be sent to another process.
        body: Its body.
    """

    release: str
    stream: str
    scope: Mapping[str, object]
    body: bytes

    @classmethod
    def of(cls, scope: Message, body: bytes, *, release: str, stream: str) -> "Question":
        """Return a request as it is sent on."""
        sent = {name: scope[name] for name in _SENT if name in scope}
        return cls(release, stream, sent | {"headers": [tuple(header) for header in scope["headers"]]}, body)


_SENT = ("type", "asgi", "http_version", "method", "scheme", "path", "raw_path", "query_string", "root_path", "server")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer.

    Attributes:
        body: Bytes of the body.
        is_last: Whether the answer ends with it.
        status: Of the first piece, the HTTP status; 0 of all others.
        headers: Of the first piece.
        route: Of the first piece, the pattern of the route that answers, "" where there is none.
    """

    body: bytes = b""
    is_last: bool = False
    status: int = 0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    route: str = ""


async def answered(app: Application, question: Question) -> AsyncIterator[Piece]:
    """Ask an application, and yield its answer; one that it gives at once is one piece.

    Raises:
        ConnectionError: The application stopped in the midst of a stream.
    """
    scope: Message = {**question.scope, "state": {}, "extensions": {}}
    messages: asyncio.Queue[Message | None] = asyncio.Queue(_AHEAD)
    asking = asyncio.create_task(_ask(app, scope, question.body, messages))
    start, body, is_last = await messages.get(), b"", False
    try:
        while start is not None and not is_last:
            message = await messages.get()
            if message is None:
                raise ConnectionError("the answer ended before it was whole")
            body += message.get("body", b"")
            is_last = not message.get("more_body")
            if start or is_last or len(body) >= PIECE_BYTES or messages.empty():
                yield _piece(start, body, scope, is_last=is_last)
                start, body = {}, b""
    finally:
        asking.cancel()
        [error] = await asyncio.gather(asking, return_exceptions=True)
    if start is None:
        yield _said(error)


def _piece(start: Message, body: bytes, scope: Message, *, is_last: bool) -> Piece:
    if not start:
        return Piece(body, is_last)
    route = getattr(scope.get("route"), "path", None) or ""
    return Piece(body, is_last, start["status"], tuple(map(tuple, start["headers"])), route)


def _said(error: object) -> Piece:
    """Return what to answer where the application raised, and said nothing."""
    unexpected = RuntimeError("the application gave no answer")
    answer = problem(refusal_of(error if isinstance(error, Exception) else unexpected))
    return Piece(bytes(answer.body), True, answer.status_code, tuple(answer.raw_headers))


async def _ask(app: Application, scope: Message, body: bytes, messages: "asyncio.Queue[Message | None]") -> None:
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            await asyncio.Event().wait()  # the door cancels all of this where the client leaves
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        await app(scope, receive, messages.put)
    finally:
        await messages.put(None)
