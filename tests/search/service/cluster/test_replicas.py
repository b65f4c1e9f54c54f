"""`pubmed-serve --on ray` as a command: three replicas answer as one service does."""

import asyncio
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx2
import pytest
from mcp.client import Client
from starlette.testclient import TestClient

pytest.importorskip("ray", reason="Ray is not installed (extra `cluster`)")

from benchmarks.serving.replicas import replicas_of
from index.library.builds import current_build, point_to
from index.library.layout import Library
from index.library.manifest import Manifest
from search.service.app import service
from search.service.remote.remote_searcher import RemoteSearcher
from search.service.remote.server_address import ServerAddress
from search.service.served_library import ServedLibrary
from tests.search.service.cluster.running_service import START_S, SWITCH_S, Running, started

TEXTS = ["hand washing in schools", "what is a risk for severe covid?", "vitamin OR sleep", "heart[ti]", "therapy"]


@pytest.fixture(scope="module")
def running(small_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Three replicas of a copy of the small library; its second build is the first one under another name."""
    root = tmp_path_factory.mktemp("replicas")
    library = Library(root / "library")
    shutil.copytree(small_library.path, library.path)
    with started(root, library, ["--library", str(library.path), "--replicas", "3"]) as serving:
        await_build(serving, current_build(library).name, START_S)
        yield serving


def await_build(running: Running, build: str, seconds: float) -> None:
    ready = running.await_ready(lambda ready: ready["build"] == build, seconds)
    assert ready["fingerprint"] == Manifest.read(current_build(running.library)).fingerprint


def requests_of(library: Library) -> list[tuple[str, str, dict]]:
    with ServedLibrary.open(library.path) as served:
        pmids = [hit.article.pmid for hit in served.search("patients", limit=5, whole=True).hits]
    asked: list[tuple[str, str, dict]] = []
    for text, pmid in zip(TEXTS, pmids, strict=True):
        asked += [
            ("GET", "/v1/search", {"params": {"query": text, "limit": 3}}),
            ("GET", "/v1/search", {"params": {"query": text, "years": "2000-2021", "types": "Journal Article"}}),
            ("POST", "/v1/search", {"json": {"query": text, "sort": "newest", "limit": 5}}),
            ("GET", "/v1/search/lines", {"params": {"query": text, "whole": True}}),
            ("GET", "/v1/sentences", {"params": {"query": text}}),
            ("GET", "/v1/facets", {"params": {"query": text}}),
            ("GET", "/v1/export", {"params": {"query": text, "format": "ris"}}),
            ("GET", "/v1/similar", {"params": {"like": pmid}}),
            ("GET", f"/v1/articles/{pmid}", {}),
            ("POST", "/v1/evidence", {"json": {"query": text, "pmids": pmids}}),
        ]
    refused = [
        ("GET", "/v1/search", {"params": {"query": "(a"}}),
        ("GET", "/v1/nothing", {}),
        ("GET", "/v1/library", {}),
    ]
    return [*asked, *refused]


def test_every_answer_is_that_of_a_service_without_ray(running):
    shown = ("content-type", "etag", "cache-control", "x-listed")
    with (
        ServedLibrary.open(running.library.path) as served,
        TestClient(service(served), base_url=running.url) as local,
        httpx2.Client(base_url=running.url, timeout=60) as replicas,
    ):
        for method, path, options in requests_of(running.library):
            here, there = local.request(method, path, **options), replicas.request(method, path, **options)
            assert (there.status_code, there.content) == (here.status_code, here.content), path
            assert [there.headers.get(name) for name in shown] == [here.headers.get(name) for name in shown], path
            if method == "GET" and "etag" in here.headers:
                again = replicas.get(path, headers={"If-None-Match": here.headers["etag"]}, **options)
                assert again.status_code in {200, 304}


def test_the_page_s_searcher_gets_the_same_records(running):
    with (
        ServedLibrary.open(running.library.path) as here,
        RemoteSearcher.connect(ServerAddress(running.url)) as there,
    ):
        assert (
            there.search("cancer OR risk[ti]", years=(2000, None)).hits
            == here.search("cancer OR risk[ti]", years=(2000, None)).hits
        )
        assert there.holdings() == here.holdings()
        assert there.topics("patients") == here.topics("patients")
        assert "".join(there.export("sleep", "nbib")) == "".join(here.export("sleep", "nbib"))
        record = there.record("sleep")
        assert there.replay(record).verdict is here.replay(record).verdict


@pytest.mark.fault("S1", "S7")
def test_the_same_guard_stands_before_them(running):
    assert running.get("/v1/library", headers={"Host": "evil.example"}).json()["code"] == "host"
    assert running.get("/v1/library", headers={"Origin": "http://evil.example"}).json()["code"] == "origin"
    large = httpx2.post(f"{running.url}/v1/search", content=b"x" * 2**20)
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    assert "pubmed_answers_total" in running.get("/metrics").text


@pytest.mark.fault("S1")
def test_nothing_listens_outside_this_machine(running):
    running.check_listens_here_only()


@pytest.mark.fault("S1")
def test_what_is_asked_is_written_nowhere(running):
    running.get("/v1/search?query=secretword")
    written = [path for path in running.ray.rglob("*") if path.is_file()]
    assert any("serve" in path.parts for path in written), "logs of Serve are among them"
    assert [path for path in [running.log, *written] if b"secretword" in path.read_bytes()] == []


def test_mcp_answers_whichever_replica_is_asked(running):
    async def ask() -> list[str]:
        async with Client(f"{running.url}/mcp") as client:
            assert {tool.name for tool in (await client.list_tools()).tools} >= {"search", "fetch", "count"}
            answers = [await client.call_tool("search", {"query": "sleep", "limit": 2}) for _ in range(8)]
            return [answer.content[0].text for answer in answers]

    assert len(set(asyncio.run(ask()))) == 1


@pytest.mark.fault("B1")
def test_a_killed_replica_costs_no_answer(running):
    def ask(number: int) -> int:
        return running.get(f"/v1/search?query=sleep+{number}&limit=20").status_code

    with ThreadPoolExecutor(8) as people:
        asked = [people.submit(ask, number) for number in range(60)]
        time.sleep(0.3)
        replicas_of(running.process.pid)[0].send_signal(signal.SIGKILL)
        assert {each.result() for each in asked} == {200}


def test_a_new_build_is_taken_up_by_all_at_once_and_ends_the_lists_before(running):
    library, old = running.library, current_build(running.library)
    first = running.get("/v1/search?query=patients&limit=2&whole=true").json()
    new = library.builds / "2030-01-01T00-00-00-abcd"
    shutil.copytree(old, new)
    replace(Manifest.read(old), build=new.name, previous=old.name).write(new)
    point_to(library, new)
    await_build(running, new.name, SWITCH_S)
    assert {running.get("/readyz").json()["build"] for _ in range(20)} == {new.name}
    late = running.get(f"/v1/search?query=patients&limit=2&whole=true&cursor={first['next_cursor']}")
    assert (late.status_code, late.json()["code"]) == (410, "cursor_expired")


def test_a_build_that_is_damaged_is_not_taken_up_and_the_log_says_why(running):
    library, old = running.library, current_build(running.library)
    new = library.builds / "2030-01-02T00-00-00-abcd"
    shutil.copytree(old, new)
    replace(Manifest.read(old), build=new.name, previous=old.name).write(new)
    (new / "embeddings").write_bytes((new / "embeddings").read_bytes()[:-1] + b"!")
    point_to(library, new)
    end = time.monotonic() + SWITCH_S
    while "embeddings was changed" not in running.log.read_text():
        assert time.monotonic() < end
        time.sleep(0.2)
    assert running.get("/readyz").json()["build"] == old.name
    point_to(library, old)
