"""Fine-tuning an encoder with its own head, through transformers' Trainer.

A run that is killed continues after its last epoch and ends with the same weights as one that was not.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from index.core.errors import ModelError
from index.core.progress import Progress
from model.runs.encoder_files import EncoderReference
from model.runs.run_folder import CHECKPOINTS

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, TrainerCallback, TrainingArguments

Row: TypeAlias = Mapping[str, Sequence[int] | int]
"""What the model reads of one text: input_ids, attention_mask and so on, and labels."""


Collate: TypeAlias = Callable[[list[Any]], dict[str, Any]]
"""Makes one batch, tensors by name, of some rows."""

JUDGED_AT_ONCE: Final = 32


@dataclass(frozen=True, slots=True)
class FineTuningHyperparameters:
    """How a model is fine-tuned: AdamW with a linear decay to 0, all else as in the Trainer.

    Attributes:
        epochs: How often each text is seen.
        batch: Texts a step.
        learning_rate: At the first step.
        max_tokens: What exceeds them is not read.
        seed: Of the head's first weights, the order of the texts and dropout.
    """

    epochs: int
    batch: int
    learning_rate: float
    max_tokens: int
    seed: int


@dataclass(frozen=True, slots=True)
class Trained:
    """What training took.

    Attributes:
        steps: Weight updates.
        seconds: Wall-clock time, over all processes that took part.
        cpu_s: Processor time of all threads.
        precision: "bf16" (autocast) or "fp32".
        history: What the Trainer logged.
    """

    steps: int
    seconds: float
    cpu_s: float
    precision: str
    history: list[dict[str, float]]


def load_with_head(
    encoder: EncoderReference, kind: str, labels: Sequence[str], recipe: FineTuningHyperparameters
) -> "tuple[PreTrainedModel, PreTrainedTokenizerBase]":
    """Load an encoder under a new head, and its tokenizer with the length that is read.

    Args:
        encoder: The encoder.
        kind: "sequence" for a label a text, "token" for a label a word.
        labels: The classes of the head, in the order of its outputs.
        recipe: Its seed decides the head's first weights.

    Raises:
        ModelError: The files cannot be loaded.
    """
    from transformers import (
        AutoModelForSequenceClassification,
        AutoModelForTokenClassification,
        AutoTokenizer,
        set_seed,
    )
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # it warns that the head is new
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    heads = {"sequence": AutoModelForSequenceClassification, "token": AutoModelForTokenClassification}
    set_seed(recipe.seed)
    try:
        tokenizer = AutoTokenizer.from_pretrained(encoder.transformer, local_files_only=True)
        model = heads[kind].from_pretrained(
            encoder.transformer,
            num_labels=len(labels),
            id2label=dict(enumerate(labels)),
            label2id={label: position for position, label in enumerate(labels)},
            local_files_only=True,
            use_safetensors=True,
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(f"The model {encoder.name} cannot be loaded for fine-tuning: {error}") from error
    positions = getattr(model.config, "max_position_embeddings", None) or recipe.max_tokens
    tokenizer.model_max_length = min(recipe.max_tokens, tokenizer.model_max_length, positions)
    return model, tokenizer


def fine_tune(  # noqa: PLR0913 - a training has so many parts
    model: "PreTrainedModel",
    rows: Sequence[Row],
    recipe: FineTuningHyperparameters,
    *,
    folder: Path,
    progress: Progress,
    collate: Collate,
    devel: Sequence[Row] | None = None,
    measure: Callable[[Any], dict[str, float]] | None = None,
) -> Trained:
    """Train a model in place.

    Args:
        model: The model with its head.
        rows: What it is trained on.
        recipe: How.
        folder: Receives a checkpoint an epoch, in "checkpoints"; a training that was killed continues from there.
        progress: Draws the bar.
        collate: Makes a batch of rows.
        devel: If given, the epoch with the best "f1" is kept instead of the last.
        measure: Computes {"f1": ...} of the Trainer's predictions for `devel`.
    """
    from model.runs.hf_trainer import MeanLossTrainer, last_checkpoint, watch

    checkpoints = folder / CHECKPOINTS
    trainer = MeanLossTrainer(
        model=model,
        args=_arguments(checkpoints, recipe, choose_epoch=devel is not None),
        train_dataset=rows,
        eval_dataset=devel,
        data_collator=collate,
        compute_metrics=measure,
        preprocess_logits_for_metrics=lambda logits, _: logits.argmax(-1),
        callbacks=[_clock()],
    )
    watch(trainer, progress, "training")
    checkpoint = last_checkpoint(checkpoints)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    history = trainer.state.log_history
    return Trained(
        steps=trainer.state.global_step,
        seconds=sum(entry.get("elapsed_s", 0.0) for entry in history),
        cpu_s=sum(entry.get("elapsed_cpu_s", 0.0) for entry in history),
        precision="bf16" if trainer.args.bf16 else "fp32",
        history=history,
    )


def predictions(
    model: "PreTrainedModel", rows: Sequence[Row], *, collate: Collate, progress: Progress
) -> "Iterator[tuple[Tensor, Mapping[str, Tensor]]]":
    """Run a model over rows in their order, in float32.

    Yields:
        The logits of one batch, shape (batch, labels) or (batch, tokens, labels), and the batch; both on the CPU.
    """
    import torch

    model.train(mode=False)
    with progress.bar("judging", len(rows), "text") as bar, torch.inference_mode():
        for start in range(0, len(rows), JUDGED_AT_ONCE):
            batch = collate(list(rows[start : start + JUDGED_AT_ONCE]))
            logits = model(
                **{name: column.to(model.device) for name, column in batch.items() if name != "labels"}
            ).logits
            yield logits.float().cpu(), batch
            bar.update(len(logits))


def _arguments(checkpoints: Path, recipe: FineTuningHyperparameters, *, choose_epoch: bool) -> "TrainingArguments":
    from transformers import TrainingArguments

    from model.runs.hf_trainer import training_arguments

    return training_arguments(
        TrainingArguments,
        checkpoints,
        seed=recipe.seed,
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch,
        per_device_eval_batch_size=JUDGED_AT_ONCE,
        learning_rate=recipe.learning_rate,
        # Sentences of about the same length share a batch, so that little is padding; run_glue's texts have one length.
        train_sampling_strategy="group_by_length" if choose_epoch else "random",
        logging_steps=10,
        save_strategy="epoch",
        save_total_limit=1,
        eval_strategy="epoch" if choose_epoch else "no",
        load_best_model_at_end=choose_epoch,
        metric_for_best_model="f1" if choose_epoch else None,
    )


def _clock() -> "TrainerCallback":
    """Return a callback that notes in the log, and so in the checkpoints, what each epoch took."""
    from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

    class Clock(TrainerCallback):
        started, started_cpu = time.monotonic(), time.process_time()

        def on_epoch_end(  # the Trainer gives the arguments their names
            self,
            args: TrainingArguments,  # noqa: ARG002
            state: TrainerState,
            control: TrainerControl,  # noqa: ARG002
            **_: object,
        ) -> None:
            now, now_cpu = time.monotonic(), time.process_time()
            elapsed = {"elapsed_s": now - self.started, "elapsed_cpu_s": now_cpu - self.started_cpu}
            state.log_history.append({"epoch": float(state.epoch or 0), "step": state.global_step, **elapsed})
            self.started, self.started_cpu = now, now_cpu

    return Clock()
