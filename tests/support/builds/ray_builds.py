"""Builds on Ray for tests: the processes that encode, and what of two libraries must be equal."""

import os
import signal
from contextlib import suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import pytest

from index.library.builds import current_build, current_manifest
from index.library.layout import Library

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed (extra `cluster`)")

# Their names are random, or they hold the time of the build.
_DIFFERENT = {"bm25", "exact", "manifest.json", "config.json"}


def equal_parts(library: Library) -> dict[str, object]:
    """Return what two builds of the same articles must have in common: the bytes of each file, and the manifest."""
    build, manifest = current_build(library), current_manifest(library)
    shards = {str(path.relative_to(library.path)): _digest(path) for path in _files(library.vectors)}
    index = {str(path.relative_to(build)): _digest(path) for path in _files(build)}
    same = {name: digest for name, digest in index.items() if name.partition("/")[0] not in _DIFFERENT}
    said = (manifest.content, manifest.fingerprint, manifest.precision, manifest.articles, manifest.vectors)
    return {**shards, **same, "manifest": said}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def encoding_workers(driver: int) -> list[int]:
    """Return the processes below this one that Ray started to encode."""
    return [pid for pid in descendants(driver) if _title(pid).startswith("ray::EncodingWorker")]


def descendants(ancestor: int) -> list[int]:
    """Return the processes that a process started, and those that these started."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found, latest = list[int](), {ancestor}
    while latest := {pid for pid, parent in parents.items() if parent in latest}:
        found += latest
    return found


def _title(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    return ""


def kill(pid: int) -> bool:
    """Kill a process as the kernel does for want of memory; return whether it was still there."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False
