"""Who may talk to the page."""

import asyncio

import pytest

from ui.web.loopback_guard import LoopbackOnly, Message, Receive, Send

OURS = (b"host", b"127.0.0.1:8501")
OUR_ORIGIN = (b"origin", b"http://127.0.0.1:8501")


def answers(kind: str, *headers: tuple[bytes, bytes], path: str = "/") -> list[object]:
    """What comes back for a request with these headers; "through" where the page itself would have answered."""
    sent: list[object] = []

    async def page(scope: Message, receive: Receive, send: Send) -> None:
        sent.append("through")

    async def receive() -> Message:
        raise AssertionError("the guard reads no body")

    async def send(message: Message) -> None:
        sent.append(message.get("status") or message.get("code") or message["type"])

    asyncio.run(LoopbackOnly(page)({"type": kind, "path": path, "headers": list(headers)}, receive, send))
    return sent


@pytest.mark.fault("S1")
@pytest.mark.parametrize("host", [b"127.0.0.1", b"127.0.0.1:8501", b"localhost:1", b"LOCALHOST"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_our_own_names_pass(kind: str, host: bytes) -> None:
    origin = (b"origin", b"http://" + host)
    assert answers(kind, (b"host", host), origin) == ["through"]


@pytest.mark.fault("S1", "S9")
@pytest.mark.parametrize(
    "host",
    [
        *(
            b"evil.example",
            b"127.0.0.1.evil.example",
            b"evil.example@127.0.0.1.evil",
            b"[",
            b"",
            b"\xff",
            b"/localhost",
        ),
        *(b"evil@127.0.0.1", b"evil:pw@127.0.0.1:8501", b"@localhost", b"127.0.0.1/", b"127.0.0.1?", b"127.0.0.1#x"),
        *(b"127.0.0.1.", b"localhost.", b"localhost.:8501", b" localhost", b"localhost\n", b"localhost,evil.example"),
        *(b"localhost:", b"localhost:x", b"localhost:-1", b"localhost:8501:80", b"localhost:123456"),
        *(b"[::1]", b"[::1]:8501", b"::1", b"[::ffff:127.0.0.1]", b"127.1", b"2130706433", b"0x7f000001", b"0.0.0.0"),
        *(b"127.0.0.2", b"127.0.0.1:8501\xb2", b"localho\xc5\xbft"),
    ],
)
def test_any_other_name_is_refused(host: bytes) -> None:
    for headers in ([(b"host", host)], [(b"host", host), (b"origin", b"http://" + host)]):
        assert answers("http", *headers)[0] == 400
        assert answers("websocket", *headers) == [1008]


@pytest.mark.fault("S1")
def test_no_host_or_two_hosts_are_refused() -> None:
    assert answers("http")[0] == 400
    assert answers("http", OURS, (b"host", b"evil.example"))[0] == 400
    assert answers("http", OURS, OURS)[0] == 400


@pytest.mark.fault("S1", "S9")
@pytest.mark.parametrize(
    ("origin", "passes"),
    [
        (b"http://127.0.0.1:8501", True),
        (b"HTTP://127.0.0.1:8501", True),
        (b"http://localhost:8501", False),
        (b"http://127.0.0.1:9999", False),
        (b"http://127.0.0.1", False),
        (b"https://127.0.0.1:8501", False),
        (b"http://evil@127.0.0.1:8501", False),
        (b"http://127.0.0.1:8501/", False),
        (b"http://[::1]:8501", False),
        (b"http://evil.example", False),
        (b"null", False),
        (b"", False),
    ],
)
def test_only_the_pages_own_origin_passes(origin: bytes, passes: bool) -> None:
    assert (answers("websocket", OURS, (b"origin", origin)) == ["through"]) is passes
    assert (answers("http", OURS, (b"origin", origin)) == ["through"]) is passes


@pytest.mark.fault("S9")
def test_a_websocket_without_origin_or_with_two_is_refused() -> None:
    assert answers("websocket", OURS) == [1008]
    assert answers("websocket", OURS, OUR_ORIGIN, (b"origin", b"http://evil.example")) == [1008]


@pytest.mark.fault("S9")
@pytest.mark.parametrize(
    ("site", "dest", "path", "passes"),
    [
        (b"same-origin", b"empty", "/download", True),
        (b"none", b"document", "/download", True),
        (b"cross-site", b"document", "/download", False),
        (b"same-site", b"document", "/download", False),
        (b"cross-site", b"empty", "/download", False),
        (b"cross-site", b"document", "/feed", False),
        (b"none", b"document", "/feed", True),
        (b"new-in-2030", b"document", "/download", False),
        (b"", b"document", "/download", False),
        (b"same-origin", b"script", "/static/js/index.js", True),
        (b"cross-site", b"script", "/static/js/index.js", False),
        (b"same-site", b"image", "/media/x.png", False),
        (b"cross-site", b"empty", "/_stcore/health", False),
        (b"cross-site", b"document", "/", True),
        (b"cross-site", b"iframe", "/", False),
        (b"cross-site", b"empty", "/", False),
    ],
)
def test_what_another_sites_page_asks_for_is_refused_but_a_link_opens_the_page(
    site: bytes, dest: bytes, path: str, passes: bool
) -> None:
    headers = (OURS, (b"sec-fetch-site", site), (b"sec-fetch-dest", dest))
    assert (answers("http", *headers, path=path) == ["through"]) is passes


@pytest.mark.fault("S9")
def test_two_words_about_the_site_are_not_better_than_one() -> None:
    ours, theirs = ((b"sec-fetch-site", site) for site in (b"same-origin", b"cross-site"))
    assert answers("http", OURS, ours, theirs, path="/download")[0] == 400


def test_the_start_and_end_of_the_server_pass() -> None:
    assert answers("lifespan") == ["through"]
