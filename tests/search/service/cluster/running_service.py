"""`pubmed-serve --on ray` as a process that tests ask and kill parts of."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil
import pytest

from benchmarks.serving.service_load import free_port
from index.library.layout import Library

START_S, SWITCH_S = 120, 60


@dataclass
class Running:
    """A service, the library that it serves, or the first shard of one, and where it writes."""

    url: str
    library: Library
    process: subprocess.Popen
    log: Path
    ray: Path

    def get(self, path: str, **options: object) -> httpx2.Response:
        return httpx2.get(f"{self.url}{path}", timeout=60, **options)

    def await_ready(self, is_right: Callable[[dict], bool], seconds: float) -> dict:
        """Wait until the service says that it is ready, and of the right build."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(httpx2.TransportError):
                ready = self.get("/readyz").json()
                if ready.get("status") == "ready" and is_right(ready):
                    return ready
            time.sleep(0.2)
        pytest.fail(self.log.read_text())

    def check_listens_here_only(self) -> None:
        """Check that no process of the service, or of Ray, listens on another address than this machine's own."""
        service = psutil.Process(self.process.pid)
        processes = [service, *service.children(recursive=True)]
        listening = [
            connection.laddr.ip
            for process in processes
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert len(processes) > 5
        assert set(listening) <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


@contextmanager
def started(root: Path, library: Library, options: Sequence[str]) -> Iterator[Running]:
    """Start the command with some options; whatever Ray left is gone at the end."""
    port = free_port()
    script = "import sys; from search.service.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "--port", str(port), "--on", "ray", *options]
    # Not in pytest's own folder: a socket's path may have 107 bytes.
    with (
        tempfile.TemporaryDirectory(prefix="r-") as run,
        pytest.MonkeyPatch.context() as patch,
        (root / "log").open("w") as log,
    ):
        patch.setenv("RAY_TMPDIR", run)
        with subprocess.Popen(command, stderr=log, stdout=log) as process:
            running = Running(f"http://127.0.0.1:{port}", library, process, root / "log", Path(run))
            try:
                running.await_ready(lambda _: True, START_S)
                yield running
            finally:
                process.terminate()
                process.wait(60)
        assert list(Path(run).iterdir()) == [], "nothing of Ray is left"
    assert process.returncode == 0
