"""Training of an embedding model: each way teaches, a run that was killed ends as it would have."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.core.errors import ModelError, RunError
from index.core.progress import SILENT
from model.embedding.request import EmbedRequest
from model.embedding.train_embeddings import EmbedResult, embed
from model.training_data.pair_files import TrainingPair, read_pairs, write_pairs
from tests.support.fakes.tiny_bert import WORDS, tiny_encoder, tiny_sentence_model
from tests.support.paths import ROOT

NOUNS = WORDS[:20]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student, and pairs of two kinds that share a word."""
    folder = tmp_path_factory.mktemp("embed")
    tiny_sentence_model(folder / "student")
    pairs = [
        TrainingPair(f"{noun} {turn}", f"we saw the {noun} in winter and it was there {turn}", kind=f"kind{turn % 2}")
        for turn in range(2)
        for noun in NOUNS
    ]
    write_pairs(folder / "pairs.jsonl", pairs)
    return folder


def request(folder: Path, output: Path, **changes: object) -> EmbedRequest:
    base = EmbedRequest(output, student=str(folder / "student"), pairs=(folder / "pairs.jsonl",), batch=8)
    return replace(base, tokens=16, save_steps=3, learning_rate=1e-3, **changes)  # type: ignore[arg-type]


def weights(result: EmbedResult) -> bytes:
    return (result.model / "model.safetensors").read_bytes()


def losses(result: EmbedResult) -> list[tuple[int, float]]:
    log = json.loads((result.output / "metrics.json").read_text())["log"]
    return [(line["step"], line["loss"]) for line in log if "loss" in line]


@pytest.fixture(scope="module")
def trained(folder: Path) -> EmbedResult:
    return embed(request(folder, folder / "trained", epochs=3), SILENT)


def test_training_on_pairs_brings_anchors_to_their_positives(folder: Path, trained: EmbedResult) -> None:
    measured = [loss for _, loss in losses(trained)]
    assert trained.pairs == {"kind0": 20, "kind1": 20}
    assert trained.steps == len(measured) == 18  # two kinds of 20 are three batches of 8 each, three times
    assert np.mean(measured[-6:]) < np.mean(measured[:6]) - 0.2
    assert (trained.output / "loss.png").stat().st_size > 1000
    configuration = json.loads((trained.output / "configuration.json").read_text())
    assert configuration["settings"]["learning_rate"] == 1e-3
    assert "sentence-transformers" in configuration["versions"]


def test_a_run_that_was_killed_ends_as_it_would_have_ended(folder: Path, trained: EmbedResult) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from transformers import TrainerCallback\n"
        "from model.runs import hf_trainer; from tests.model.embedding.test_train_embeddings import *\n"
        "class Kill(TrainerCallback):\n"
        "    def on_step_end(self, args, state, control, **_):\n"
        "        if state.global_step == 8: os.kill(os.getpid(), signal.SIGKILL)\n"
        "real = hf_trainer.watch\n"
        "def watch(trainer, *rest):\n"
        "    real(trainer, *rest); trainer.add_callback(Kill())\n"
        "hf_trainer.watch = watch\n"
        "folder = Path(sys.argv[1]); embed(request(folder, folder / 'killed', epochs=3), SILENT)\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, str(folder)], cwd=ROOT, env=os.environ, capture_output=True, check=False
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert sorted(path.name for path in (folder / "killed" / "checkpoints").iterdir())[-1] == "checkpoint-6"
    again = embed(request(folder, folder / "killed", epochs=3), SILENT)
    assert losses(again) == losses(trained)
    assert weights(again) == weights(trained)


def test_a_folder_of_another_run_is_refused(folder: Path, trained: EmbedResult) -> None:
    with pytest.raises(RunError, match=r"seed 0, asked for 5"):
        embed(request(folder, trained.output, epochs=3, seed=5), SILENT)


def test_hard_negatives_are_mined_and_kept_beside_the_run(folder: Path, tmp_path: Path) -> None:
    result = embed(request(folder, tmp_path / "run", negatives=2, steps=1), SILENT)
    pairs = list(read_pairs(result.output / "pairs.jsonl"))
    assert all(len(set(pair.negatives) - {pair.positive}) == 2 for pair in pairs)
    assert result.steps == 1


def test_a_fusion_of_a_guide_with_words_is_learnt(folder: Path, tmp_path: Path) -> None:
    # The trained nouns come in every text; what differs is one word, which a random guide does not see.
    pairs = [TrainingPair(noun, f"we saw it in winter and the {noun}", others=(f"the {noun}",)) for noun in NOUNS]
    write_pairs(tmp_path / "pairs.jsonl", pairs * 3)
    base = replace(request(folder, tmp_path / "run"), pairs=(tmp_path / "pairs.jsonl",), epochs=10, batch=12)
    result = embed(replace(base, guide=base.student, words=10.0), SILENT)
    measured = [loss for _, loss in losses(result)]
    assert result.pairs == {"pairs": 60}
    assert result.steps == len(measured) == 50
    assert np.mean(measured[-5:]) < 0.8 * np.mean(measured[:5])


def test_a_bare_encoder_gets_mean_pooling(folder: Path, tmp_path: Path) -> None:
    tiny_encoder(tmp_path / "encoder")
    result = embed(replace(request(folder, tmp_path / "run"), student=str(tmp_path / "encoder"), steps=1), SILENT)
    assert json.loads((result.model / "1_Pooling" / "config.json").read_text())["pooling_mode"] == "mean"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pairs": ()}, "nothing to train on"),
        ({"negatives": 1, "miners": ()}, "nothing to find negatives with"),
    ],
)
def test_a_request_that_contradicts_itself_makes_no_folder(
    folder: Path, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        embed(replace(request(folder, tmp_path / "run"), **changes), SILENT)  # type: ignore[arg-type]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("student", ["none", "a/b/c"])
def test_a_student_that_is_not_there_makes_no_folder(folder: Path, tmp_path: Path, student: str) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        embed(replace(request(folder, tmp_path / "run"), student=student), SILENT)
    assert not (tmp_path / "run").exists()
