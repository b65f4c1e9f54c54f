"""The cookie by which the page's server knows a browser profile again; `ui.state.browser_id` reads it."""

from http.cookies import CookieError, SimpleCookie
from secrets import token_hex

from ui.state.browser_id import COOKIE, known_id
from ui.web.loopback_guard import Application, Message, Receive, Send

KEPT_S = 400 * 24 * 3600
"""As long as browsers keep a cookie at most; every visit prolongs it."""


class BrowserCookie:
    """Give a browser a number with each page that it loads, its own where it has one (an ASGI middleware).

    No script of a page can read the cookie. It comes with links from elsewhere, or such a visit would replace it.
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the cookie to a page that is answered."""

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                message["headers"] = [*message["headers"], (b"set-cookie", _cookie(scope).encode())]
            await send(message)

        await self._app(scope, receive, send_with_cookie if scope["type"] == "http" else send)


def _is_page(message: Message) -> bool:
    kinds = [value for name, value in message.get("headers", ()) if name.lower() == b"content-type"]
    return any(kind.startswith(b"text/html") for kind in kinds)


def _cookie(scope: Message) -> str:
    sent = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    own = known_id(_value("; ".join(sent)))
    return f"{COOKIE}={own or token_hex(8)}; Path=/; Max-Age={KEPT_S}; HttpOnly; SameSite=Lax"


def _value(header: str) -> str:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
