"""A small file system that is really full: the cause is named, the index in service answers, the next run goes on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.builds.killed_builds import record, records
from tests.support.paths import ROOT
from tests.support.records.pubmed_xml import write_articles

NAMED = ("No space left on device", "no space left on the disk", "disk is full")
# A mount that no other process sees, and that ends with the last process inside.
MOUNT = "mount -t tmpfs -o size=8m tmpfs {folder}"


def in_a_mount(folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    shell = ["unshare", "--mount", "sh", "-c", f'{MOUNT.format(folder=folder)} && exec "$@"', "sh", *command]
    return subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)


@pytest.fixture
def mount(tmp_path: Path) -> Path:
    folder = tmp_path / "mount"
    folder.mkdir()
    try:
        done = in_a_mount(folder, ["true"])
    except FileNotFoundError:
        pytest.skip("needs the program `unshare`")
    if done.returncode:
        pytest.skip(f"a file system cannot be mounted here: {done.stderr.strip()}")
    return folder


@pytest.mark.fault("B2")
@pytest.mark.parametrize("step_kb", [120, pytest.param(8, marks=pytest.mark.long)])
def test_on_a_full_disk_each_build_names_the_cause_and_searching_goes_on(mount: Path, tmp_path: Path, step_kb: int):
    source = write_articles(tmp_path / "pubmed21n0001.xml.gz", records())
    update = [record(number, title=f"A new story of number{number}", revised="2022-01-01") for number in range(25)]
    newer = write_articles(tmp_path / "pubmed21n0002.xml.gz", update)
    program = [sys.executable, "-m", "tests.support.builds.full_disk"]
    done = in_a_mount(mount, [*program, str(mount), str(source), str(newer), str(step_kb << 10)])
    assert done.returncode == 0, done.stderr
    *failed, published = map(json.loads, done.stdout.splitlines())
    assert len(failed) >= 3
    for attempt in failed:
        assert any(words in attempt["error"] for words in NAMED), attempt
        assert attempt["same"], attempt
        assert attempt["leftovers"] == []
    assert published["error"] is None
