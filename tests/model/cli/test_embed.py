"""`pubmed-model embed` and `pubmed-model export` from the command line."""

import json
from pathlib import Path

import pytest

from index.cli import main as rebuild
from model.cli.main import main
from search import Searcher
from tests.support.fakes.tiny_bert import tiny_sentence_model
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, write_articles


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library without an index, and a student."""
    from index.library.layout import Library
    from tests.support.builds.store_helpers import apply

    folder = tmp_path_factory.mktemp("command")
    words = ("lemon", "winter", "forest", "cold")
    records = [article_xml(FIRST_PMID + n, title=f"Story {n}", keywords=words) for n in range(6)]
    apply(Library(folder / "library"), write_articles(folder / "pubmed26n0001.xml.gz", records))
    tiny_sentence_model(folder / "student")
    return folder


def test_a_library_becomes_a_model_that_is_exported_and_searched_with(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    run, model = tmp_path / "run", tmp_path / "model"
    (tmp_path / "test.txt").write_text("Story 2\n")
    options = ["--student", str(folder / "student"), "--library", str(folder / "library"), "--batch", "4"]
    options += ["--kinds", "keywords,title:3", "--exclude", str(tmp_path / "test.txt"), "--tokens", "16"]
    assert main(["embed", "--output", str(run), *options]) == 0
    printed = capfd.readouterr()
    assert "pairs       5 keywords · 3 title\ntrained     3 steps, loss " in printed.out
    assert f"try         pubmed-model export {run} --output NAME\n" in printed.out
    assert printed.err == ""
    assert main(["export", str(run), "--output", str(model), "--share", "0.5", "--json"]) == 0
    result = json.loads(capfd.readouterr().out)
    assert (result["output"], result["dimensions"]) == (str(model), 16)
    library = tmp_path / "library"
    assert rebuild(["--library", str(library), "--model", str(model), str(folder / "pubmed26n0001.xml.gz")]) == 0
    with Searcher.open(library) as pubmed:
        assert [hit.article.pmid for hit in pubmed.search("Story 4", limit=1).hits] == [FIRST_PMID + 4]


def test_the_kinds_and_their_numbers_are_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("rhyme", "title:many", "title:-1", "title,,mesh"):
        with pytest.raises(SystemExit) as ended:
            main(["embed", "--output", "out", "--kinds", wrong])
        assert ended.value.code == 2
        assert "give some of title,question,keywords" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [["--batch", "0"], ["--steps", "-1"], ["--miners", "magic"], ["--learning-rate", "fast"], []]
)
def test_wrong_usage_is_exit_2(wrong: list[str]) -> None:
    command = ["embed", *wrong] if not wrong else ["embed", "--output", "out", *wrong]
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2


def test_nothing_to_train_on_is_exit_2_and_no_such_model_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["embed", "--output", str(tmp_path / "run")]) == 2
    assert "pubmed-model embed: nothing to train on" in capsys.readouterr().err
    (tmp_path / "pairs.tsv").write_text("a\tb\n")
    assert (
        main(["embed", "--output", str(tmp_path / "run"), "--pairs", str(tmp_path / "pairs.tsv"), "--student", "x"])
        == 1
    )
    assert "pubmed-model: There is no model folder x" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
