"""How does the service answer under load, beside stock txtai's?

Fifty clients in a process of their own ask one server after the other, each question as soon as the answer before has
come. Ours is asked plain questions, Boolean queries, filters, similar articles and facets in turn; then plain questions
alone, as stock txtai, whose API has nothing else. Server and clients share the machine and talk over loopback. txtai's
API needs packages that are none of ours, so it runs where `--stock` says::

    python -m venv --system-site-packages STOCK
    STOCK/bin/pip install 'txtai[api]'
    python -m benchmarks.serving.service_load --library data/library --stock STOCK/bin/python
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import requests

from benchmarks._library import MeasuredLibrary, load_average
from benchmarks._measure import report
from index.library.builds import current_build
from index.library.layout import Library

QUESTION = "How does the service answer under load, beside stock txtai's?"
CLIENTS, SECONDS, ROWS = 50, 60, 10
_QUESTIONS = 200
# Its index asks `benchmarks._library` for vectors, which are encoded as ours are.
_STOCK = """
import sys
from pathlib import Path
import uvicorn
from benchmarks._library import encode_stock_with
from index.engine.search_index import SearchIndex
encode_stock_with(SearchIndex.open(Path(sys.argv[1])).encode)
from txtai.api import app
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""
_START_S = 120
_ANSWER_S = 60
Request = tuple[str, dict[str, str]]


def mixed(questions: Sequence[str], pmids: Sequence[int]) -> Callable[[int], Request]:
    """Return what asks our service for something else each time, by the number of the request."""

    def request(number: int) -> Request:
        text, rows = questions[number % len(questions)], {"limit": str(ROWS)}
        kinds: tuple[Request, ...] = (
            ("/v1/search", {"query": text, **rows}),
            ("/v1/search", {"query": " OR ".join(text.split()) + " AND 2021[dp]", **rows}),
            ("/v1/search", {"query": text, "years": "2020-2021", **rows}),
            ("/v1/search", {"query": f"{text} review", **rows}),
            ("/v1/similar", {"like": str(pmids[number % len(pmids)]), **rows}),
            ("/v1/facets", {"query": text}),
        )
        return kinds[number % len(kinds)]

    return request


def loaded(port: int, request: Callable[[int], Request], *, clients: int, seconds: float) -> dict[str, object]:
    """Ask until the time is over; return times, answers a second and what was not answered."""
    numbers, times, statuses, lock = count(), [], Counter[str](), threading.Lock()
    end = time.monotonic() + seconds

    def client() -> None:
        with requests.Session() as session:
            while time.monotonic() < end:
                path, parameters = request(next(numbers))
                started = time.monotonic()
                try:
                    answer = session.get(f"http://127.0.0.1:{port}{path}", params=parameters, timeout=_ANSWER_S)
                    status = str(answer.status_code)
                except requests.RequestException as error:
                    status = type(error).__name__
                with lock:
                    statuses[status] += 1
                    if status == "200":
                        times.append((time.monotonic() - started) * 1000)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "answers_a_second": round(len(times) / (time.monotonic() - started), 1),
        "answers": dict(statuses),
    }


@contextmanager
def server(command: Sequence[str], port: int, *, ready: str, environment: dict[str, str]) -> Iterator[int]:
    """Start a server and yield its process id once it is ready; stop it afterwards."""
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log) as process,
    ):
        try:
            _await_ready(process, f"http://127.0.0.1:{port}{ready}", log)
            yield process.pid
        finally:
            process.terminate()


def _await_ready(process: "subprocess.Popen[bytes]", address: str, log: object) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if requests.get(address, timeout=_ANSWER_S).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    log.seek(0)  # type: ignore[attr-defined]
    raise SystemExit(f"{' '.join(process.args)[:200]} did not start:\n{log.read().decode(errors='replace')[-2000:]}")  # type: ignore[attr-defined,arg-type]


def resident_mb(pid: int) -> float:
    """Return the memory of a process in megabytes, its files in memory included."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return round(int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024, 1)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def ours(library: Library, questions: Sequence[str], pmids: Sequence[int], options: argparse.Namespace) -> object:
    """Measure our service: mixed requests, then plain questions."""
    port = free_port()
    code = "import sys; from search.service.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "--library", str(library.path), "--port", str(port)]
    with server(command, port, ready="/readyz", environment={}) as pid:
        loaded(port, mixed(questions, pmids), clients=2, seconds=5)  # nothing is loaded for the first time
        before = resident_mb(pid)
        load = {"clients": options.clients, "seconds": options.seconds}
        answers = {
            "mixed": loaded(port, mixed(questions, pmids), **load),
            "plain": loaded(port, lambda number: mixed(questions, pmids)(6 * number), **load),
        }
        return answers | {"resident_mb": [before, resident_mb(pid)]}


def theirs(measured: MeasuredLibrary, questions: Sequence[str], options: argparse.Namespace) -> object:
    """Measure stock txtai's API on an index with its content and keyword index, of the same texts and model."""
    measured.stock().close()
    folder, port = measured.cache / f"stock-{measured.index.manifest.build}", free_port()
    with tempfile.TemporaryDirectory() as config:
        settings = Path(config) / "app.yml"
        settings.write_text(f"path: {folder}\nembeddings: {{content: true}}\n", encoding="utf-8")
        command = [options.stock, "-c", _STOCK, str(current_build(measured.library)), str(port)]
        environment = {
            "CONFIG": str(settings),
            "HF_HUB_OFFLINE": "1",
            "ALLOW_RESOLVE_TRANSFORM": "True",
            "PYTHONPATH": str(Path(__file__).parent.parent.parent),
        }

        def request(number: int) -> Request:
            return "/search", {"query": questions[number % len(questions)], "limit": str(ROWS)}

        with server(command, port, ready="/count", environment=environment) as pid:
            loaded(port, request, clients=2, seconds=5)
            before = resident_mb(pid)
            answers = loaded(port, request, clients=options.clients, seconds=options.seconds)
            return {"plain": answers, "resident_mb": [before, resident_mb(pid)]}


def main() -> None:
    """Measure both and print the line."""
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--library", help="the library (PUBMED_LIBRARY, else data/library)")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "pubmed-benchmarks")
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--stock", metavar="PYTHON", help="an interpreter that has txtai[api]; without it only ours")
    options = parser.parse_args()
    measured = MeasuredLibrary(Library.locate(options.library), options.cache)
    questions = measured.questions(_QUESTIONS)
    pmids = measured.index.pmids.tolist()[:: max(1, len(measured.index.pmids) // _QUESTIONS)]
    report(
        QUESTION,
        {
            "articles": measured.index.count(),
            "clients": options.clients,
            "seconds": options.seconds,
            "ours": ours(measured.library, questions, pmids, options),
            "txtai": theirs(measured, questions, options) if options.stock else None,
            "load_average": load_average(),
        },
        packages=["fastapi", "uvicorn", "txtai", "faiss-cpu", "tantivy", "onnxruntime"],
    )


if __name__ == "__main__":
    main()
