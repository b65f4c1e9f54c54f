"""`pubmed-model pretrain`: what it prints, what it refuses, and that it goes on."""

import json
from functools import partial
from pathlib import Path

import pytest

from index.core.progress import Progress
from index.ingest.ingest import ingest
from index.library.layout import Library
from index.sources.source_files import find_sources
from model.cli import pretrain
from model.cli.main import main
from model.pretraining.hyperparameters import PretrainingHyperparameters, Shape
from tests.support.records.pubmed_xml import write_articles
from tests.support.records.topic_corpus import corpus

TINY = Shape(layers=1, hidden=16, heads=2, feed_forward=32, positions=32)
SMALL_RUN = ["--steps=2", "--length=16", "--batch=2", "--accumulation=2", "--warmup=1", "--every=1"]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own 48 records as a dataset, by the command that comes before this one."""
    folder = tmp_path_factory.mktemp("pretrain")
    library = Library(folder / "library")
    ingest(library, find_sources([write_articles(folder / "corpus.xml.gz", corpus())]), progress=Progress())
    command = ["dataset", "--library", str(library.path), "--output", str(folder / "dataset"), "--validation=0.2"]
    assert main(command) == 0
    return folder / "dataset"


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the model a tiny one; everything else is as it is."""
    monkeypatch.setattr(pretrain, "PretrainingHyperparameters", partial(PretrainingHyperparameters, shape=TINY))


def test_the_account_is_printed_and_the_model_loads(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from transformers import AutoModelForMaskedLM, AutoTokenizer

    run = tmp_path / "run"
    assert main(["pretrain", "--dataset", str(dataset), "--output", str(run), "--own-vocabulary", *SMALL_RUN]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    lines = [line.split("  ")[0] for line in printed.out.splitlines()]
    assert lines == ["steps", "speed", "held out", "to finish", "written", "try"]
    assert "steps       2 of 2 · 0.0M tokens" in printed.out
    assert "extrapolated" in printed.out
    vocabulary = len(AutoTokenizer.from_pretrained(run))
    assert 100 < vocabulary < 5000
    assert AutoModelForMaskedLM.from_pretrained(run).config.vocab_size == vocabulary


def test_the_same_command_again_says_the_same(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["pretrain", "--dataset", str(dataset), "--output", str(tmp_path / "run"), *SMALL_RUN, "--json"]
    results = []
    for _ in range(2):
        assert main(command) == 0
        results.append(json.loads(capsys.readouterr().out))
    assert results[0] == results[1]
    assert (results[0]["steps"], results[0]["tokens"]) == (2, 2 * 2 * 2 * 16)
    assert [step for step, _ in results[0]["losses"]] == [1, 2]


def test_a_run_with_other_settings_is_exit_1(dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "run").mkdir()
    settings = {"dataset": str(dataset), "steps": 7}
    (tmp_path / "run" / "configuration.json").write_text(json.dumps({"settings": settings}))
    assert main(["pretrain", "--dataset", str(dataset), "--output", str(tmp_path / "run"), *SMALL_RUN]) == 1
    assert "steps 7, asked for 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--length=33", "found length 33, expected 32 or less"),
        ("--steps=0", "found steps 0, expected 1 or more"),
    ],
)
def test_a_number_out_of_range_is_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, reason: str
) -> None:
    command = ["pretrain", "--dataset", "none", "--output", str(tmp_path / "run"), *SMALL_RUN, option]
    assert main(command) == 2
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.fault("B21")
@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--every=0", "expected a whole number from 1 to 2147483647, not '0'"),
        (f"--seed={10**30}", "expected a whole number from 0 to 2147483647, not '1000"),
        ("--learning-rate=nan", "expected a number above 0, not 'nan'"),
        ("--seconds=1e400", "expected a number above 0, not '1e400'"),
    ],
)
def test_what_is_no_number_of_its_kind_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, reason: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["pretrain", "--dataset", "none", "--output", str(tmp_path / "run"), *SMALL_RUN, option])
    assert reason in capsys.readouterr().err


def test_no_dataset_is_exit_1_and_names_the_command_that_makes_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["pretrain", "--dataset", str(tmp_path / "none"), "--output", str(tmp_path / "run"), *SMALL_RUN]
    assert main(command) == 1
    assert "pubmed-model dataset --output" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_the_outlook_counts_operations_as_by_hand() -> None:
    from model.pretraining.compute_estimate import flops_a_token, gpu_hours

    shape = Shape(layers=2, hidden=10, heads=2, feed_forward=30, positions=32)
    # A layer: 4 x 100 attention weights, 600 feed-forward, 2 x 5 x 10 for the scores; the head: (100 + 10 x 50) / 10.
    assert flops_a_token(shape, vocabulary=50, length=5, predicted=0.1) == pytest.approx(6 * (2 * 1100 + 60))
    assert gpu_hours(1e9, 93.6e3) == pytest.approx(1 / 3600)
