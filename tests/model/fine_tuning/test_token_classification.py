"""Entity extraction: reading columns, strict scores by hand, words and pieces, a run that is killed and goes on."""

import json
from pathlib import Path

import pytest

from index.core.errors import DataError, RunError
from index.core.progress import SILENT
from model.fine_tuning import fine_tune
from model.fine_tuning.fine_tune import FineTuningHyperparameters
from model.fine_tuning.iob2_sentences import EntityData, TaggedSentence, open_entities, read_sentences
from model.fine_tuning.token_classification import extract_entities, mention_score
from model.runs.encoder_files import find_encoder
from tests.support.builds.killed_training import Killed, killed_at
from tests.support.fakes.tiny_bert import tiny_encoder

RECIPE = FineTuningHyperparameters(epochs=12, batch=4, learning_rate=2e-2, max_tokens=32, seed=1)
COLUMNS = "lung\tB-Disease\ncancer\tI-Disease\nin\tO\nmouse\tO\n\nwe\tO\nsaw\tO\npain\tB-Disease\n"


def sentence(text: str) -> TaggedSentence:
    """Return a sentence whose words after ":" are mentions: ":lung-cancer in mouse"."""
    words, tags = [], []
    for token in text.split():
        parts = token.lstrip(":").split("-")
        words += parts
        tags += ["O"] * len(parts) if not token.startswith(":") else ["B-Disease", *["I-Disease"] * (len(parts) - 1)]
    return TaggedSentence(tuple(words), tuple(tags))


SENTENCES = tuple(
    sentence(text)
    for text in (
        "aspirin in :headache",
        "the mouse with :lung-cancer was cold",
        "a study of :kidney-pain and :virus",
        "we saw fruit juice in the winter",
        "the trial of metformin in :diabetes",
        ":cancer risk again",
        "sugar and :diabetes in the patient",
        "spruce tree in the forest",
    )
)
DATA = EntityData("small", SENTENCES, SENTENCES[:4], SENTENCES[4:])


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return find_encoder(str(tiny_encoder(tmp_path_factory.mktemp("models") / "tiny")))


