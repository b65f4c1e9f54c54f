"""Who may ask, how much, and what is written down."""

import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from starlette.testclient import TestClient

from search.service.app import service
from search.service.guard import Access
from search.service.workers import Bounds
from tests.search.service.service_library import ARTICLES, listening
from tests.search.service.test_rest import refused

EVERY_ROUTE = (
    "/v1/search?query=bees", "/v1/articles/900000001", "/v1/export?query=bees", "/v1/library", "/mcp", "/livez",
    "/readyz", "/metrics", "/openapi.json", "/nothing",
)  # fmt: skip


@pytest.mark.fault("S1", "S9")
@pytest.mark.parametrize("path", EVERY_ROUTE)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil@127.0.0.1"},
        {"Host": "127.0.0.1.evil.example:8000"},
        {"Host": "127.0.0.1:8000:1"},
        {"Host": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:8501"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_host_or_site_gets_no_route(client, path, headers):
    response = client.get(path, headers=headers)
    assert (response.status_code, response.json()["code"]) in {(421, "host"), (403, "origin")}
    assert client.post(path, headers=headers).status_code in {421, 403}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "LOCALHOST:8000"])
def test_this_machine_gets_answers_under_its_own_names(client, host):
    assert client.get("/v1/library", headers={"Host": host, "Origin": f"http://{host.lower()}"}).status_code == 200


@pytest.mark.fault("S7")
def test_a_token_is_needed_where_there_is_one(served):
    guarded = service(served, access=Access("a-secret", frozenset({"search.example"})))
    with TestClient(guarded, base_url="http://search.example") as client:
        for sent in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic a-secret"}):
            for path in ("/v1/library", "/mcp", "/metrics", "/openapi.json", "/nothing"):
                refused(client.get(path, headers=sent), 401, "token")
        assert client.get("/v1/library", headers={"Authorization": "Bearer a-secret"}).status_code == 200
        assert client.get("/livez").status_code == client.get("/readyz").status_code == 200
        refused(client.get("/livez", headers={"Host": "evil.example"}), 421, "host")


@pytest.mark.fault("S7")
@pytest.mark.parametrize("path", ["/v1/search", "/v1/lookup", "/mcp", "/nothing"])
def test_a_body_that_is_too_large_is_refused_with_and_without_its_length(client, path):
    large = b'{"query": "' + b"x" * 2**20 + b'"}'
    refused(client.post(path, content=large), 413, "too_large")
    refused(client.post(path, content=iter([large[:1000], large[1000:]])), 413, "too_large")
    refused(client.post(path, content=b"", headers={"Content-Length": "1" * 30}), 413, "too_large")


@pytest.mark.fault("S7")
def test_a_body_that_comes_too_slowly_is_given_up(served):
    with listening(served, bounds=Bounds(body_s=0.3)) as url, socket.create_connection(_place(url)) as connection:
        connection.sendall(b"POST /v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{")
        assert connection.recv(1000).startswith(b"HTTP/1.1 408 ")


@pytest.mark.fault("S7")
def test_more_than_can_wait_at_once_get_their_answer_or_are_told_to_come_again(served, monkeypatch):
    turn = threading.Event()
    monkeypatch.setattr(served, "search", _waits(turn, served.search))
    with listening(served, bounds=Bounds(threads=2, waiting=3)) as url, ThreadPoolExecutor(12) as people:
        asked = [people.submit(httpx2.get, f"{url}/v1/search?query=bees", timeout=30) for _ in range(12)]
        time.sleep(0.5)
        turn.set()
        answers = [each.result() for each in asked]
        assert {answer.status_code for answer in answers} == {200, 503}
        busy = next(answer for answer in answers if answer.status_code == 503)
        assert refused(busy, 503, "busy")
        assert busy.headers["retry-after"] == "1"
        assert httpx2.get(f"{url}/v1/search?query=bees").status_code == 200, "and serves on"


@pytest.mark.fault("S7")
def test_an_answer_that_takes_too_long_is_given_up(served, monkeypatch):
    turn = threading.Event()
    monkeypatch.setattr(served, "search", _waits(turn, served.search))
    with TestClient(service(served, bounds=Bounds(answer_s=0.2)), base_url="http://127.0.0.1") as client:
        refused(client.get("/v1/search?query=bees"), 504, "too_slow")
        turn.set()
        assert client.get("/v1/search?query=bees").status_code == 200


@pytest.mark.fault("Q11", "S7")
def test_a_reader_who_leaves_a_stream_stops_nothing(served):
    with listening(served, bounds=Bounds(open_requests=3)) as url:
        for _ in range(8):
            with socket.create_connection(_place(url)) as connection:
                connection.sendall(b"GET /v1/search/lines?query=wasps HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                connection.recv(10)
        time.sleep(0.3)
        assert httpx2.get(f"{url}/v1/search?query=bees").status_code == 200


@pytest.mark.fault("B8", "Q10")
def test_builds_come_and_go_without_a_dropped_request(served, library):
    stop = threading.Event()

    def rebuild() -> None:
        for number in range(10_000):
            library.publish(f"build{number}", ARTICLES)
            if stop.wait(0.01):
                return

    def ask(url: str) -> set[int]:
        with httpx2.Client() as client:
            return {client.get(f"{url}/v1/search?query=metformin%20bees").status_code for _ in range(8)}

    with listening(served, bounds=Bounds()) as url, ThreadPoolExecutor(9) as people:
        rebuilding = people.submit(rebuild)
        statuses = set().union(*people.map(ask, [url] * 8))
        stop.set()
        rebuilding.result()
    assert statuses == {200}


def test_a_service_that_is_stopped_ends_its_answers_first(served, monkeypatch):
    turn = threading.Event()
    monkeypatch.setattr(served, "search", _waits(turn, served.search))
    with ThreadPoolExecutor(2) as people:
        with listening(served) as url:
            asked = people.submit(httpx2.get, f"{url}/v1/search?query=bees", timeout=30)
            time.sleep(0.3)
            people.submit(lambda: time.sleep(0.3) or turn.set())
        assert asked.result().status_code == 200


def test_what_goes_wrong_inside_is_a_problem_and_a_file_for_the_report(client, served, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(served, "search", lambda *_, **__: 1 / 0)
    problem = refused(client.get("/v1/search?query=secret-words"), 500, "unexpected")
    assert "ZeroDivisionError" in problem["detail"]
    assert "secret" not in problem["detail"]


def test_the_log_has_no_query_unless_asked(client, caplog):
    with caplog.at_level(logging.INFO):
        client.get("/v1/search?query=secret-words")
        client.post("/v1/search", json={"query": "secret-words"})
        client.get("/v1/secret-words")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("search", "index"))]
    assert len(ours) == 3
    assert ours[0].startswith("GET /v1/search 200 ")
    assert "secret" not in "".join(ours)
    with caplog.at_level(logging.DEBUG, logger="search.service.queries"):
        client.get("/v1/search?query=secret-words")
        client.post("/v1/lookup", json={"items": ["other-words"]})
    asked = [record.getMessage() for record in caplog.records if record.name == "search.service.queries"]
    assert [part in text for part, text in zip(("secret-words", "other-words"), asked, strict=True)] == [True, True]


def _place(url: str) -> tuple[str, int]:
    return "127.0.0.1", int(url.rpartition(":")[2])


def _waits(turn: threading.Event, search):
    def waiting(*arguments, **options):
        turn.wait(10)
        return search(*arguments, **options)

    return waiting
