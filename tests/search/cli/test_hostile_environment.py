"""The commands where the machine gives little: the true cause is named, and a sound library is never called damaged."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index.library.layout import Library
from tests.support.builds.killed_builds import build, records
from tests.support.paths import ROOT
from tests.support.records.pubmed_xml import write_articles

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    build(Library(folder / "library"), write_articles(folder / "pubmed21n0001.xml.gz", records()))
    return folder / "library"


def run(command: str, *, limit: str = "true", redirect: str = "", **environment: str) -> tuple[int, str, str]:
    """Run `MODULE ARGUMENT...` with the fake encoder, after a shell's `limit`."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "", **environment}
    script = f"{limit}; exec '{sys.executable}' -m tests.support.run_with_fakes {command} {redirect}"
    ended = subprocess.run(["bash", "-c", script], capture_output=True, env=variables, cwd=ROOT, check=False)
    out, err = ended.stdout.decode(), ended.stderr.decode()
    assert "Traceback" not in err
    assert "unexpected error" not in err
    return ended.returncode, out, err


@pytest.mark.fault("B21")
@pytest.mark.parametrize("command", ["search.cli.main number3 --library {}", "index.cli --verify --library {}"])
@pytest.mark.parametrize("files", [5])
def test_few_descriptors_are_named(command: str, files: int, library: Path):
    status, out, err = run(command.format(library), limit=f"ulimit -n {files}")
    assert (status, out) == (1, "")
    assert f"this process may have {files} files open at a time" in err
    assert "ulimit -n 1024" in err
    assert "damaged" not in err


@pytest.mark.fault("B21")
def test_a_build_without_descriptors_names_them_and_sets_no_shard_aside(library: Path, tmp_path: Path):
    shutil.copytree(library, tmp_path / "library")
    status, _, err = run(f"index.cli --limit 20 --library {tmp_path / 'library'}", limit="ulimit -n 13")
    assert status == 1
    # tantivy does not always say that it was descriptors: then they are named beside what else it may have been.
    assert "his process may have 13 files open at a time" in err or "open files (`ulimit -n`)" in err
    assert "damaged" not in err
    assert list(tmp_path.rglob("*.damaged")) == []
    assert run(f"search.cli.main number3 --library {tmp_path / 'library'}")[0] == 0


@pytest.mark.fault("B21")
def test_too_little_memory_is_named(library: Path):
    status, out, err = run(f"search.cli.main number3 --library {library}", limit="ulimit -v 200000")
    assert (status, out) == (1, "")
    assert "There is not enough memory" in err


@pytest.mark.fault("B21")
@pytest.mark.parametrize("form", ["", "--ris", "--json", "--csv"])
def test_a_full_standard_output_is_named(form: str, library: Path):
    status, _, err = run(f"search.cli.main number3 {form} --library {library}", redirect="> /dev/full")
    assert status == 1
    assert err.startswith("pubmed-search: The result cannot be written to standard output: No space left on device.")


@pytest.mark.fault("B21")
def test_an_ascii_locale_prints_what_it_can_and_keeps_json_whole(library: Path, tmp_path: Path):
    assert run(f"search.cli.main number3 β --library {library}", **ASCII)[0] == 0
    status, out, _ = run(f"index.cli --status --library {library}", **ASCII)
    assert (status, out.isascii()) == (0, True)
    assert "articles    30 ? 30 with abstract" in out
    assert run(f"index.cli --status --json --library {library}", **ASCII)[1].isascii()


@pytest.mark.fault("B14", "B21")
@pytest.mark.parametrize("command", ["search.cli.main number3", "index.cli --status", "index.cli"])
def test_a_name_that_the_locale_lacks_is_named_with_the_way_out(command: str, library: Path, tmp_path: Path):
    shutil.copytree(library, tmp_path / "bücher")
    arguments = f"{command} --library {tmp_path / 'bücher'}"
    status, out, err = run(arguments, **ASCII)
    assert (status, out) == (1, "")
    assert "has characters that this locale (ascii) lacks" in err
    assert "export PYTHONUTF8=1" in err
    assert run(arguments, **{**ASCII, "PYTHONUTF8": "1"})[0] == 0


@pytest.mark.fault("B21")
def test_without_home_and_temporary_folder_searching_and_building_work(library: Path, tmp_path: Path):
    bare = {"TMPDIR": "/nowhere", "TMP": "/nowhere", "TEMP": "/nowhere"}
    limit = "unset HOME XDG_STATE_HOME XDG_CACHE_HOME"
    assert run(f"search.cli.main number3 --library {library}", limit=limit, **bare)[0] == 0
    source = library.parent / "pubmed21n0001.xml.gz"
    assert run(f"index.cli {source} --library {tmp_path / 'new'}", limit=limit, **bare)[0] == 0


@pytest.mark.fault("B21")
def test_a_tilde_without_home_is_named():
    status, _, err = run("search.cli.main number3 --library '~nobody-of-that-name/x'")
    assert status == 1
    assert "There is no home folder for a name that begins with ~" in err
