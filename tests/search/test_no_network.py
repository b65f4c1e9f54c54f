"""Searching reaches for nobody, native code included."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.library.layout import Library
from tests.support.network_trace import connections, traced
from tests.support.paths import ROOT

# 192.0.2.0/24 belongs to nobody (RFC 5737). Connected by the C library, so that no hook of Python's sees it.
NATIVE_CONNECTION = """
import ctypes, socket, struct
libc = ctypes.CDLL(None)
end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
address = struct.pack("=H", socket.AF_INET) + struct.pack("!H", 53) + socket.inet_aton("192.0.2.1") + bytes(8)
libc.connect(end.fileno(), address, len(address))
"""


def run_traced(arguments: list[str], folder: Path) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    log = folder / "network.log"
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        traced([sys.executable, *arguments], log), capture_output=True, text=True, env=variables, check=False
    )
    deadline = time.monotonic() + 10
    while "exited with" not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)  # the tracer outlives the program by a moment
    return ended, connections(log)


@pytest.mark.fault("S2")
def test_the_trace_sees_a_connection_that_python_does_not(tmp_path: Path):
    ended, found = run_traced(["-c", f"{NATIVE_CONNECTION}\nsocket.socketpair()"], tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert len(found) == 1
    assert "192.0.2.1" in found[0]


@pytest.mark.fault("S2")
def test_a_search_from_the_command_line_connects_to_nobody(small_library: Library, tmp_path: Path):
    program = "import sys; from search.cli.main import main; sys.exit(main())"
    words = ["do pupils who clean their hands miss school?", "--json", "--library", str(small_library.path)]
    ended, found = run_traced(["-c", f"import socket; socket.socketpair()\n{program}", *words], tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["hits"]
    assert found == []
