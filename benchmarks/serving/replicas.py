"""Are the answers of replicas right while replicas are killed and a new build is published, and how quick are they?

Fifty clients ask three replicas on Ray plain questions, Boolean queries, filters, similar articles and facets; every
five seconds a replica is killed by SIGKILL, and in the middle the library's other build comes into service. Each answer
is compared with that of a service without Ray, of the build that it names. The library needs an earlier build: publish
one more, `rebuild-index --limit N`::

    python -m benchmarks.serving.replicas --library data/library
"""

import argparse
import random
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psutil
import requests

from benchmarks._library import SEED, MeasuredLibrary, load_average
from benchmarks._measure import report
from benchmarks.serving.service_load import Request, free_port, mixed, server
from index.library.builds import current_build, point_to
from index.library.layout import Library
from index.library.manifest import Manifest

QUESTION = (
    "Are the answers of replicas right while they are killed and a new build is published, and how quick are they?"
)
CLIENTS, SECONDS, REPLICAS, KILL_EVERY_S, REQUESTS = 50, 60.0, 3, 5.0, 200
_ANSWER_S = 120
_SERVE = "import sys; from search.service.cli import main; sys.exit(main())"

Answers = Mapping[str, Sequence[tuple[int, object]]]
"""What each request is answered, by build: status and content."""


@dataclass(slots=True)
class Outcome:
    """What came of a load.

    Attributes:
        ms: Milliseconds of each answer.
        statuses: How many answers of each status, or kind of error.
        failed: What was said where there was no answer.
        wrong: Answers that differ from those of their build, and lists that two builds made.
        builds: How many answers of each build.
        killed: How many replicas were killed.
    """

    ms: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    builds: Counter[str] = field(default_factory=Counter)
    killed: int = 0

    def note(self, answer: tuple[int, dict[str, object]], right: Sequence[object], ms: float) -> None:
        """Count an answer, which is right if it is that of one of the builds."""
        status, content = answer
        self.statuses[str(status)] += 1
        if answer in right:
            self.ms.append(ms)
            self.builds[str(content.get("build"))] += 1
        elif status in {200, 422}:
            self.wrong.append(str(content)[:500])
        else:
            self.failed.append(f"{status} {content.get('code')}: {content.get('detail')}")

    def to_json(self) -> dict[str, object]:
        """Return it in a few figures."""
        return {
            "median_ms": round(statistics.median(self.ms)),
            "p95_ms": round(statistics.quantiles(self.ms, n=20)[-1]),
            "answers": dict(self.statuses),
            "failed": self.failed,
            "wrong": len(self.wrong),
            "builds": dict(self.builds),
            "killed": self.killed,
        }


@contextmanager
def replicated(library: Library, replicas: str, *options: str) -> Iterator[tuple[str, int]]:
    """Serve a library by replicas on a Ray of its own; yield the address and the process."""
    port = free_port()
    command = [sys.executable, "-c", _SERVE, "--library", str(library.path), "--port", str(port)]
    command += ["--on", "ray", "--replicas", replicas, *options]
    with server(command, port, ready="/readyz", environment={}) as pid:
        yield f"http://127.0.0.1:{port}", pid


def replicas_of(pid: int) -> list[psutil.Process]:
    """Return the replicas of a service, as processes."""
    return [each for each in psutil.Process(pid).children(recursive=True) if _is_replica(each)]


def _is_replica(process: psutil.Process) -> bool:
    try:
        return process.cmdline()[:1] != [] and process.cmdline()[0].startswith("ray::ServeReplica")
    except (psutil.NoSuchProcess, IndexError):
        return False


def asked(url: str, request: Request) -> tuple[int, object]:
    """Return an answer: its status and its content."""
    path, parameters = request
    response = requests.get(f"{url}{path}", params=parameters, timeout=_ANSWER_S)
    return response.status_code, response.json()


def builds_of(library: Library) -> tuple[Path, Path]:
    """Return the folders of the build in service and of the one before it.

    Raises:
        SystemExit: There is no earlier build.
    """
    now = current_build(library)
    previous = Manifest.read(now).previous
    if previous is None:
        raise SystemExit(f"{library.path} has one build only. Publish another: rebuild-index --limit 10000")
    return now, library.builds / previous


def local_answers(library: Library, wanted: Sequence[Request], builds: Sequence[Path]) -> Answers:
    """Return what a service without Ray answers, of each build; the first of them is in service afterwards."""
    answers, port = {}, free_port()
    command = [sys.executable, "-c", _SERVE, "--library", str(library.path), "--port", str(port)]
    with server(command, port, ready="/readyz", environment={}):
        for build in reversed(builds):
            point_to(library, build)
            answers[build.name] = [asked(f"http://127.0.0.1:{port}", each) for each in wanted]
    return answers


