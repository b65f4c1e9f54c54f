"""The page's server: who may ask it, and whom it asks."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.ui.support.server_process import Served, free_port, served
from ui.cli import main
from ui.web.app_server import SETTINGS


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`pubmed-ui` on a library that does not exist, started in a folder whose settings contradict ours."""
    folder = tmp_path_factory.mktemp("server")
    hostile = folder / ".streamlit"
    hostile.mkdir()
    (hostile / "config.toml").write_text(
        '[server]\naddress = "0.0.0.0"\nport = 1\nenableStaticServing = true\n'
        '[browser]\ngatherUsageStats = true\n[client]\nshowErrorDetails = "full"\n'
    )
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {folder}/opened\n')
    browser.chmod(0o755)
    port = free_port()
    program = ["pubmed-ui", "--library", str(folder / "none"), "--port", str(port)]
    environment = {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true", "BROWSER": f"{browser} %s"}
    with served(program, folder, port, environment=environment) as server:
        yield server


def ask(server: Served, host: str, path: str = "/", **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path, headers={"Host": host, **headers})
    status = connection.getresponse().status
    connection.close()
    return status


def answer_to(server: Served, *lines: str) -> int:
    """Send a request word for word, as no client would, and return the status."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall("".join(f"{line}\r\n" for line in (*lines, "Connection: close", "")).encode("latin-1"))
        return int(connection.recv(4096).split(maxsplit=2)[1])


def knock(server: Served, *headers: str) -> int:
    """Ask for a websocket, as a browser does, with these headers."""
    key = "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", key)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        lines = ("GET /_stcore/stream HTTP/1.1", *upgrade, *headers, "")
        connection.sendall("".join(f"{line}\r\n" for line in lines).encode("latin-1"))
        return int(connection.recv(4096).split(maxsplit=2)[1])


@pytest.mark.fault("S1")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_page_answers_under_its_own_names(nowhere: Served, host: str) -> None:
    assert ask(nowhere, f"{host}:{nowhere.port}") == 200


@pytest.mark.fault("S1")
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "0.0.0.0", ""])  # noqa: S104 - a name, bound to nothing
@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config"])
def test_a_foreign_host_header_is_refused(nowhere: Served, host: str, path: str) -> None:
    assert ask(nowhere, host, path) == 400


ROUTES = (
    "/",
    "/static/favicon.svg",
    "/_stcore/health",
    "/_stcore/metrics",
    "/media/x",
    "/component/x/y",
    "/download?as=ris&q=a",
)


@pytest.mark.fault("S9")
@pytest.mark.parametrize(
    "headers",
    [
        ["Host: evil@127.0.0.1:{port}"],
        ["Host: 127.0.0.1.:{port}"],
        ["Host: [::1]:{port}"],
        ["Host: 127.0.0.1:{port}", "Host: evil.example"],
        ["Host: 127.0.0.1:{port}", "Host: 127.0.0.1:{port}"],
        [],
        ["Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:9"],
        ["Host: 127.0.0.1:{port}", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: empty"],
    ],
)
def test_no_route_answers_a_foreign_request(nowhere: Served, headers: list[str]) -> None:
    lines = [header.format(port=nowhere.port) for header in headers]
    statuses = {route: answer_to(nowhere, f"GET {route} HTTP/1.1", *lines) for route in ROUTES}
    assert statuses == dict.fromkeys(ROUTES, 400)


@pytest.mark.fault("S9")
def test_a_download_is_refused_to_another_sites_link(nowhere: Served) -> None:
    def status(*headers: str) -> int:
        return answer_to(nowhere, "GET /download?as=ris&q=a HTTP/1.1", f"Host: localhost:{nowhere.port}", *headers)

    assert {status(f"Sec-Fetch-Site: {site}", "Sec-Fetch-Dest: document") for site in ("cross-site", "same-site")} == {
        400
    }
    # Let through, to a library that is not there.
    assert {status(), status("Sec-Fetch-Site: none"), status("Sec-Fetch-Site: same-origin")} == {503}


@pytest.mark.fault("S1", "S9")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (["Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:{port}"], 101),
        (["Host: localhost:{port}", "Origin: http://localhost:{port}"], 101),
        (["Host: evil.example:{port}", "Origin: http://evil.example:{port}"], 403),
        (["Host: 127.0.0.1:{port}", "Origin: http://evil.example:{port}"], 403),
        (["Host: 127.0.0.1:{port}", "Origin: http://localhost:{port}"], 403),
        (["Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:9"], 403),
        (["Host: evil@127.0.0.1:{port}", "Origin: http://evil@127.0.0.1:{port}"], 403),
        (["Host: 127.0.0.1:{port}", "Origin: null"], 403),
        (["Host: 127.0.0.1:{port}"], 403),
    ],
)
def test_a_websocket_from_elsewhere_is_refused(nowhere: Served, headers: list[str], status: int) -> None:
    assert knock(nowhere, *(header.format(port=nowhere.port) for header in headers)) == status


@pytest.mark.fault("S1")
def test_the_server_listens_on_loopback_only(nowhere: Served) -> None:
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{nowhere.port:04X}")
    ]
    assert listening == [f"0100007F:{nowhere.port:04X}"]


@pytest.mark.fault("S2")
def test_the_server_reaches_out_to_nobody_not_even_to_learn_its_own_address(nowhere: Served) -> None:
    assert knock(nowhere, f"Host: 127.0.0.1:{nowhere.port}", "Origin: http://evil.example") == 403
    # Streamlit alone asks checkip.amazonaws.com as soon as a foreign page knocks.
    assert nowhere.outbound() == []


def test_a_config_file_in_the_working_directory_changes_nothing(nowhere: Served) -> None:
    assert ask(nowhere, "127.0.0.1") == 200
    assert f"http://127.0.0.1:{nowhere.port}" in nowhere.log.read_text()


def test_the_page_opens_in_the_browser_once_it_answers(nowhere: Served) -> None:
    opened = nowhere.log.with_name("opened")
    deadline = time.monotonic() + 10
    while not opened.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert opened.read_text().strip() == nowhere.address


def test_the_library_in_use_is_printed(nowhere: Served) -> None:
    assert f"library     {nowhere.log.parent / 'none'}\n" in nowhere.log.read_text()


@pytest.mark.fault("S2")
def test_telemetry_and_error_details_are_off() -> None:
    assert SETTINGS["browser.gatherUsageStats"] is False
    assert SETTINGS["client.showErrorDetails"] == "none"
    assert SETTINGS["server.address"] == "127.0.0.1"


def test_a_taken_port_is_named_with_the_command_that_takes_another(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["--port", str(port), "--no-browser"]) == 1
    assert f"Port {port} is not free" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "٣", ""])
def test_a_port_that_cannot_be_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--port", port])
    assert stopped.value.code == 2
    assert "a number from 1 to 65535" in capsys.readouterr().err


def test_help_answers_without_loading_streamlit_or_a_model() -> None:
    script = "import sys; from ui.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    heavy = (
        "import json; print(json.dumps(sorted({'streamlit', 'torch', 'txtai', 'tantivy', 'numpy'} & set(sys.modules))))"
    )
    started = time.perf_counter()
    run = subprocess.run([sys.executable, "-c", script + heavy], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout.splitlines()[-1]) == []
    assert "--library FOLDER" in run.stdout
    assert (
        time.perf_counter() - started < 5
    )  # an import of torch alone would fail the line above; this is a hang's guard


def test_no_module_of_the_page_is_named_like_a_package_that_it_would_shadow() -> None:
    names = {path.stem for path in (ROOT / "ui").glob("*.py")}
    assert not names & {"search", "index", "ui", "model", "data"}
