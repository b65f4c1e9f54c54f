"""What all training runs share: the loss under accumulation, the checkpoints, the files beside the weights."""

import json
from pathlib import Path

import pytest

from index.core.errors import RunError
from index.core.progress import SILENT
from model.runs.plots import loss_plot
from model.runs.run_folder import claim, lock, write_metrics


def _logged(folder: Path, trainer: type, *, batch: int, accumulation: int) -> dict[str, float]:
    """Train a tiny BERT on 12 sequences for one step and return what the Trainer logs."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, TrainingArguments

    from model.runs.hf_trainer import training_arguments, watch

    torch.manual_seed(0)
    size = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    quiet = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    model = BertForSequenceClassification(BertConfig(intermediate_size=32, num_labels=3, **size, **quiet))
    numbers = torch.Generator().manual_seed(1)
    rows = [
        {"input_ids": torch.randint(0, 50, (8,), generator=numbers), "labels": torch.tensor(n % 3)} for n in range(12)
    ]
    settings = {"per_device_train_batch_size": batch, "gradient_accumulation_steps": accumulation}
    arguments = training_arguments(
        TrainingArguments, folder, seed=7, bf16=False, max_steps=1, logging_steps=1, save_strategy="no", **settings
    )
    run = trainer(model=model, args=arguments, train_dataset=rows)
    watch(run, SILENT, "test")
    run.train()
    return run.state.log_history[0]


def test_loss_and_gradient_are_the_same_at_three_accumulation_steps_as_in_one_batch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from model.runs.hf_trainer import MeanLossTrainer

    one_batch = _logged(tmp_path, MeanLossTrainer, batch=12, accumulation=1)
    accumulated = _logged(tmp_path, MeanLossTrainer, batch=4, accumulation=3)
    assert accumulated["loss"] == pytest.approx(one_batch["loss"], rel=1e-5)
    assert accumulated["grad_norm"] == pytest.approx(one_batch["grad_norm"], rel=1e-4)
    assert capsys.readouterr().out == ""


def test_the_stock_trainer_multiplies_the_loss_which_is_why_ours_exists(tmp_path: Path) -> None:
    from transformers import Trainer

    one_batch = _logged(tmp_path, Trainer, batch=12, accumulation=1)
    accumulated = _logged(tmp_path, Trainer, batch=4, accumulation=3)
    assert accumulated["loss"] == pytest.approx(3 * one_batch["loss"], rel=1e-4)


def test_a_checkpoint_that_a_kill_left_half_written_is_passed_over(tmp_path: Path) -> None:
    from model.runs.hf_trainer import last_checkpoint

    assert last_checkpoint(tmp_path / "none") is None
    for step, state in ((9, "{}"), (10, "{}"), (11, '{"epoch": 0.')):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "trainer_state.json").write_text(state)
    (tmp_path / "checkpoint-12").mkdir()
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-10"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint-10", "checkpoint-9"]


def test_a_folder_is_claimed_once_and_again_only_with_the_same_settings(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / ".configuration.json.partial").touch()  # of an attempt that was killed at once
    claim(folder, {"dataset": tmp_path, "batch": 8})
    claim(folder, {"dataset": tmp_path, "batch": 8})
    with pytest.raises(RunError, match=r"other settings:\n  batch 8, asked for 16"):
        claim(folder, {"dataset": tmp_path, "batch": 16})
    configuration = json.loads((folder / "configuration.json").read_text())
    assert configuration["settings"] == {"dataset": str(tmp_path), "batch": 8}
    assert {"torch", "transformers", "python"} <= configuration["versions"].keys()
    assert configuration["machine"]["cores"] >= 1


def test_a_folder_is_trained_in_by_one_process_at_a_time(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(RunError, match="being trained by another process"), lock(tmp_path):
        pass
    with lock(tmp_path):
        assert not list(tmp_path.iterdir())


def test_a_folder_with_something_else_in_it_is_not_claimed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="not a training run"):
        claim(tmp_path, {})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_metrics_and_plot_lie_beside_the_weights(tmp_path: Path) -> None:
    write_metrics(tmp_path, {"steps": 1, "log": [{"loss": 2.5}]})
    assert json.loads((tmp_path / "metrics.json").read_text()) == {"steps": 1, "log": [{"loss": 2.5}]}
    loss_plot(tmp_path / "loss.png", {"held out": [(1, 2.5), (2, 2.0)], "training": []})
    assert (tmp_path / "loss.png").read_bytes().startswith(b"\x89PNG")
