"""The tree is as the architecture page says, and stays small enough to be read."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PACKAGES = ("index", "search", "ui", "model")
TREES = (*PACKAGES, "tests", "benchmarks")
MOST_FILES = 14
MOST_LINES = 350

ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
FAULTS = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| ([A-Z]\d+) \| (.*) \|$", FAULTS, re.MULTILINE))
NOT_YET = "no test yet"


def folders(*roots: str) -> Iterator[Path]:
    for root in roots:
        yield ROOT / root
        below = (path for path in (ROOT / root).rglob("*") if path.is_dir() and path.name != "__pycache__")
        yield from sorted(path for path in below if any(one.is_file() for one in path.iterdir()))


def python_files() -> Iterator[Path]:
    for folder in folders(*TREES):
        yield from sorted(folder.glob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def used_faults() -> set[str]:
    marks = (re.findall(r"mark\.fault\(([^)]*)\)", path.read_text(encoding="utf-8")) for path in python_files())
    return {fault for found in marks for arguments in found for fault in re.findall(r'"([A-Z]\d+)"', arguments)}


@pytest.mark.parametrize("folder", [relative(folder) for folder in folders(*TREES)])
def test_every_room_has_a_line_in_the_architecture_page(folder: str):
    line = re.compile(rf"^\| `{folder}/` \| \S", re.MULTILINE)
    assert line.search(ARCHITECTURE), f"ARCHITECTURE.md, part Rooms, has no row `{folder}/`"


def test_every_room_of_the_architecture_page_is_there():
    named = re.findall(rf"^\| `((?:{'|'.join(TREES)})[\w/]*)/` \|", ARCHITECTURE, re.MULTILINE)
    assert named
    assert [name for name in named if not (ROOT / name).is_dir()] == []


@pytest.mark.parametrize("folder", [relative(folder) for folder in folders(*TREES)])
def test_a_room_can_be_seen_at_a_glance(folder: str):
    files = list((ROOT / folder).glob("*.py"))
    assert len(files) <= MOST_FILES, f"{folder} has {len(files)} Python files: part it into two rooms"


def test_a_file_can_be_read_at_a_sitting():
    lines = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}, "part these files"


def test_every_fault_that_a_test_names_is_in_the_list():
    assert sorted(used_faults() - ROWS.keys()) == [], "docs/faults.md has no row for these"


def test_the_list_of_faults_says_which_have_no_test_yet():
    used = used_faults()
    untested = {fault for fault, text in ROWS.items() if fault not in used and NOT_YET not in text}
    tested = {fault for fault, text in ROWS.items() if fault in used and NOT_YET in text}
    assert (sorted(untested), sorted(tested)) == ([], []), "docs/faults.md: (say `no test yet`, say it no more)"
