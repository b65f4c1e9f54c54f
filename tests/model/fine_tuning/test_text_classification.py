"""Text classification: reading CSVs, folds by distinct text, scores of the saved model, a killed run that goes on."""

import gzip
import json
import math
from itertools import pairwise

import pytest

from index.core.errors import DataError, ModelError, RunError
from index.core.progress import SILENT
from model.fine_tuning import fine_tune
from model.fine_tuning.cross_validation import doubles, folds
from model.fine_tuning.fine_tune import FineTuningHyperparameters
from model.fine_tuning.labelled_texts import LabelledTexts, TextData, open_texts, read_texts
from model.fine_tuning.text_classification import RUN_GLUE, Classification, classify
from model.runs.encoder_files import find_encoder
from tests.support.builds.killed_training import Killed, killed_at
from tests.support.fakes.tiny_bert import WORDS, tiny_encoder

RECIPE = FineTuningHyperparameters(epochs=6, batch=8, learning_rate=2e-2, max_tokens=16, seed=1)
NAMES = {"1": "food", "2": "illness"}
TEXTS = LabelledTexts(
    tuple(f"{WORDS[n]} {WORDS[-n]} in {'fruit juice' if n % 2 else 'cancer pain'}" for n in range(1, 25)),
    tuple("1" if n % 2 else "2" for n in range(1, 25)),
)
DATA = Classification("small", TEXTS.take(list(range(16))), TEXTS.take(list(range(16, 24))), ("1", "2"), NAMES)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return find_encoder(str(tiny_encoder(tmp_path_factory.mktemp("models") / "tiny")))


