"""`rebuild-index` that gets PubMed itself: NLM's folders, a topic, the MeSH vocabulary."""

import dataclasses
import json
from datetime import date
from functools import partial
from pathlib import Path
from unittest import mock

import pytest

from index.cli import main
from index.core.progress import Progress
from index.lexical.mesh import Mesh
from index.lexical.mesh_loader import load_mesh
from index.library.layout import Library
from index.sources import acquire, query_download  # noqa: F401 - loaded before a test patches what it names
from index.sources.eutils import Pace
from index.sources.mirror import MirrorRequest
from tests.index.lexical.test_mesh import CITRUS, FRUIT, LEMON, table
from tests.index.sources.test_query_download import FakeEntrez
from tests.support.builds.killed_builds import records, small_builds
from tests.support.fakes.nlm_server import Answer, FakeNlm, Request, playing_nlm
from tests.support.records.pubmed_xml import FIRST_PMID, write_articles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def nlm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """NLM with one baseline file, two update files and five articles on lemons."""
    monkeypatch.setattr(Pace, "wait", lambda pace: None)
    parse = MirrorRequest.parse
    with playing_nlm() as server, small_builds():
        for folder, name, numbers in (
            ("baseline", "pubmed26n0001.xml.gz", range(10)),
            ("updatefiles", "pubmed26n0002.xml.gz", range(10, 14)),
            ("updatefiles", "pubmed26n0003.xml.gz", range(14, 16)),
        ):
            server.publish(folder, name, write_articles(tmp_path / name, records(numbers)).read_bytes())
        server.relist("baseline")
        server.relist("updatefiles")
        entrez = FakeEntrez({FIRST_PMID + 100 + n: date(2020, 1, 1) for n in range(5)})

        def answer(request: Request) -> Answer:
            if request.path.endswith(".fcgi"):
                return entrez(request)
            return Answer(server.files[request.path]) if request.path in server.files else Answer(status=404)

        server.answer = answer
        parse_for_server = staticmethod(
            lambda what, since=None: dataclasses.replace(parse(what, since), server=server.server)
        )
        monkeypatch.setattr(MirrorRequest, "parse", parse_for_server)
        with mock.patch.object(
            query_download, "QueryDownloadRequest", partial(query_download.QueryDownloadRequest, server=server.server)
        ):
            yield server


