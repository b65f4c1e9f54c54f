"""An application's answer in pieces, and how far they run ahead of their reader."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from search.service.cluster.exchange import PIECE_BYTES, Piece, Question, answered
from search.service.cluster.flow import WINDOW, Flow

Send = Callable[[dict], Awaitable[None]]
START = {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]}


def pieces_of(app: Callable) -> list[Piece]:
    async def read() -> list[Piece]:
        question = Question("r-1", "s-1", {"type": "http", "headers": []}, b"asked")
        return [piece async for piece in answered(app, question)]

    return asyncio.run(read())


def body(content: bytes, more: bool = False) -> dict:
    return {"type": "http.response.body", "body": content, "more_body": more}


def test_an_answer_that_is_given_at_once_is_one_piece():
    async def app(scope: dict, receive: Callable, send: Send) -> None:
        asked = await receive()
        await send(START)
        await send(body(b"you " + asked["body"]))

    assert pieces_of(app) == [Piece(b"you asked", True, 200, ((b"a", b"b"),))]


def test_a_stream_comes_whole_and_in_order():
    async def app(scope: dict, receive: Callable, send: Send) -> None:
        await send(START)
        for number in range(1000):
            await send(body(b"%d," % number * 100, more=True))
        await send(body(b""))

    pieces = pieces_of(app)
    assert b"".join(piece.body for piece in pieces) == b"".join(b"%d," % number * 100 for number in range(1000))
    assert [piece.is_last for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert max(len(piece.body) for piece in pieces) < PIECE_BYTES + 1000


def test_an_application_that_raises_gives_a_problem(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    async def app(scope: dict, receive: Callable, send: Send) -> None:
        raise ZeroDivisionError

    [piece] = pieces_of(app)
    assert (piece.status, piece.is_last) == (500, True)
    assert b'"code": "unexpected"' in piece.body


def test_a_stream_that_breaks_is_an_error():
    async def app(scope: dict, receive: Callable, send: Send) -> None:
        await send(START)
        await send(body(b"half", more=True))
        raise ZeroDivisionError

    with pytest.raises(ConnectionError):
        pieces_of(app)


def test_a_reader_who_leaves_ends_the_application():
    ended = []

    async def app(scope: dict, receive: Callable, send: Send) -> None:
        await send(START)
        try:
            while True:
                await send(body(b"more", more=True))
        finally:
            ended.append(True)

    async def read_one() -> None:
        pieces = answered(app, Question("r-1", "s-1", {"type": "http", "headers": []}, b""))
        await anext(pieces)
        await pieces.aclose()

    asyncio.run(read_one())
    assert ended == [True]


@pytest.mark.fault("S7")
def test_a_sender_waits_until_its_reader_has_come_near():
    async def story() -> None:
        flow = Flow()
        await flow.room("s-1", WINDOW - 1)
        waits = asyncio.create_task(flow.room("s-1", WINDOW))
        await flow.has_read("another", 10)
        await asyncio.sleep(0.01)
        assert not waits.done()
        await flow.has_read("s-1", 1)
        assert await asyncio.wait_for(waits, 5)

    asyncio.run(story())


def test_a_sender_is_let_go_when_its_reader_has_left():
    async def story() -> None:
        flow = Flow()
        waits = asyncio.create_task(flow.room("s-1", WINDOW))
        await asyncio.sleep(0)
        await flow.has_left("s-1")
        assert not await asyncio.wait_for(waits, 5)
        assert not await asyncio.wait_for(flow.room("s-1", 10 * WINDOW), 5)

    asyncio.run(story())
