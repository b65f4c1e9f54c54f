"""Whole builds as a command: on any number of workers, and killed again and again, the bytes are the same."""

import json
import random
import shutil
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from index.core.progress import SILENT
from index.ingest.xml_splitter import read_batches
from index.library.builds import current_manifest
from index.library.layout import Library
from tests.support.builds.ray_builds import descendants, encoding_workers, equal_parts, kill, needs_ray
from tests.support.paths import ROOT

pytestmark = [needs_ray, pytest.mark.long, pytest.mark.timeout(7200)]

FILES = 6  # of some 70 real articles each
KILLS = 20
LONGEST_WAIT_S = 30.0
# Lots of 32 texts instead of 512, so that there are dozens of them.
BUILD = """
import sys
from index.build import assemble
from index.embedding import shard_store
assemble.BATCH = shard_store.BATCH = 32
from index.cli import main
sys.exit(main())
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory, sample_file: Path) -> Path:
    """The first records of the packaged sample as several files."""
    folder = tmp_path_factory.mktemp("sources")
    with SILENT.bar("", None, "") as bar:
        for number, document in enumerate(islice(read_batches(sample_file, bar), FILES), 1):
            (folder / f"pubmed21n{number:04d}.xml").write_bytes(document)
    return folder


def start(sources: Path, library: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BUILD, str(sources), "--library", str(library), "--json", *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> None:
    out, errors = process.communicate()
    assert process.returncode == 0, errors
    json.loads(out)


@pytest.fixture(scope="module")
def built_here(tmp_path_factory: pytest.TempPathFactory, sources: Path) -> Library:
    library = Library(tmp_path_factory.mktemp("here") / "library")
    finish(start(sources, library.path))
    return library


@pytest.mark.fault("B9")
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_any_number_of_workers_makes_the_bytes_of_a_build_without_ray(
    tmp_path: Path, sources: Path, built_here: Library, workers: int
):
    library = Library(tmp_path / "library")
    finish(start(sources, library.path, "--on", "ray", "--workers", str(workers)))
    assert equal_parts(library) == equal_parts(built_here)
    assert current_manifest(library).size_bytes == current_manifest(built_here).size_bytes


@pytest.mark.fault("B1", "B4", "B9")
def test_workers_and_drivers_killed_at_random_change_nothing(tmp_path: Path, sources: Path, built_here: Library):
    chance = random.Random(19)  # noqa: S311 - moments, not secrets
    library = Library(tmp_path / "library")
    killed, everybody = {"worker": 0, "driver": 0}, set[int]()
    while sum(killed.values()) < KILLS:
        process = start(sources, library.path, "--on", "ray", "--workers", "2")
        while sum(killed.values()) < KILLS and not ended(process, chance.uniform(2, LONGEST_WAIT_S)):
            everybody |= set(descendants(process.pid))
            workers = encoding_workers(process.pid)
            if workers and chance.random() < 0.6:
                killed["worker"] += kill(chance.choice(workers))
            else:
                killed["driver"] += kill(process.pid)
        out, errors = process.communicate()
        if process.returncode >= 0:
            assert process.returncode == 0, errors
            json.loads(out)
            assert equal_parts(library) == equal_parts(built_here)
            shutil.rmtree(library.vectors)
            shutil.rmtree(library.builds)
            (library.path / "current").unlink()
    print(killed)  # noqa: T201 - with -s, how many of each
    finish(start(sources, library.path, "--on", "ray", "--workers", "2"))
    await_end(everybody)
    assert min(killed.values()) > 0, killed
    assert equal_parts(library) == equal_parts(built_here)
    assert not [path for path in library.path.rglob("*") if "partial" in path.name]


def ended(process: subprocess.Popen[str], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def await_end(pids: set[int]) -> None:
    """Wait until Ray's own processes have ended with the driver that started them."""
    deadline = time.monotonic() + 180  # its agents look for their parent from time to time
    while left := {pid for pid in pids if Path(f"/proc/{pid}/cmdline").exists() and is_of_ray(pid)}:
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.2)


def is_of_ray(pid: int) -> bool:
    try:
        return b"ray" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
