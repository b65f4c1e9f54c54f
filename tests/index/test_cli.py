"""`rebuild-index`: what it prints, what it refuses, how it exits."""

import json
import re
import subprocess
import sys
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from index import cli
from index.build import index_changes, rebuild
from index.cli import main
from index.engine.search_index import SearchIndex
from index.library.build_lock import building
from index.library.builds import current_build
from index.library.layout import Library
from tests.support.builds.killed_builds import COUNT, build, record, records, small_builds
from tests.support.fakes.fake_encoder import DIMENSIONS
from tests.support.records.pubmed_xml import deletion_xml, write_articles


@pytest.fixture(autouse=True)
def fake_model():
    with small_builds():
        yield


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "pubmed21n0001.xml.gz", [*records(), deletion_xml([1, 2])])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "my library"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def in_a_process(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom index.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'torch', 'txtai', 'faiss', 'transformers', 'numpy', 'tantivy', 'lxml', 'paperetl'} "
        "& set(sys.modules)))"
    )
    out = in_a_process(code)
    assert out.startswith("usage: rebuild-index")
    assert out.endswith("[]\n")


def test_a_run_with_nothing_new_never_imports_the_model_runtime(folder: Path, source: Path):
    build(Library(folder), source)
    code = (
        "import sys, index.build.rebuild, index.cli_report, index.cli\n"
        "print(sorted({'torch', 'txtai', 'faiss', 'transformers'} & set(sys.modules)))"
    )
    assert in_a_process(code) == "[]\n"


def test_the_report_of_an_update_says_that_the_index_in_service_was_carried_on(
    capsys, folder: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(index_changes, "LEAST_ARTICLES", 1)
    monkeypatch.setattr(index_changes, "MOST_CHANGED", 0.1)
    update = write_articles(tmp_path / "pubmed21n0002.xml.gz", [record(3, title="New", revised="2022-01-01")])
    assert "carried on" not in run(capsys, source, "--library", folder)[1]
    _, out, _ = run(capsys, update, "--library", folder)
    assert "\n            1 of 30 articles changed: the index in service was carried on\n" in out
    newer = write_articles(tmp_path / "pubmed21n0003.xml.gz", [record(4, title="New", revised="2022-01-01")])
    _, out, _ = run(capsys, newer, "--library", folder, "--json")
    assert (json.loads(out)["changed"], json.loads(out)["index"]["changed"]) == (1, 2)


def test_the_report_adds_up_and_says_what_to_type_next(capsys, folder: Path, source: Path):
    status, out, _ = run(capsys, source, "--library", folder)
    assert status == 0
    lines = dict(line.split(maxsplit=1) for line in out.splitlines() if line[:1] != " ")
    assert lines["records"] == "30 read: 30 new · 0 replaced · 0 superseded · 0 unchanged · 0 set aside"
    assert lines["deletions"] == "2 listed · 2 applied"
    assert lines["articles"] == "30 in the library"
    assert re.fullmatch(r"30 encoded in [\d.]+ s \(\d+ a second\), 32 dimensions, fake in fp32", lines["vectors"])
    assert re.fullmatch(rf"30 articles published as {current_build(Library(folder)).name}, [\d.]+ kB", lines["index"])
    assert lines["library"].startswith(f"{folder}, after ")
    assert lines["try"].endswith(f"--library '{folder}'")


def test_nothing_new_says_so(capsys, folder: Path, source: Path):
    run(capsys, source, "--library", folder)
    status, out, _ = run(capsys, source, "--library", folder)
    assert status == 0
    assert "files       0 applied · 1 applied before · 0 bad\n" in out
    assert "nothing new" in out
    assert "records" not in out


def test_json_is_one_object_on_stdout(capsys, folder: Path, source: Path):
    status, out, err = run(capsys, source, "--library", folder, "--limit", 10, "--json")
    assert (status, err) == (0, "")
    report = json.loads(out)
    counts = report["records"]
    assert counts["read"] == sum(counts[name] for name in ("new", "replaced", "superseded", "unchanged", "set_aside"))
    assert (report["encoded"], report["published"], report["index"]["limit"]) == (10, True, 10)
    assert report["index"]["build"] == current_build(Library(folder)).name
    assert counts["files"][0]["name"] == "pubmed21n0001.xml.gz"


@pytest.mark.fault("F16")
def test_a_bad_file_is_named_the_others_are_indexed_and_the_exit_is_3(capsys, folder: Path, source: Path):
    bad = source.with_name("pubmed21n0002.xml.gz")
    bad.write_bytes(source.read_bytes()[:-40])
    status, out, _ = run(capsys, source.parent, "--library", folder)
    assert status == 3
    assert re.search(r"^set aside +pubmed21n0002.xml.gz: .+", out, re.MULTILINE)
    assert "30 articles published" in out


def test_a_gap_in_the_numbers_is_reported_by_number(capsys, folder: Path, source: Path):
    write_articles(source.with_name("pubmed21n0003.xml.gz"), records(range(40, 42)))
    _, out, _ = run(capsys, source.parent, "--library", folder)
    assert "missing     pubmed21n0002: not read, although later files were" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--limit", "0"],
        ["--limit", "many"],
        ["--no-such-option"],
        ["--from-scratch"],
        ["--status", "--verify"],
        ["--status", "file.xml"],
        ["--rollback", "--sample"],
    ],
)
def test_wrong_usage_exits_2(capsys, arguments: list[str]):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: rebuild-index" in capsys.readouterr().err


