"""`pubmed-model classify, entities, evaluate`: what is printed, kept, skipped, and stands in the report."""

import csv
import gzip
import json
import shutil

import pytest

from index.core.progress import SILENT
from model.cli import evaluate
from model.cli.main import main
from model.evaluation.benchmarks import BenchmarkSetup, benchmarks
from model.evaluation.evaluate import evaluate_models
from model.evaluation.measurements import Mean, Measurement, decimal, mean_of, millions
from model.fine_tuning.fine_tune import FineTuningHyperparameters
from model.runs.encoder_files import find_encoder
from tests.model.fine_tuning.test_token_classification import SENTENCES
from tests.support.fakes.tiny_bert import WORDS, tiny_encoder

QUICK = FineTuningHyperparameters(epochs=1, batch=16, learning_rate=1e-2, max_tokens=16, seed=1)
TEXTS = [
    (f"{first} {second} {'fruit' if label else 'pain'}", label)
    for first in WORDS[:4]
    for second in WORDS[4:9]
    for label in (0, 1)
]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny_encoder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def data(tmp_path):
    """A folder of benchmark data in small, with everything but pairs of the hub."""
    folder = tmp_path / "data"
    for name in ("medical_abstracts", "ner/ncbi_disease", "corpora", "sts"):
        (folder / name).mkdir(parents=True)
    write_texts(folder / "medical_abstracts" / "medical_tc_test.csv", [*TEXTS, (TEXTS[0][0], 1)])
    columns = "\n".join(
        "".join(f"{word}\t{tag}\n" for word, tag in zip(sentence.words, sentence.tags, strict=True))
        for sentence in SENTENCES
    )
    for part in ("train", "devel", "test"):
        (folder / "ner" / "ncbi_disease" / f"{part}.tsv").write_text(columns)
    rows = [{"question": f"{word} risk", "long_answer": f"the {word}"} for word in WORDS[:6]]
    packed = gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())
    (folder / "corpora" / "pubmedqa_pqal.jsonl.gz").write_bytes(packed)
    graded = "".join(f"{n % 4}\t{WORDS[n]}\t{WORDS[n + 1]}\n" for n in range(8))
    (folder / "sts" / "biosses.tsv").write_text(f"score\tsentence1\tsentence2\n{graded}")
    return folder


def write_texts(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])


def evaluated(model, data, output, *only):
    setup = BenchmarkSetup(data, output / "runs", output / "cache", QUICK, QUICK)
    return evaluate_models([find_encoder(f"tiny={model}")], only, setup, output, command="pubmed-model evaluate tiny")


