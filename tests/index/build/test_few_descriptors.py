"""With few descriptors a command does what it should, or names the cause; what is sound is never called damaged."""

import json
import subprocess
import sys

import pytest

from tests.support.builds.killed_builds import COUNT, record, records
from tests.support.paths import ROOT
from tests.support.records.pubmed_xml import write_articles


@pytest.fixture(scope="module")
def attempts(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    folder = tmp_path_factory.mktemp("few")
    source = write_articles(folder / "pubmed21n0001.xml.gz", records())
    update = [record(number, title=f"A new story of number{number}", revised="2022-01-01") for number in range(25)]
    newer = write_articles(folder / "pubmed21n0002.xml.gz", update)
    command = [sys.executable, "-m", "tests.support.builds.few_descriptors", str(folder / "library"), source, newer]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def of(attempts: list[dict], what: str) -> list[dict]:
    return [attempt for attempt in attempts if attempt["what"] == what]


@pytest.mark.fault("B3")
@pytest.mark.parametrize("what", ["open and search", "verify", "build"])
def test_what_needs_more_descriptors_names_them_and_calls_nothing_damaged(attempts: list[dict], what: str):
    failed = [attempt["error"] for attempt in of(attempts, what) if attempt["error"]]
    assert len(failed) >= 3
    for error in failed:
        assert "open files" in error or "files open" in error, error
        assert "damaged" not in error, error
    if what != "build":
        assert of(attempts, what)[-1]["result"] is not None, "with enough of them it works"


@pytest.mark.fault("B3")
@pytest.mark.parametrize("what", ["search", "search beside builds"])
def test_who_has_a_library_open_searches_on_without_any_descriptor(attempts: list[dict], what: str):
    expected = of(attempts, "expected")[0]["result"]
    found = [(attempt["error"], attempt["result"]) for attempt in of(attempts, what)]
    assert found == [(None, expected)] * len(found)


@pytest.mark.fault("B3")
def test_afterwards_nothing_is_lost_or_set_aside(attempts: list[dict]):
    assert of(attempts, "build at last")[0]["result"] == COUNT
    assert of(attempts, "verify at last")[0]["result"] == []
    assert [name for name in of(attempts, "shards")[0]["result"] if name.endswith(".damaged")] == []