def test_a_stated_error_goes_to_stderr_and_exits_1(capsys, folder: Path, tmp_path: Path):
    status, out, err = run(capsys, tmp_path / "nowhere", "--library", folder)
    assert (status, out) == (1, "")
    assert "nowhere" in err
    assert "Traceback" not in err


@pytest.mark.fault("B7")
def test_a_locked_library_exits_1_and_says_who(capsys, folder: Path, source: Path):
    folder.mkdir()
    with building(Library(folder)):
        status, _, err = run(capsys, source, "--library", folder)
    assert status == 1
    assert re.search(r"is being built by process \d+ on \S+ since ", err)


@pytest.mark.fault("B2")
@pytest.mark.parametrize(
    ("raised", "status"), [(KeyboardInterrupt(), 130), (OSError(28, "No space left on device"), 1)]
)
def test_an_interrupt_and_a_full_disk_say_that_nothing_is_lost(capsys, folder: Path, source: Path, raised, status):
    with mock.patch.object(rebuild, "ingest", side_effect=raised):
        code, out, err = run(capsys, source, "--library", folder)
    assert (code, out) == (status, "")
    assert re.search("the same command again", err)
    assert "Traceback" not in err


def test_status_shows_what_the_library_holds(capsys, folder: Path, source: Path):
    run(capsys, source, "--library", folder, "--limit", 10)
    status, out, _ = run(capsys, "--library", folder, "--status")
    assert status == 0
    assert "articles    30 · 30 with abstract · 0 retracted\n" in out
    assert "years       2000 to 2019\n" in out
    assert "files       1 applied · 0 bad · 0 missing\n" in out
    assert "with 10 articles" in out
    report = json.loads(run(capsys, "--library", folder, "--status", "--json")[1])
    assert report["store"]["articles"] == COUNT
    assert report["index"]["articles"] == 10


def test_status_of_no_library_names_the_command(capsys, folder: Path):
    status, _, err = run(capsys, "--library", folder, "--status")
    assert status == 1
    assert "rebuild-index --sample" in err


def test_verify_finds_a_sound_library_sound_and_changes_nothing(capsys, folder: Path, source: Path):
    run(capsys, source, "--library", folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    status, out, _ = run(capsys, "--library", folder, "--verify")
    assert status == 0
    assert "vectors     30 and 90 sentences in 8 shards\n" in out
    assert out.endswith("verified    sound\n")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_verify_names_every_fault_and_exits_1(capsys, folder: Path, source: Path):
    run(capsys, source, "--library", folder)
    shard = sorted(folder.rglob("*.safetensors"))[2]
    shard.write_bytes(shard.read_bytes()[:-1])
    with mock.patch.object(SearchIndex, "encode", return_value=np.zeros(DIMENSIONS)):
        status, out, _ = run(capsys, "--library", folder, "--verify")
    assert status == 1
    assert len(re.findall("^fault ", out, re.MULTILINE)) == 3
    assert f"{shard} are damaged" in out
    assert "The model gives the text of PMID" in out
    assert "8 texts of the index have no vector" in out
    assert shard.exists(), "verifying sets nothing aside"


def test_rollback_says_what_is_in_service(capsys, folder: Path, source: Path):
    run(capsys, source, "--library", folder, "--limit", 10)
    run(capsys, source, "--library", folder)
    status, out, _ = run(capsys, "--library", folder, "--rollback")
    assert status == 0
    assert re.match(r"index       \S+ with 10 articles, .* is in service again\n", out)
    assert run(capsys, "--library", folder, "--rollback")[0] == 1


def test_the_library_is_the_flag_else_the_variable(capsys, folder: Path, source: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PUBMED_LIBRARY", str(folder))
    _, out, _ = run(capsys, source)
    assert current_build(Library(folder))
    assert "--library" not in out, "the next command finds the library by itself"


def test_a_new_library_says_which_model_it_takes_and_names_the_other(
    capsys, folder: Path, source: Path, monkeypatch: pytest.MonkeyPatch
):
    _, _, err = run(capsys, source, "--library", folder)
    assert err.startswith("A new library: its model is all-MiniLM-L6-v2. neuml/biomedbert-small-embeddings was trained")
    assert "  pubmed-model compare all-MiniLM-L6-v2 neuml/biomedbert-small-embeddings\n" in err
    assert "A new library" not in run(capsys, "--library", folder)[2]
    assert "its model is mine/own. neuml/" in run(capsys, source, "--library", f"{folder} 2", "--model", "mine/own")[2]
    monkeypatch.setenv("PUBMED_MODEL", "neuml/biomedbert-small-embeddings")
    _, _, err = run(capsys, source, "--library", f"{folder} 3")
    assert "its model is neuml/biomedbert-small-embeddings. all-MiniLM-L6-v2 is packaged" in err


def test_the_variable_names_the_model_of_a_new_library_only(
    capsys, folder: Path, source: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PUBMED_MODEL", "other")
    assert ", other in fp32\n" in run(capsys, source, "--library", folder)[1]
    monkeypatch.setenv("PUBMED_MODEL", "fake")
    _, out, _ = run(capsys, "--library", folder)
    assert "in place of" not in out


def test_a_switch_of_models_is_reported(capsys, folder: Path, source: Path):
    run(capsys, source, "--library", folder)
    _, out, _ = run(capsys, "--library", folder, "--model", "other")
    assert "model       other (fp32) in place of fake\n" in out


def test_every_option_is_explained():
    for action in cli._parser()._actions:
        assert action.help