@pytest.fixture(scope="module")
def finished(encoder, tmp_path_factory):
    """An uninterrupted run: its folder and its results."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    return folder, extract_entities(encoder, DATA, RECIPE, folder, progress=SILENT)


def test_columns_are_read_as_sentences(tmp_path):
    path = tmp_path / "train.tsv"
    path.write_text(COLUMNS)
    assert read_sentences(path) == (
        TaggedSentence(("lung", "cancer", "in", "mouse"), ("B-Disease", "I-Disease", "O", "O")),
        TaggedSentence(("we", "saw", "pain"), ("O", "O", "B-Disease")),
    )


def test_a_folder_is_train_devel_and_test(tmp_path):
    for name in ("train", "dev", "test"):
        (tmp_path / f"{name}.tsv").write_text(COLUMNS.replace("mouse", name))
    data = open_entities(tmp_path)
    assert [part[0].words[3] for part in (data.train, data.devel, data.test)] == ["train", "dev", "test"]
    assert data.tags == ("O", "B-Disease", "I-Disease")


def test_what_is_wrong_with_the_columns_is_named(tmp_path):
    with pytest.raises(DataError, match=r"holds no train\.tsv: a word, a tab"):
        open_entities(tmp_path)
    path = tmp_path / "train.tsv"
    for content, complaint in ((COLUMNS + "half a line\n", "line 9 is 'half a line'"), ("\n\n", "no sentences")):
        path.write_text(content)
        with pytest.raises(DataError, match=complaint):
            read_sentences(path)
    path.write_bytes(b"caf\xe9\tO\n")
    with pytest.raises(DataError, match="cannot be read"):
        read_sentences(path)


def test_the_real_corpus_has_the_mentions_that_its_authors_count(shared_data):
    data = open_entities(shared_data / "ner" / "ncbi_disease")
    mentions = [
        sum(tag.startswith("B-") for sentence in part for tag in sentence.tags) for part in (data.train, data.test)
    ]
    # Dogan, Leaman, Lu (2014), doi:10.1016/j.jbi.2013.12.006, table 2: 5,145 and 960 mentions.
    assert mentions == [5145, 960]


def test_only_whole_mentions_count():
    truth = [["B-Disease", "I-Disease", "O", "B-Disease"], ["O", "B-Disease"]]
    predicted = [["B-Disease", "O", "O", "B-Disease"], ["B-Disease", "B-Disease"]]
    score = mention_score(truth, predicted)  # two of the four predicted are right; the truth has three
    assert (score.precision, score.recall) == (pytest.approx(2 / 4), pytest.approx(2 / 3))
    assert score.f1 == pytest.approx(2 * (1 / 2) * (2 / 3) / (1 / 2 + 2 / 3))


def test_an_inside_without_its_beginning_is_not_a_mention():
    assert mention_score([["B-Disease", "O"]], [["I-Disease", "O"]]).f1 == 0
    assert mention_score([["B-Disease", "O"]], [["O", "O"]]).precision == 0


def test_the_scores_are_those_of_the_saved_model_in_a_pipeline(finished):
    from transformers import pipeline

    folder, results = finished
    tagger = pipeline("token-classification", str(folder))
    predicted = []
    for sentence in DATA.test:
        starts = {
            sum(len(word) + 1 for word in sentence.words[:position]): position
            for position in range(len(sentence.words))
        }
        tags = ["O"] * len(sentence.words)
        for piece in tagger(" ".join(sentence.words)):
            if piece["start"] in starts:
                tags[starts[piece["start"]]] = piece["entity"]
        predicted.append(tags)
    score = mention_score([sentence.tags for sentence in DATA.test], predicted)
    assert results["test"] == {"precision": score.precision, "recall": score.recall, "f1": score.f1}
    assert results["test"]["f1"] > 0, "nothing was learnt, so this test proves nothing"


def test_the_best_epoch_on_devel_is_kept(finished):
    _, results = finished
    epochs = [entry["eval_f1"] for entry in results["history"] if "eval_f1" in entry]
    assert len(epochs) == RECIPE.epochs
    assert results["devel"]["f1"] == pytest.approx(max(epochs))


def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_been(encoder, finished, tmp_path, monkeypatch):
    whole_run, results = finished
    folder = tmp_path / "killed"
    with monkeypatch.context() as patch:
        patch.setattr(fine_tune, "_clock", killed_at(step=3))  # in the middle of the second of two epochs of two steps
        with pytest.raises(Killed):
            extract_entities(encoder, DATA, RECIPE, folder, progress=SILENT)
    assert not (folder / "metrics.json").exists()
    resumed = extract_entities(encoder, DATA, RECIPE, folder, progress=SILENT)
    assert (folder / "model.safetensors").read_bytes() == (whole_run / "model.safetensors").read_bytes()
    assert resumed["test"] == results["test"]
    assert not (folder / "checkpoints").exists()


def test_a_run_that_is_done_is_read_and_another_one_refused(encoder, finished):
    folder, results = finished
    (folder / "metrics.json").write_text(json.dumps(results | {"marked": True}))
    assert extract_entities(encoder, DATA, RECIPE, folder, progress=SILENT)["marked"]
    with pytest.raises(RunError, match="recipe"):
        extract_entities(encoder, DATA, FineTuningHyperparameters(2, 4, 5e-3, 32, 1), folder, progress=SILENT)


def test_words_that_do_not_fit_into_the_model_count_as_missed(encoder, tmp_path):
    long = sentence("the the the the the the the the the the the :headache")
    data = EntityData("long", SENTENCES, SENTENCES[:4], (long,))
    recipe = FineTuningHyperparameters(epochs=1, batch=8, learning_rate=5e-3, max_tokens=8, seed=1)
    assert extract_entities(encoder, data, recipe, tmp_path / "run", progress=SILENT)["test"]["recall"] == 0


def test_words_of_several_pieces_are_labelled_at_the_first(encoder):
    from model.fine_tuning.fine_tune import load_with_head
    from model.fine_tuning.token_classification import _row

    _, tokenizer = load_with_head(encoder, "token", DATA.tags, RECIPE)
    row = _row(TaggedSentence(("zoe", "cancer"), ("B-Disease", "O")), DATA.tags, tokenizer)
    pieces = tokenizer.convert_ids_to_tokens(row["input_ids"])
    assert pieces == ["[CLS]", "z", "##o", "##e", "cancer", "[SEP]"]
    assert row["labels"] == [-100, 1, -100, -100, 0, -100]


@pytest.mark.usefixtures("finished")
def test_nothing_is_printed(encoder, tmp_path, capsys):
    recipe = FineTuningHyperparameters(epochs=1, batch=8, learning_rate=5e-3, max_tokens=32, seed=1)
    extract_entities(encoder, DATA, recipe, Path(tmp_path / "run"), progress=SILENT)
    assert capsys.readouterr() == ("", "")
