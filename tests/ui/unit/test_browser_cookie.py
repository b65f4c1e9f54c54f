"""By what the page's server knows a browser again, and what it never takes for that."""

import asyncio
import re

import pytest

from ui.state.browser_id import COOKIE, known_id
from ui.web.browser_cookie import BrowserCookie
from ui.web.loopback_guard import Message, Receive, Send

OWN = "0123456789abcdef"


def cookies(*headers: tuple[bytes, bytes], answer: bytes = b"text/html; charset=x", kind: str = "http") -> list[str]:
    """What cookies come with the answer to a request with these headers."""
    sent: list[Message] = []

    async def page(scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": f"{kind}.response.start", "status": 200, "headers": [(b"Content-Type", answer)]})
        await send({"type": f"{kind}.response.body", "body": b""})

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(BrowserCookie(page)({"type": kind, "path": "/", "headers": list(headers)}, receive, send))
    assert len(sent) == 2
    return [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]


def test_a_new_browser_gets_a_number_that_no_script_can_read():
    [one], [other] = cookies(), cookies()
    found = re.fullmatch(rf"{COOKIE}=([0-9a-f]{{16}}); Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax", one)
    assert found
    assert known_id(found[1]) == found[1]
    assert one != other


def test_a_browser_keeps_its_number():
    [cookie] = cookies((b"cookie", b"other=1; pubmed-browser=0123456789abcdef; last=2"))
    assert cookie.startswith(f"{COOKIE}={OWN};")


@pytest.mark.parametrize("value", [b"", b"../etc", b"0123456789ABCDEF", b"0123456789abcdef0", b'"; Path=/x', b"\xff"])
def test_another_value_is_no_number_and_is_replaced(value: bytes):
    [cookie] = cookies((b"cookie", b"pubmed-browser=" + value))
    assert re.match(rf"{COOKIE}=[0-9a-f]{{16}};", cookie)
    assert value not in cookie.encode() or not value


def test_only_a_page_brings_it():
    assert cookies(answer=b"application/atom+xml") == []
    assert cookies(kind="websocket") == []
