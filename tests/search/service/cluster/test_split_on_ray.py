"""`pubmed-serve --on ray --shards` as a command: two shards answer as one whole library does."""

import json
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx2
import psutil
import pytest
from starlette.testclient import TestClient

pytest.importorskip("ray", reason="Ray is not installed (extra `cluster`)")

from benchmarks.serving.replicas import replicas_of
from index.build.rebuild import RebuildRequest, rebuild
from index.build.shard_matching import match_shards
from index.core.progress import SILENT
from index.library.builds import current_build, point_to
from index.library.layout import Library
from index.library.manifest import Manifest
from index.library.shard_place import ShardPlace
from search.service.app import service
from search.service.served_library import ServedLibrary
from search.serving.open_build import OpenBuild
from tests.search.service.cluster.running_service import START_S, SWITCH_S, Running, started
from tests.support.oracles.whole_and_split import answers_of, name_like, next_pages, requests_of

SHARDS = 2


@pytest.fixture(scope="module")
def shards(small_library: Library, corpus_file: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Library]:
    """The small library in two shards, with its own vectors: what is encoded together decides their last bits."""
    root = tmp_path_factory.mktemp("shards")
    libraries = [Library(root / f"shard-{number}") for number in range(1, SHARDS + 1)]
    for number, library in enumerate(libraries, start=1):
        shutil.copytree(small_library.vectors, library.vectors)
        request = RebuildRequest(library, (corpus_file,), shard=ShardPlace(number, SHARDS))
        assert rebuild(request, SILENT).encoded == 0
    match_shards(libraries, SILENT)
    return libraries


@pytest.fixture(scope="module")
def running(shards: list[Library], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    options = ["--shards", *(str(shard.path) for shard in reversed(shards)), "--replicas", "1"]
    with started(tmp_path_factory.mktemp("split"), shards[0], options) as serving:
        yield serving


@pytest.fixture
def whole(running: Running, small_library: Library) -> Iterator[TestClient]:
    """The whole library, served here under the name of what the service answers from."""
    build = OpenBuild.open(small_library, current_build(small_library))
    now = running.get("/v1/library").json()
    name_like(build, replace(build.index.manifest, build=now["build"], content=now["content"]))
    with (
        ServedLibrary(small_library, build) as served,
        TestClient(service(served), base_url=running.url) as client,
    ):
        yield client


@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.long)])
def test_every_answer_is_that_of_the_whole_library(running, whole, step):
    found = whole.get("/v1/search", params={"query": "patients", "limit": 40, "whole": True}).json()
    asked = list(requests_of([hit["pmid"] for hit in found["hits"]]))[::step]
    assert len(asked) * step > 200
    right = answers_of(whole, asked)
    asked += next_pages(asked, right)
    right += answers_of(whole, asked[len(right) :])
    with httpx2.Client(base_url=running.url, timeout=60) as client:
        for request, expected in zip(asked, right, strict=True):
            assert answers_of(client, [request]) == [expected], request


@pytest.mark.fault("S1")
def test_nothing_listens_outside_this_machine(running):
    running.check_listens_here_only()


@pytest.mark.fault("B1")
def test_a_killed_shard_is_an_error_that_names_it_and_never_a_part_of_an_answer(running, whole):
    requests = [("GET", "/v1/search", {"params": {"query": f"sleep {number}", "whole": True}}) for number in range(15)]
    right = answers_of(whole, requests)

    def ask(request):
        with httpx2.Client(base_url=running.url, timeout=60) as client:
            return answers_of(client, [request])[0]

    _of_shard(running, 2).send_signal(signal.SIGKILL)
    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(ask, requests))
    for answer, expected in zip(answers, right, strict=True):
        if answer != expected:
            status, _, content = answer
            assert (status, json.loads(content)["code"]) == (503, "shard_lost")
            assert "Shard 2 of 2 does not answer" in json.loads(content)["detail"]
    running.await_ready(lambda _: True, START_S)
    assert [ask(request) for request in requests] == right


def test_a_new_build_of_one_shard_is_taken_up_by_all_at_once(running, shards):
    before = running.get("/v1/search?query=patients&limit=2&whole=true").json()
    library, old = shards[1], current_build(shards[1])
    new = library.builds / "2030-01-01T00-00-00-abcd"
    shutil.copytree(old, new)
    replace(Manifest.read(old), build=new.name, previous=old.name).write(new)
    point_to(library, new)
    after = running.await_ready(lambda ready: ready["build"] != before["build"], SWITCH_S)
    assert {running.get("/readyz").json()["build"] for _ in range(10)} == {after["build"]}
    late = running.get(f"/v1/search?query=patients&limit=2&whole=true&cursor={before['next_cursor']}")
    assert (late.status_code, late.json()["code"]) == (410, "cursor_expired")
    assert running.get("/v1/search?query=patients&limit=2&whole=true").json()["hits"] == before["hits"]


def _of_shard(running: Running, number: int) -> psutil.Process:
    [process] = [each for each in replicas_of(running.process.pid) if f"shard-{number}" in each.cmdline()[0]]
    return process