def run_json(capsys, *arguments: object) -> tuple[int, dict]:
    status = main([*map(str, arguments), "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_mirror_copies_reads_and_indexes(capsys, nlm: FakeNlm, folder: Path):
    status, report = run_json(capsys, "--mirror", "baseline+updates", "--library", folder)
    assert status == 0
    assert [file["state"] for file in report["obtained"]["mirror"]] == ["downloaded"] * 3
    assert (report["records"]["read"], report["index"]["articles"]) == (16, 16)


def test_mirror_run_again_brings_only_what_is_new_on_the_server(capsys, nlm: FakeNlm, folder: Path, tmp_path: Path):
    run_json(capsys, "--mirror", "baseline+updates", "--library", folder)
    _, report = run_json(capsys, "--mirror", "baseline+updates", "--library", folder)
    assert (report["published"], report["encoded"]) == (False, 0)
    name = "pubmed26n0004.xml.gz"
    nlm.publish("updatefiles", name, write_articles(tmp_path / name, records(range(16, 19))).read_bytes())
    nlm.relist("updatefiles")
    _, report = run_json(capsys, "--mirror", "updates", "--since", "4", "--library", folder)
    assert [Path(file["file"]).name for file in report["obtained"]["mirror"]] == [name]
    assert (report["encoded"], report["index"]["articles"]) == (3, 19)


@pytest.mark.fault("S6")
def test_a_file_that_the_server_does_not_give_is_named_the_rest_is_indexed_and_the_exit_is_3(
    capsys, nlm: FakeNlm, folder: Path
):
    nlm.faults["/updatefiles/pubmed26n0003.xml.gz"] = [Answer(status=503)] * 9
    status = main(["--mirror", "baseline+updates", "--library", str(folder)])
    out = capsys.readouterr().out
    assert status == 3
    assert "missing     pubmed26n0003.xml.gz: " in out
    assert "14 articles published" in out


def test_a_topic_becomes_a_library(capsys, nlm: FakeNlm, folder: Path):
    status = main(["--query", "lemons", "--library", str(folder)])
    out = capsys.readouterr().out
    assert status == 0
    assert "topic       5 found · 5 stored · 0 missing · 0 unlisted, read as: read: lemons\n" in out
    assert "5 articles published" in out


def test_a_topic_takes_the_key_of_the_environment(nlm: FakeNlm, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NCBI_API_KEY", "secret-key")
    main(["--query", "lemons", "--library", str(folder)])
    searches = [request for request in nlm.requests if request.path.endswith(".fcgi")]
    assert searches
    assert all(request.form.get("api_key") == "secret-key" for request in searches)


def test_an_empty_query_is_refused(capsys, nlm: FakeNlm, folder: Path):
    assert main(["--query", " ", "--library", str(folder)]) == 1
    assert capsys.readouterr().err
    assert nlm.requests == []


def test_mesh_is_loaded_before_and_after_there_are_articles(capsys, nlm: FakeNlm, folder: Path, tmp_path: Path):
    source = tmp_path / "fruit.tsv"
    source.write_text(table(FRUIT, CITRUS, LEMON), encoding="utf-8")
    status, report = run_json(capsys, "--mesh", source, "--library", folder)
    assert (status, report["mesh"]["descriptors"], report["mesh"]["source"]) == (0, 3, "fruit.tsv")
    source.write_text(table(FRUIT, CITRUS), encoding="utf-8")
    assert run_json(capsys, "--mesh", source, "--query", "lemons", "--library", folder)[1]["mesh"]["descriptors"] == 2
    assert run_json(capsys, "--status", "--library", folder)[1]["mesh"]["descriptors"] == 2
    with Mesh.open(Library(folder).mesh) as mesh:
        assert mesh.explode(FRUIT.ui) == {FRUIT.ui, CITRUS.ui}


def test_status_without_a_vocabulary_says_how_to_get_one(capsys, nlm: FakeNlm, folder: Path):
    main(["--query", "lemons", "--library", str(folder)])
    capsys.readouterr()
    assert run_json(capsys, "--status", "--library", folder)[1]["mesh"] is None
    main(["--status", "--library", str(folder)])
    assert "mesh        not loaded: rebuild-index --mesh package loads it\n" in capsys.readouterr().out


def test_a_first_build_loads_the_packaged_vocabulary_or_says_in_one_line_why_not(
    capsys, nlm: FakeNlm, folder: Path, tmp_path: Path
):
    source = tmp_path / "fruit.tsv"
    source.write_text(table(FRUIT, CITRUS), encoding="utf-8")
    reason = "It is not installed. Install it:\n  pip install it"
    with mock.patch("index.build.vocabulary.load_first_vocabulary", return_value=reason):
        assert main(["--query", "lemons", "--library", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "mesh        not loaded: It is not installed. Install it: pip install it\n" in out
    loaded = load_mesh(source, Library(folder).mesh, progress=Progress())
    with mock.patch("index.build.vocabulary.load_first_vocabulary", return_value=loaded):
        assert run_json(capsys, "--library", folder)[1]["mesh"]["descriptors"] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["--mirror", "everything"],
        ["--mirror", "updates", "--since", "yesterday"],
        ["--since", "1300"],
        ["--verify", "--mirror", "updates"],
        ["--status", "--query", "lemons"],
        ["--rollback", "--mesh", "desc.xml"],
    ],
)
def test_wrong_usage_exits_2(capsys, arguments: list[str]):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: rebuild-index" in capsys.readouterr().err
