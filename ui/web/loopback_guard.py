"""Who may use the page: this machine, under its own names, through the page itself."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ui.web.download_links import DOWNLOAD

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# The whole header, not what a parser makes of it: "evil@127.0.0.1" has a host that is ours and a name that is not.
_OUR_HOST = re.compile(r"(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?", re.IGNORECASE)
_OURSELVES = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site for what our own page asks for, and for what a person types."""
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
    def values(name: bytes) -> list[str]:
        return [value.decode("latin-1").lower() for header, value in scope["headers"] if header == name]

    hosts, origins, sites = values(b"host"), values(b"origin"), values(b"sec-fetch-site")
    if len(hosts) != 1 or not _OUR_HOST.fullmatch(hosts[0]):
        return False
    if any(origin != f"http://{hosts[0]}" for origin in origins):
        return False
    if scope["type"] == "websocket":
        return bool(origins)  # a browser always names one, and nothing else needs this
    if _OURSELVES.issuperset(sites):
        return True
    return scope["path"] != DOWNLOAD and values(b"sec-fetch-dest") == ["document"]