@pytest.fixture(scope="module")
def finished(encoder, tmp_path_factory):
    """An uninterrupted run: its folder and its results."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    return folder, classify(encoder, DATA, RECIPE, folder, progress=SILENT)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("train.csv", "text,label"),
        ("a_train.csv.gz", "id,condition_label,medical_abstract"),
        ("train.csv", "label,text"),
    ],
)
def test_csv_files_are_read_packed_or_not(tmp_path, name, header):
    values = {
        "text": '"a, ""b""\nc"',
        "label": " 2 ",
        "id": "7",
        "condition_label": "2",
        "medical_abstract": '"a, ""b""\nc"',
    }
    content = f"{header}\r\n{','.join(values[column] for column in header.split(','))}\r\n".encode("utf-8-sig")
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    assert read_texts(tmp_path / name) == LabelledTexts(('a, "b"\nc',), ("2",))


def test_a_folder_is_train_and_test_with_labels_sorted_as_numbers_or_words(tmp_path):
    (tmp_path / "train.csv").write_text("text,label\na,10\nb,9\n")
    (tmp_path / "validation.csv").write_text("text,label\nc,-1\n")
    data = open_texts(str(tmp_path))
    assert (data.name, data.labels) == (tmp_path.name, ("-1", "9", "10"))
    assert data.train == LabelledTexts(("a", "b"), ("10", "9"))
    words = TextData("words", None, LabelledTexts(("a", "b"), ("zebra", "ant")))
    assert words.labels == ("ant", "zebra")


def test_what_is_wrong_with_a_file_is_named(tmp_path):
    path = tmp_path / "test.csv"
    for content, complaint in (
        (b"text,label\na,\n", "line 2 has no label"),
        (b"text,label\n", "no rows"),
        (b"a,b\n1,2\n", "has the columns a, b; expected text"),
        (b"text,label\ncaf\xe9,1\n", "cannot be read as CSV"),
    ):
        path.write_bytes(content)
        with pytest.raises(DataError, match=complaint):
            open_texts(str(tmp_path))
    (tmp_path / "test.csv.gz").write_bytes(gzip.compress(b"text,label\na,1\n")[:-9])
    with pytest.raises(DataError, match="which one is meant"):
        open_texts(str(tmp_path))
    path.unlink()
    with pytest.raises(DataError, match="cannot be read as CSV"):
        open_texts(str(tmp_path))


def test_without_data_the_error_says_what_to_give(tmp_path):
    with pytest.raises(DataError, match=r"holds no test\.csv or validation\.csv"):
        open_texts(str(tmp_path))
    with pytest.raises(DataError, match=r"cannot be loaded from the Hugging Face hub"):
        open_texts("TimSchopf/medical_abstracts")
    with pytest.raises(DataError, match="There is no data folder nowhere"):
        open_texts("nowhere")


def test_the_public_data_set_is_read_from_the_hub_by_its_name(monkeypatch):
    import datasets

    def rows(*labels):
        return datasets.Dataset.from_dict({"condition_label": labels, "medical_abstract": ["text"] * len(labels)})

    hub = datasets.DatasetDict({"train": rows(5, 1), "test": rows(3)})
    monkeypatch.setattr(datasets, "load_dataset", {"TimSchopf/medical_abstracts": hub}.__getitem__)
    data = open_texts("TimSchopf/medical_abstracts")
    assert (data.train, data.test) == (LabelledTexts(("text",) * 2, ("5", "1")), LabelledTexts(("text",), ("3",)))


def test_every_text_is_judged_once_and_never_by_a_model_that_has_read_it():
    data = LabelledTexts(
        tuple(f"Text {n // 2}" if n % 2 else f"text  {n // 2}" for n in range(60)), tuple(str(n % 3) for n in range(60))
    )
    divided = folds(data, 5, seed=1)
    assert divided == folds(data, 5, seed=1)
    assert [fold.number for fold in divided] == [1, 2, 3, 4, 5]
    assert sorted(text for fold in divided for text in fold.test.texts) == sorted(data.texts)
    for fold in divided:
        assert len(fold.train) + len(fold.test) == 60
        read, judged = ({text.lower().split()[1] for text in part.texts} for part in (fold.train, fold.test))
        assert not read & judged


def test_more_folds_than_texts_of_a_label_are_refused():
    with pytest.raises(ValueError, match="the label 2 has 1 texts, expected 2 or more"):
        folds(LabelledTexts(("a", "b", "c"), ("1", "1", "2")), 2, seed=1)


def test_repeated_and_contradicting_texts_are_counted():
    counts = doubles(LabelledTexts(("a", "A ", "b", "c", "c", "c"), ("1", "2", "1", "1", "1", "2")))
    # One answer a text is right for one of the two a, for b, and for two of the three c.
    assert (counts.rows, counts.distinct, counts.contradicted, counts.ceiling) == (6, 3, 2, pytest.approx(4 / 6))


def test_the_real_test_file_contradicts_itself(shared_data):
    counts = doubles(open_texts(str(shared_data / "medical_abstracts")).test)
    assert (counts.rows, counts.distinct, counts.contradicted) == (2888, 2770, 113)
    assert counts.ceiling == pytest.approx(0.9591, abs=1e-4)


def test_the_settings_are_those_of_the_model_card():
    assert FineTuningHyperparameters(epochs=4, batch=32, learning_rate=1e-4, max_tokens=128, seed=42) == RUN_GLUE


def test_accuracy_and_loss_are_those_of_the_saved_model_in_a_pipeline(finished):
    from transformers import pipeline

    folder, results = finished
    answers = pipeline("text-classification", str(folder))(list(DATA.test.texts), top_k=None)
    scores = [{label["label"]: label["score"] for label in answer} for answer in answers]
    truth = [NAMES[label] for label in DATA.test.labels]
    correct = [max(score, key=score.get) == name for score, name in zip(scores, truth, strict=True)]
    losses = [-math.log(score[name]) for score, name in zip(scores, truth, strict=True)]
    assert results["accuracy"] == sum(correct) / len(correct)
    assert results["loss"] == pytest.approx(sum(losses) / len(losses), rel=1e-3)
    assert results["accuracy"] > 0.5, "nothing was learnt, so this test proves nothing"
    assert (results["train_rows"], results["test_rows"], results["steps"]) == (16, 8, 12)


def test_the_learning_rate_falls_to_nothing_and_time_is_counted(finished):
    _, results = finished
    assert results["history"][-1]["step"] == 12
    clock = [entry["elapsed_s"] for entry in results["history"] if "elapsed_s" in entry]
    assert len(clock) == RECIPE.epochs
    assert results["seconds"] == pytest.approx(sum(clock))
    rates = [entry["learning_rate"] for entry in results["history"] if "learning_rate" in entry]
    assert all(earlier > later for earlier, later in pairwise([RECIPE.learning_rate, *rates]))


def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_been(encoder, finished, tmp_path, monkeypatch):
    whole_run, results = finished
    folder = tmp_path / "killed"
    with monkeypatch.context() as patch:
        patch.setattr(fine_tune, "_clock", killed_at(step=5))  # in the middle of the third of six epochs of two steps
        with pytest.raises(Killed):
            classify(encoder, DATA, RECIPE, folder, progress=SILENT)
    assert not (folder / "metrics.json").exists()
    resumed = classify(encoder, DATA, RECIPE, folder, progress=SILENT)
    assert (folder / "model.safetensors").read_bytes() == (whole_run / "model.safetensors").read_bytes()
    assert (resumed["accuracy"], resumed["loss"]) == (results["accuracy"], results["loss"])


def test_a_run_that_is_done_is_read_and_another_one_refused(encoder, finished):
    folder, results = finished
    (folder / "metrics.json").write_text(json.dumps(results | {"marked": True}))
    assert classify(encoder, DATA, RECIPE, folder, progress=SILENT)["marked"]
    with pytest.raises(RunError, match="recipe"):
        classify(encoder, DATA, RUN_GLUE, folder, progress=SILENT)


def test_an_encoder_is_found_in_either_layout(tmp_path):
    bare = tiny_encoder(tmp_path / "bare")
    packed = tmp_path / "a=b"
    packed.mkdir()
    (packed / "modules.json").write_text(json.dumps([{"path": "0_Transformer", "type": "x"}]))
    bare.rename(packed / "0_Transformer")
    encoder = find_encoder(f"ours={packed}")
    assert (encoder.name, encoder.path, encoder.transformer) == ("ours", packed, packed / "0_Transformer")
    assert find_encoder(str(packed)).name == "a=b"
    (packed / "0_Transformer" / "model.safetensors").write_bytes(b"others")
    assert find_encoder(str(packed)).fingerprint != encoder.fingerprint


def test_what_is_not_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"expected config\.json and model\.safetensors"):
        find_encoder(str(tmp_path))
    with pytest.raises(ModelError, match="There is no model folder nowhere"):
        find_encoder("nowhere")
