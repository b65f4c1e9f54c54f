"""The door sends a request to a replica, once more where the replica died in it, and no third time."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

pytest.importorskip("ray", reason="Ray is not installed (extra `cluster`)")

from ray.exceptions import ActorDiedError

from search.service.cluster.exchange import Piece, Question
from search.service.cluster.front import Front
from search.service.cluster.publisher import InService
from search.service.guard import Access, Guard
from search.service.metrics import Metrics
from search.service.workers import Bounds

Answer = Callable[[], AsyncIterator[Piece]]


class Replicas:
    """A handle whose answers are given."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[Question] = []

    def options(self, stream: bool) -> "Replicas":
        return self

    @property
    def answer(self) -> "Replicas":
        return self

    def remote(self, question: Question) -> AsyncIterator[Piece]:
        self.asked.append(question)
        return self.answers.pop(0)()


class Publisher:
    def __getattr__(self, name: str) -> "Publisher":
        return self

    def remote(self, *arguments: object) -> None:
        pass


async def dies() -> AsyncIterator[Piece]:
    raise ActorDiedError
    yield


async def says_hello() -> AsyncIterator[Piece]:
    yield Piece(b"hello", True, 200, ((b"content-length", b"5"),), "/v1/search")


async def dies_in_the_midst() -> AsyncIterator[Piece]:
    yield Piece(b"half", False, 200, (), "/v1/search/lines")
    raise ActorDiedError


def answered(replicas: Replicas, path: str = "/v1/search", body: bytes = b"") -> list[dict]:
    metrics = Metrics()
    front = Front(replicas, Publisher(), InService("r-1", "b-1", "f00d"), metrics, patience_s=5)
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"query=bees",
        "headers": [(b"host", b"127.0.0.1")],
    }
    sent: list[dict] = []
    given = [{"type": "http.request", "body": body}]

    async def receive() -> dict:
        return given.pop() if given else await asyncio.Event().wait()

    async def send(message: dict) -> None:
        sent.append(message)

    asyncio.run(Guard(front, Access(), Bounds(), metrics)(scope, receive, send))
    return sent


def test_an_answer_comes_with_its_status_and_headers():
    replicas = Replicas(says_hello)
    start, body = answered(replicas, body=b"{}")
    assert (start["status"], start["headers"]) == (200, [(b"content-length", b"5")])
    assert (body["body"], body["more_body"]) == (b"hello", False)
    [question] = replicas.asked
    assert (question.release, question.body, question.scope["query_string"]) == ("r-1", b"{}", b"query=bees")


def test_a_request_whose_replica_died_is_asked_once_more():
    replicas = Replicas(dies, says_hello)
    assert answered(replicas)[0]["status"] == 200
    assert len(replicas.asked) == 2


def test_a_request_whose_replicas_died_twice_is_refused():
    replicas = Replicas(dies, dies, says_hello)
    start, body = answered(replicas)
    assert start["status"] == 503
    assert b"replica_died" in body["body"]
    assert len(replicas.asked) == 2


def test_a_stream_that_has_begun_is_cut_not_repeated():
    replicas = Replicas(dies_in_the_midst, says_hello)
    start, body = answered(replicas)
    assert (start["status"], body["body"], body["more_body"]) == (200, b"half", True), "no end is sent"
    assert len(replicas.asked) == 1


def test_the_counts_are_those_of_the_door():
    _, body = answered(Replicas(), "/metrics")
    assert b'build="b-1"' in body["body"]
