"""Who may use the page: this machine, under its own names."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

HOSTS = frozenset({"127.0.0.1", "localhost"})


class LoopbackOnly:
    """Refuse requests for another host's name, and those that another site's page sends (an ASGI middleware).

    The first is DNS rebinding: a site points its own name at 127.0.0.1 and then reads the answers. The second is
    refused by Streamlit too, but only after it has asked a server on the internet for this machine's address.
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 400."""
        if scope["type"] not in {"http", "websocket"} or _is_ours(scope["headers"]):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            text = (b"content-type", b"text/plain")
            await send({"type": "http.response.start", "status": 400, "headers": [text]})
            await send({"type": "http.response.body", "body": b"This page answers to 127.0.0.1 and localhost only.\n"})


def _is_ours(headers: list[tuple[bytes, bytes]]) -> bool:
    hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
    origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
    return [_host(f"//{host}") in HOSTS for host in hosts] == [True] and all(
        _host(origin) in HOSTS for origin in origins
    )


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:  # "//[" and the like
        return None
