"""Who may talk to the page."""

import asyncio

import pytest

from ui.web.loopback_guard import LoopbackOnly, Message, Receive, Send

OURS = (b"host", b"127.0.0.1:8501")


def answers(kind: str, *headers: tuple[bytes, bytes]) -> list[object]:
    """What comes back for a request with these headers; "through" where the page itself would have answered."""
    sent: list[object] = []

    async def page(scope: Message, receive: Receive, send: Send) -> None:
        sent.append("through")

    async def receive() -> Message:
        raise AssertionError("the guard reads no body")

    async def send(message: Message) -> None:
        sent.append(message.get("status") or message.get("code") or message["type"])

    asyncio.run(LoopbackOnly(page)({"type": kind, "headers": list(headers)}, receive, send))
    return sent


@pytest.mark.fault("S1")
@pytest.mark.parametrize("host", [b"127.0.0.1", b"127.0.0.1:8501", b"localhost:1", b"LOCALHOST"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_our_own_names_pass(kind: str, host: bytes) -> None:
    assert answers(kind, (b"host", host)) == ["through"]


@pytest.mark.fault("S1")
@pytest.mark.parametrize(
    "host",
    [b"evil.example", b"127.0.0.1.evil.example", b"evil.example@127.0.0.1.evil", b"[", b"", b"\xff", b"/localhost"],
)
def test_any_other_name_is_refused(host: bytes) -> None:
    assert answers("http", (b"host", host))[0] == 400
    assert answers("websocket", (b"host", host)) == [1008]


@pytest.mark.fault("S1")
def test_no_host_or_two_hosts_are_refused() -> None:
    assert answers("http")[0] == 400
    assert answers("http", OURS, (b"host", b"evil.example"))[0] == 400
    assert answers("http", OURS, OURS)[0] == 400


@pytest.mark.fault("S1")
@pytest.mark.parametrize(
    ("origin", "passes"),
    [
        (b"http://127.0.0.1:8501", True),
        (b"http://localhost:8501", True),
        (b"http://evil.example", False),
        (b"null", False),
    ],
)
def test_a_page_of_another_site_is_refused(origin: bytes, passes: bool) -> None:
    assert (answers("websocket", OURS, (b"origin", origin)) == ["through"]) is passes
    assert (answers("http", OURS, (b"origin", origin)) == ["through"]) is passes


def test_the_start_and_end_of_the_server_pass() -> None:
    assert answers("lifespan") == ["through"]
