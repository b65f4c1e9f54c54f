import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.core.progress import Progress
from index.ingest.ingest import ingest
from index.library.layout import Library
from index.sources.checksums import fingerprint
from index.sources.source_files import find_sources
from index.store.article_store import ArticleStore
from model.cli.main import main
from tests.support.paths import ROOT
from tests.support.records.pubmed_xml import article_xml, write_articles

FIRST = 900_000_001


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Forty articles, three of one text and one without any."""
    folder = tmp_path_factory.mktemp("model")
    records = [article_xml(FIRST + n, title=f"Sample {n}", mesh=[("D900003", "Lemon")]) for n in range(40)]
    records += [article_xml(FIRST + 50, title="Sample 7"), article_xml(FIRST + 51, title="Sample 7")]
    records += [article_xml(FIRST + 60, title=None, abstract=None)]
    source = write_articles(folder / "pubmed26n0001.xml.gz", records)
    library = Library(folder / "library")
    ingest(library, find_sources([source]), progress=Progress())
    return library


def test_the_account_is_printed_and_the_dataset_is_the_store(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from datasets import load_from_disk

    output = tmp_path / "out"
    assert main(["dataset", "--library", str(library.path), "--output", str(output), "--validation", "0.3"]) == 0
    rows = {row["pmid"]: row for part in load_from_disk(str(output)).values() for row in part}
    with ArticleStore.open(library.store) as store:
        for pmid, row in rows.items():
            article = store.article(pmid)
            assert article is not None
            assert (row["title"], row["abstract"], row["year"]) == (article.title, article.abstract, article.year)
            assert row["mesh"] == ["Lemon"]
    assert sorted(rows) == list(range(FIRST, FIRST + 40))
    printed = capsys.readouterr()
    assert "articles    43 read · 40 kept · 2 duplicate texts · 1 without text\n" in printed.out
    assert f"written     {output}, 0." in printed.out
    assert printed.err == ""


def test_json_prints_one_object_that_adds_up(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dataset", "--library", str(library.path), "--output", str(tmp_path / "out"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["read"] == 43
    assert result["train"] + result["validation"] == 40
    assert (result["duplicates"], result["empty"], result["with_abstract"]) == (2, 1, 40)
    assert result["output"] == str(tmp_path / "out")


def test_the_card_names_the_files_that_were_applied(library: Library, tmp_path: Path) -> None:
    main(["dataset", "--library", str(library.path), "--output", str(tmp_path / "out")])
    source = library.path.parent / "pubmed26n0001.xml.gz"
    text = (tmp_path / "out" / "README.md").read_text()
    assert f"| {source.name} | `{fingerprint(source).sha256}` |" in text
    assert "Library build: none published." in text


def test_a_library_that_is_not_there_is_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dataset", "--library", str(tmp_path / "none"), "--output", str(tmp_path / "out")]) == 1
    assert "pubmed-model: " in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("share", ["1", "-0.5", "nan"])
def test_a_share_out_of_range_is_exit_2(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str], share: str
) -> None:
    command = ["dataset", "--library", str(library.path), "--output", str(tmp_path / "out"), f"--validation={share}"]
    assert main(command) == 2
    assert "expected 0 or more and less than 1" in capsys.readouterr().err


def test_an_output_that_is_there_is_exit_2(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dataset", "--library", str(library.path), "--output", str(tmp_path)]) == 2
    assert "already exists" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["pretend"], ["dataset"], ["dataset", "--output", "x", "--validation", "many"]])
def test_wrong_usage_is_exit_2(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2


def test_without_the_model_side_installed_the_error_says_what_to_install(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    monkeypatch.delitem(sys.modules, "datasets.arrow_writer", raising=False)
    assert main(["dataset", "--library", str(library.path), "--output", str(tmp_path / "out")]) == 1
    assert "the model side needs the extra `train`.\n  pip install " in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_export_leaves_nothing_but_its_output(library: Library, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "XDG_"))}
    script = "import sys; from model.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = ["dataset", "--library", str(library.path), "--output", str(tmp_path / "out")]
    files_before = sorted(path.name for path in library.path.iterdir())
    process = subprocess.run(
        [sys.executable, "-c", script, *command],
        env={**environment, "HOME": str(home), "TMPDIR": str(home), "HF_HUB_OFFLINE": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "out"]
    assert not list(home.rglob("*"))
    assert sorted(path.name for path in library.path.iterdir()) == files_before


def test_help_answers_at_once_without_the_heavy_libraries() -> None:
    script = (
        "import sys\nfrom model.cli.main import main\n"
        "try: main(['dataset', '--help'])\nexcept SystemExit: pass\n"
        "heavy = {'datasets', 'torch', 'numpy', 'lxml', 'pyarrow', 'txtai'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    started = time.perf_counter()
    process = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (process.returncode, process.stderr) == (0, "")
    assert "--validation SHARE" in process.stdout
    assert time.perf_counter() - started < 10  # a second when the machine is idle; imports of the heavy ones take more


@pytest.mark.long
def test_the_real_update_file_becomes_one_row_a_text(sample_file: Path, tmp_path: Path) -> None:
    from datasets import load_from_disk

    library = Library(tmp_path / "library")
    ingest(library, find_sources([sample_file]), progress=Progress())
    assert main(["dataset", "--library", str(library.path), "--output", str(tmp_path / "out")]) == 0
    dataset = load_from_disk(str(tmp_path / "out"))
    with ArticleStore.open(library.store) as store:
        texts = {f"{article.title or article.vernacular_title or ''} {article.abstract}".strip() for article in store}
        assert len(dataset["train"]) + len(dataset["validation"]) == len(texts - {""})
        assert 0.005 < len(dataset["validation"]) / len(texts) < 0.02
        assert dataset["train"][0]["pmid"] == min(article.pmid for article in store)