def test_classify_prints_what_it_reached_and_says_the_same_again(model, data, tmp_path, capsys):
    write_texts(data / "medical_abstracts" / "train.csv", TEXTS[:20])
    command = ["classify", str(data / "medical_abstracts"), "--model", str(model), "--output", str(tmp_path / "run")]
    command += ["--epochs", "1", "--batch", "8"]
    assert main([*command, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["train_rows"], result["test_rows"], result["steps"]) == (20, 41, 3)
    assert main(command) == 0
    printed = capsys.readouterr()
    assert f"test        accuracy {result['accuracy']:.4f} · loss {result['loss']:.4f}\n" in printed.out
    assert printed.err == ""
    assert main([*command, "--seed", "7"]) == 1
    assert "holds a run with other settings" in capsys.readouterr().err


def test_classify_needs_something_to_train_on(model, data, tmp_path, capsys):
    command = ["classify", str(data / "medical_abstracts"), "--model", str(model), "--output", str(tmp_path / "run")]
    assert main(command) == 1
    assert "holds no train.csv to train on" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_entities_prints_strict_scores(model, data, tmp_path, capsys):
    command = ["entities", str(data / "ner" / "ncbi_disease"), "--model", str(model), "--output", str(tmp_path / "run")]
    assert main([*command, "--epochs", "1"]) == 0
    printed = capsys.readouterr().out
    assert "sentences   8 train · 8 test, ncbi_disease\n" in printed
    assert "test        precision " in printed
    assert (tmp_path / "run" / "model.safetensors").is_file()


@pytest.mark.parametrize(
    "argv", [["classify"], ["evaluate", "default"], ["entities", "x", "--output", "y", "--epochs", "0"]]
)
def test_wrong_usage_is_exit_2(argv):
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2


def test_one_report_says_what_was_measured_and_what_others_published(model, data, tmp_path):
    result = evaluated(model, data, tmp_path / "out")
    assert result.measured == 4
    assert {missing.benchmark for missing in result.unmeasured} == {"pubmed_subset", "pubmed_summary"}
    assert all("cannot be loaded from the Hugging Face hub" in missing.reason for missing in result.unmeasured)
    text = result.report.read_text()
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    folds = [measurement for measurement in report["measurements"] if measurement["benchmark"] == "medical_abstracts"]
    correct = sum(measurement["accuracy"] * measurement["test_rows"] for measurement in folds)
    assert [measurement["trial"] for measurement in folds] == [f"fold-{n}" for n in range(1, 6)]
    assert sum(measurement["test_rows"] for measurement in folds) == 41
    assert f"| tiny | {millions(report['models']['tiny']['parameters'])} | {decimal(correct / 41)} ± " in text
    assert "5 folds of the test file by distinct text, 5 of 5 done, " in text
    assert "| biomedbert-small | 22.7M | .6274 | .8647 | *published:* train and test |" in text
    assert "Of the 41 judged rows 40 texts are distinct, and 1 texts have more than one label" in text
    assert "is right on .9756 of the rows" in text
    assert "| all-MiniLM-L6-v2 *(published)* | 90.40 | 95.92 | 94.07 |" in text
    assert "| PubMedBERT | 110M |  |  |  | .88 *(literature)* |  |" in text
    for name in ("medical_abstracts", "pairs"):
        assert f"({name}.png)" in text
        assert (tmp_path / "out" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert (
        "- pubmed_subset, tiny: PubMed Subset is not at DATA/corpora/pubmed_subset.jsonl.gz and cannot be loaded"
        in text
    )
    assert str(tmp_path) not in text
    assert not list((tmp_path / "out").rglob("*.safetensors"))


def test_what_was_measured_is_not_measured_again(model, data, tmp_path):
    evaluated(model, data, tmp_path / "out", "biosses", "pubmed_qa")
    path = tmp_path / "out" / "runs" / "biosses" / "tiny" / "all" / "metrics.json"
    path.write_text(path.read_text().replace('"spearman"', '"spearman": 0.1234, "as_it_was"'))
    result = evaluated(model, data, tmp_path / "out", "biosses")
    text = result.report.read_text()
    assert "| .1234 |" in text
    assert "## Pairs" in text, "the report has earlier measurements too"
    assert "## NCBI" not in text


def test_other_files_under_the_same_name_are_refused(model, data, tmp_path, capsys):
    command = ["evaluate", f"tiny={model}", "--data", str(data), "--output", str(tmp_path / "out"), "--only", "biosses"]
    assert main(command) == 0
    assert "measured    1 · 0 not\n" in capsys.readouterr().out
    (data / "sts" / "biosses.tsv").write_text("score\tsentence1\tsentence2\n1\ta\tb\n2\tb\tc\n")
    assert main(command) == 1
    assert "holds a run with other settings" in capsys.readouterr().err
    assert main([*command[:-1], "tea-leaves"]) == 2
    assert "no benchmark tea-leaves; there are biosses, pubmed_qa" in capsys.readouterr().err


def test_models_of_one_name_are_refused(model, data, tmp_path, capsys):
    assert main(["evaluate", str(model), f"tiny={model}", "--data", str(data), "--output", str(tmp_path / "out")]) == 2
    assert "two models have the same name" in capsys.readouterr().err


def test_a_model_that_wants_to_run_its_own_code_is_not_measured(model, data, tmp_path):
    foreign = tmp_path / "foreign"
    shutil.copytree(model, foreign)
    (foreign / "modules.json").write_text(json.dumps([{"path": "", "type": "foreign.Module"}]))
    (missing,) = evaluated(foreign, data, tmp_path / "out", "biosses").unmeasured
    assert "needs its own code" in missing.reason


def test_with_a_train_file_three_seeds_are_judged(model, data, tmp_path):
    write_texts(data / "medical_abstracts" / "medical_tc_train.csv", TEXTS[:20])
    text = evaluated(model, data, tmp_path / "out", "medical_abstracts").report.read_text()
    assert "| train and test, 3 of 3 done, " in text
    runs = [json.loads(path.read_text()) for path in (tmp_path / "out" / "runs").rglob("metrics.json")]
    assert sorted(run["recipe"]["seed"] for run in runs) == [42, 43, 44]


def test_a_collection_is_ranked_by_the_products_own_search(model, data, tmp_path, monkeypatch):
    import search.evaluation.runner
    from tests.search.evaluation.test_evaluator import evaluation, row

    requests = []

    def measured(request, progress):
        requests.append((request.collection.name, request.model, request.cache.name))
        return evaluation(
            row("bm25", mean=0.4), row("dense", mean=0.35), row("hybrid"), row("dense", kind="drugs", mean=0.9)
        )

    monkeypatch.setattr(search.evaluation.runner, "measure_collection", measured)
    (data / "collections" / "bees").mkdir(parents=True)
    assert "bees" in benchmarks(data)
    text = evaluated(model, data, tmp_path / "out", "bees").report.read_text()
    assert requests == [("bees", str(model), "cache")]
    assert (
        "| bees dev | tiny | .3500 (.2500-.4500) | .4000 (.3000-.5000) | .5000 (.4000-.6000) | .5000 | .5000 |" in text
    )
    assert (tmp_path / "out" / "retrieval.png").is_file()


def test_the_mean_weighs_folds_by_their_texts():
    trials = [Measurement("b", "m", str(n), {"a": value, "test_rows": n}) for n, value in ((1, 0.1), (3, 0.5))]
    assert mean_of(trials, "a") == Mean(pytest.approx(0.4), pytest.approx(0.28284, abs=1e-4))
    assert str(mean_of(trials[:1], "a")) == ".1000"


def test_the_command_in_the_report_names_no_place_of_this_machine(model):
    import argparse

    commands = argparse.ArgumentParser().add_subparsers()
    evaluate.add(commands)
    arguments = commands.choices["evaluate"].parse_args(
        [str(model), f"mine={model}", "default", "--data", "/somewhere/bench", "--output", "/x"]
    )
    assert evaluate._command(arguments) == "pubmed-model evaluate tiny mine=tiny default --data bench --output DIR"
    assert SILENT.shown is False
