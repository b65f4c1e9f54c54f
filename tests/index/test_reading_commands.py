"""A command that reads creates nothing: neither where there is no library, nor in one."""

from pathlib import Path

import pytest

from index.cli import main as rebuild_index
from index.library.layout import Library
from search.cli.main import main as pubmed_search
from tests.support.builds.killed_builds import build, records, small_builds
from tests.support.builds.store_helpers import snapshot
from tests.support.records.pubmed_xml import write_articles

READING = {
    "status": lambda library: rebuild_index(["--status", "--library", library]),
    "verify": lambda library: rebuild_index(["--verify", "--library", library]),
    "search": lambda library: pubmed_search(["number7", "--library", library]),
}
NEEDING_A_LIBRARY = READING | {
    "rollback": lambda library: rebuild_index(["--rollback", "--library", library]),
    "index what is there": lambda library: rebuild_index(["--library", library]),
}


@pytest.mark.fault("B17")
@pytest.mark.parametrize("command", NEEDING_A_LIBRARY)
@pytest.mark.parametrize("is_folder", [False, True])
def test_a_slip_in_the_librarys_name_creates_nothing(
    tmp_path: Path, command: str, is_folder: bool, capsys: pytest.CaptureFixture[str]
):
    slip = tmp_path / "librarry-typo"
    if is_folder:  # some other folder of the person's
        slip.mkdir()
        (slip / "thesis.txt").write_text("a person's")
    before = snapshot(tmp_path)
    assert NEEDING_A_LIBRARY[command](str(slip)) == 1
    assert "rebuild-index" in capsys.readouterr().err
    assert snapshot(tmp_path) == before
    assert slip.exists() == is_folder


@pytest.mark.fault("B17")
def test_reading_a_library_changes_and_leaves_nothing_in_it(tmp_path: Path):
    library = Library(tmp_path / "library")
    build(library, write_articles(tmp_path / "pubmed21n0001.xml.gz", records()))
    before = snapshot(library.path)
    with small_builds():
        for command in READING.values():
            assert command(str(library.path)) == 0
    assert snapshot(library.path) == before
