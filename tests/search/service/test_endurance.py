"""Slow clients, cut connections, bodies of a megabyte, a killed process: stated errors, and nothing lost."""

import hashlib
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx2
import pytest

from search.cli.asked import Asked
from search.cli.door import ask_service
from search.filters.filters import Filters
from search.service.workers import Bounds
from tests.search.service.service_library import listening

HEAD = b"POST /v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


def place(url: str) -> tuple[str, int]:
    return "127.0.0.1", int(url.rsplit(":", 1)[1])


def answers(url: str) -> bool:
    return httpx2.get(f"{url}/v1/search?query=bees", timeout=20).status_code == 200


@pytest.mark.fault("S7", "Q6")
@pytest.mark.parametrize("path", ["/v1/search", "/v1/lookup", "/mcp"])
def test_a_body_of_a_megabyte_is_refused_in_words_and_others_go_on(served, path):
    with listening(served) as url:
        for body in (json.dumps({"query": "a" * 1_000_000}).encode(), b"[" * 1_000_000):
            response = httpx2.post(f"{url}{path}", content=body, headers={"Content-Type": "application/json"})
            assert (response.status_code, response.json()["code"]) == (413, "too_large")
        assert answers(url)


@pytest.mark.fault("S7")
def test_clients_who_send_nothing_or_a_byte_a_time_hold_nobody_up(served):
    with listening(served, bounds=Bounds(open_requests=4, body_s=0.5)) as url, ExitStack() as callers:
        silent = [callers.enter_context(socket.create_connection(place(url))) for _ in range(100)]
        for caller in silent[:50]:
            caller.sendall(b"GET /v1/sea")
        assert answers(url), "who has sent no whole head has no request open"
        slow = silent[-1]
        slow.sendall(HEAD + b"Content-Length: 500\r\n\r\n{")
        slow.settimeout(10)
        assert slow.recv(100).startswith(b"HTTP/1.1 408 ")
        assert answers(url)


@pytest.mark.fault("S7", "Q11")
def test_a_client_who_reads_nothing_holds_no_thread(served):
    with listening(served, bounds=Bounds(threads=1)) as url, ExitStack() as callers:
        for _ in range(5):
            caller = callers.enter_context(socket.socket())
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            caller.connect(place(url))
            caller.sendall(b"GET /v1/export?query=wasps&format=jsonl HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert answers(url)


@pytest.mark.fault("S7", "Q11")
@pytest.mark.parametrize("half", [HEAD, HEAD + b"Content-Length: 500\r\n\r\n{", HEAD + b"Content-Length: 2\r\n\r\n{}"])
def test_connections_cut_at_any_place_leave_nothing_open(served, half):
    with listening(served, bounds=Bounds(open_requests=3)) as url:
        for _ in range(10):
            with socket.create_connection(place(url)) as caller:
                caller.sendall(half)
        deadline = time.monotonic() + 10
        while not answers(url):
            assert time.monotonic() < deadline, "requests of callers who left stay open"


@pytest.mark.fault("B1", "S7")
def test_a_killed_service_loses_nothing_and_its_successor_takes_its_place(small_library, tmp_path):
    before = _digests(small_library.path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # Not in pytest's own folder: a socket's path may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="run-") as run, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", run)
        patch.setenv("PUBMED_LIBRARY", str(small_library.path))
        asked = Asked("malaria", Filters(), 1)
        for _ in range(2):
            process = _serving(port, tmp_path / "log")
            with process, socket.create_connection(("127.0.0.1", port)) as reader:
                assert list(ask_service(None, asked)), "a door that was left over is replaced"
                reader.sendall(b"GET /v1/search/lines?query=malaria HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                process.send_signal(signal.SIGKILL)
            assert ask_service(None, asked) is None
    # SQLite's empty log may stay behind.
    assert _digests(small_library.path).items() >= before.items()


def _serving(port: int, log_path: Path) -> subprocess.Popen:
    script = "import sys; from search.service.cli import main; sys.exit(main(sys.argv[1:]))"
    with log_path.open("a") as log:
        process = subprocess.Popen([sys.executable, "-c", script, "--port", str(port)], stderr=log)
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx2.TransportError):
            httpx2.get(f"http://127.0.0.1:{port}/readyz", timeout=100)
            return process
        time.sleep(0.2)
    process.kill()
    process.wait()
    pytest.fail(log_path.read_text())


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".sqlite-shm")
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
