"""`pubmed-serve` as a command."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx2
import pytest

from index.records.article import MeshHeading
from search.service.cli import main
from search.service.served_library import ServedLibrary
from search.service.workers import Bounds
from tests.index.lexical.test_mesh import ALL, CITRUS, FRUIT, load, table
from tests.search.service.service_library import listening
from tests.support.fakes.fake_index import article, stand_in

PROGRAM = (
    "import sys; from pytest import MonkeyPatch;"
    "from tests.support.fakes.fake_index import stand_in;"
    "from tests.search.service.service_library import ARTICLES;"
    "stand_in(MonkeyPatch(), ARTICLES);"
    "from search.service.cli import main; sys.exit(main(sys.argv[1:]))"
)


@pytest.mark.fault("S1")
def test_another_host_needs_a_token(capsys, monkeypatch):
    monkeypatch.delenv("PUBMED_SERVE_TOKEN", raising=False)
    with pytest.raises(SystemExit) as exit_:
        main(["--host", "192.0.2.1"])
    assert exit_.value.code == 2
    assert "PUBMED_SERVE_TOKEN" in capsys.readouterr().err


def test_a_port_in_use_is_said_with_another_one(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 1
    assert f"pubmed-serve --port {port + 1}" in capsys.readouterr().err


def test_a_missing_library_is_said(capsys, tmp_path):
    assert main(["--library", str(tmp_path / "nothing"), "--port", "0"]) == 1
    assert "rebuild-index" in capsys.readouterr().err


@pytest.mark.parametrize("on", [[], ["--on", "ray"]])
def test_shards_that_are_none_are_said_before_anything_starts(capsys, tmp_path, on):
    assert main(["--shards", str(tmp_path / "one"), str(tmp_path / "two"), "--port", "0", *on]) == 1
    assert "one is no shard of a split library" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--replicas", "2"], "--replicas needs --on"),
        (["--on", "ray", "--stdio"], "leave --on out"),
        (["--on", "ray", "--replicas", "8-2"], "2-8"),
        (["--on", "10.0.0.1:6379"], "ray://HOST:PORT"),
        (["--shards", "one", "two", "--library", "whole"], "give one of them"),
    ],
)
def test_options_of_replicas_that_make_no_sense_are_wrong_usage(capsys, arguments, said):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert said in capsys.readouterr().err


def test_a_library_that_is_missing_is_said_before_ray_is_started(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["--on", "ray", "--library", str(tmp_path / "nothing"), "--port", "0"]) == 1
    assert "rebuild-index" in capsys.readouterr().err


def test_ray_that_is_missing_is_said_with_the_command_that_installs_it(capsys, small_library, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["--on", "ray", "--library", str(small_library.path), "--port", "0"]) == 1
    assert "pip install --constraint constraints.txt --editable '.[sample,cluster]'" in capsys.readouterr().err


def test_what_is_not_installed_is_said_with_the_command_that_installs_it(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "search.service.served_library", None)
    assert main(["--stdio"]) == 1
    assert "pip install --constraint constraints.txt --editable '.[sample,serve]'" in capsys.readouterr().err


def test_help_loads_neither_the_model_nor_the_web_framework():
    script = (
        "import sys; from search.service.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(any(name in sys.modules for name in ('fastapi', 'mcp', 'torch', 'faiss')))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop_and_exits_with_0(tmp_path, stop):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", PROGRAM, "--port", str(port), "--library", str(tmp_path)]
    with (tmp_path / "log").open("w") as log, subprocess.Popen(command, stderr=log, env=os.environ) as process:
        try:
            _wait_until_it_answers(f"http://127.0.0.1:{port}/readyz")
            assert httpx2.get(f"http://127.0.0.1:{port}/v1/search?query=secret-words").status_code == 200
            process.send_signal(stop)
            assert process.wait(20) == 0
        finally:
            process.kill()
    said = (tmp_path / "log").read_text()
    assert f"http://127.0.0.1:{port}/mcp" in said
    assert "GET /v1/search 200" in said
    assert "secret" not in said
    assert "Traceback" not in said


def _wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + 60
    with httpx2.Client() as client:
        while time.monotonic() < deadline:
            try:
                client.get(url)
            except httpx2.ConnectError:
                time.sleep(0.1)
            else:
                return
    pytest.fail("it does not answer")


def test_a_heading_is_given_with_its_place_in_the_tree_and_its_articles(monkeypatch, tmp_path):
    record = article(900000001, title="Lemons", mesh=(MeshHeading("D900003", "Lemon"),))
    stand_in(monkeypatch, [record, article(900000002, title="Bees")])
    with load(tmp_path, "mesh.tsv", table(*ALL)) as mesh, ServedLibrary.open("anywhere") as library:
        library._generation.mesh = mesh
        with listening(library, bounds=Bounds()) as url:
            found = httpx2.get(f"{url}/v1/mesh", params={"name": "agrumes"}).json()
            unknown = httpx2.get(f"{url}/v1/mesh", params={"name": "Citr"})
        library._generation.mesh = None
    assert (found["name"], found["articles"]) == (CITRUS.name, 1)
    assert [each["name"] for each in found["broader"]] == [FRUIT.name]
    assert [each["name"] for each in found["narrower"]] == ["Lemon"]
    assert [each["name"] for each in found["exploded"]] == [CITRUS.name, "Lemon"]
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_heading")
    assert CITRUS.name in unknown.json()["detail"]
