"""A page server in a process of its own, watched: every address that it tries to reach is written down."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.network_trace import traced
from tests.support.paths import ROOT

# Runs before the program: Python itself reports each connection and each name looked up, by whatever library.
WATCH = """
import runpy, sys
log = open(sys.argv.pop(1), "a", buffering=1)
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        log.write(f"{event} {arguments[1] if event in ('socket.connect', 'socket.sendto') else arguments[0]}\\n")
sys.addaudithook(watch)
sys.argv.pop(0)
if sys.argv[0].endswith(".py"):
    runpy.run_path(sys.argv[0], run_name="__main__")
else:
    from ui.cli import main
    sys.exit(main())
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A page server that answers."""

    port: int
    address: str
    log: Path
    reached: Path
    process: subprocess.Popen[bytes]

    def outbound(self) -> list[str]:
        """What it tried to reach beyond this machine."""
        home = ("127.0.0.1", "localhost", "::1", "socket.connect /", "None")
        return [line for line in self.reached.read_text().splitlines() if not any(name in line for name in home)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(
    program: Sequence[str],
    folder: Path,
    port: int,
    *,
    environment: Mapping[str, str] | None = None,
    trace: Path | None = None,
) -> Iterator[Served]:
    """Run `pubmed-ui` (or a script of ours in its place), its arguments after it, until the block ends.

    With `trace`, its network calls are written there as the kernel sees them.
    """
    log, reached = folder / "server.log", folder / "reached.log"
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", **(environment or {})}
    with log.open("wb") as out:
        command = [sys.executable, "-c", WATCH, str(reached), *program]
        command = traced(command, trace) if trace else command
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=out, stderr=out)
        try:
            _wait_until_it_answers(process, port, log)
            yield Served(port, f"http://127.0.0.1:{port}", log, reached, process)
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def served_fakes(folder: Path, hold: Path) -> Iterator[Served]:
    """Run the page over the made-up library, which does not open while the file `hold` exists."""
    port = free_port()
    program = [str(ROOT / "tests" / "ui" / "support" / "serve_fake_app.py"), str(port)]
    with served(program, folder, port, environment={"PAGE_HOLD": str(hold)}) as running:
        yield running


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path, *, patience_s: float = 60) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:  # refused, or too busy loading the model to answer in time
            time.sleep(0.1)
    raise AssertionError(f"the page did not answer:\n{log.read_text()}")