@dataclass(slots=True)
class Load:
    """Clients of a service, and what happens to it meanwhile.

    Attributes:
        url: The service.
        pid: Its process.
        wanted: What is asked.
        answers: What is right.
        outcome: What came of it.
    """

    url: str
    pid: int
    wanted: Sequence[Request]
    answers: Answers
    outcome: Outcome = field(default_factory=Outcome)
    _numbers: Iterator[int] = field(default_factory=count)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _end: float = 0.0

    def run(self, *, clients: int, seconds: float, kill_every_s: float, publish: Callable[[], None]) -> Outcome:
        """Ask until the time is over; half-way `publish` is called."""
        self._end = time.monotonic() + seconds
        tasks = [lambda: self._kill(kill_every_s), lambda: _later(seconds / 2, publish), self._read_on]
        threads = [threading.Thread(target=task) for task in [*tasks, *[self._ask] * clients]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.outcome

    def _ask(self) -> None:
        seen: list[str] = []
        with requests.Session() as session:
            while time.monotonic() < self._end:
                number = next(self._numbers) % len(self.wanted)
                path, parameters = self.wanted[number]
                started = time.monotonic()
                try:
                    response = session.get(f"{self.url}{path}", params=parameters, timeout=_ANSWER_S)
                    answer = response.status_code, response.json()
                except (requests.RequestException, ValueError) as error:
                    answer = 0, {"code": type(error).__name__, "detail": str(error)[:200]}
                with self._lock:
                    right = [each[number] for each in self.answers.values()]
                    self.outcome.note(answer, right, (time.monotonic() - started) * 1000)
                    self._check_order(seen, answer[1].get("build"))

    def _check_order(self, seen: list[str], build: str | None) -> None:
        if build and build not in seen:
            seen.append(build)
        elif build and build != seen[-1]:
            self.outcome.wrong.append(f"{build} answered after the next one")

    def _read_on(self) -> None:
        """Read lists page by page: each is of one build, or is refused with 410."""
        while time.monotonic() < self._end:
            cursor, builds = "", set()
            while cursor is not None and time.monotonic() < self._end:
                parameters = {"query": "patients", "limit": "5", "cursor": cursor}
                response = requests.get(f"{self.url}/v1/search", params=parameters, timeout=_ANSWER_S)
                with self._lock:
                    self.outcome.statuses[f"next page {response.status_code}"] += 1
                if response.status_code != requests.codes.ok:
                    break
                builds.add(response.json()["build"])
                cursor = response.json()["next_cursor"]
            if len(builds) > 1:
                self.outcome.wrong.append(f"a list of {builds}")

    def _kill(self, every_s: float) -> None:
        generator = random.Random(SEED)  # noqa: S311 - no secret
        while time.monotonic() < self._end - every_s:
            time.sleep(every_s)
            if living := replicas_of(self.pid):
                generator.choice(living).send_signal(signal.SIGKILL)
                self.outcome.killed += 1


def _later(seconds: float, act: Callable[[], None]) -> None:
    time.sleep(seconds)
    act()


def main() -> None:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument(
        "--library", help="the library (PUBMED_LIBRARY, else data/library); its other build is published"
    )
    parser.add_argument("--cache", type=Path, default=Path("/tmp/pubmed-benchmarks"))  # noqa: S108 - as the others
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--replicas", type=int, default=REPLICAS)
    parser.add_argument("--kill-every", type=float, default=KILL_EVERY_S)
    options = parser.parse_args()
    library = Library.locate(options.library)
    wanted, builds = requests_of(library, options.cache), builds_of(library)
    answers = local_answers(library, wanted, builds)
    try:
        with replicated(library, str(options.replicas)) as (url, pid):
            outcome = Load(url, pid, wanted, answers).run(
                clients=options.clients,
                seconds=options.seconds,
                kill_every_s=options.kill_every,
                publish=lambda: point_to(library, builds[1]),
            )
    finally:
        point_to(library, builds[0])
    shown = {"clients": options.clients, "seconds": options.seconds, "replicas": options.replicas}
    report(QUESTION, {**shown, **outcome.to_json(), "load_average": load_average()}, packages=["ray", "fastapi"])


def requests_of(library: Library, cache: Path = Path("/nonexistent")) -> list[Request]:
    """Return 200 requests about a library's own articles: plain, Boolean, filtered, similar, counted."""
    measured = MeasuredLibrary(library, cache)
    pmids = measured.index.pmids.tolist()[:: max(1, len(measured.index.pmids) // REQUESTS)]
    request = mixed(measured.questions(REQUESTS), pmids)
    return [request(number) for number in range(REQUESTS)]


if __name__ == "__main__":
    main()
