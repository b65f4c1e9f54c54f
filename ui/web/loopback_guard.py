"""Who may use the page: this machine, under its own names, through the page itself."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from index.command_line.own_host import LOOPBACK, Sender
from ui.web.download_links import DOWNLOAD, FEED

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

_FILES = frozenset({DOWNLOAD, FEED})
"""Addresses that no page of another site may link to."""
_REFUSAL = b"This page answers to 127.0.0.1 and localhost only, and to no other site's page.\n"


class LoopbackOnly:
    """Refuse requests for another host's name, and those that another site's page sends (an ASGI middleware).

    The first is DNS rebinding: a site points its own name at 127.0.0.1 and then reads the answers. The second comes
    from pages that a browser on this machine shows, those of another local port too. A link from elsewhere may open the
    page, and nothing but the page. Streamlit has checks of its own, but asks a server on the internet for this
    machine's address to make them.
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with 400."""
        if scope["type"] not in {"http", "websocket"} or _is_ours(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            text = (b"content-type", b"text/plain")
            await send({"type": "http.response.start", "status": 400, "headers": [text]})
            await send({"type": "http.response.body", "body": _REFUSAL})


def _is_ours(scope: Message) -> bool:
    sender = Sender.of(scope["headers"])
    if not sender.names(LOOPBACK) or sender.is_foreign_origin:
        return False
    if scope["type"] == "websocket":
        return bool(sender.origins)  # a browser always names one, and nothing else needs this
    if not sender.is_foreign_site:
        return True
    # A link opens the page, and nothing else.
    shown_as = [value for name, value in scope["headers"] if name == b"sec-fetch-dest"]
    return scope["path"] not in _FILES and shown_as == [b"document"]
