"""What every training run has in common: a Trainer whose loss is right, its arguments, its bar and its checkpoints.

Imported late: it brings torch and transformers, which take seconds.
"""

import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import torch
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_utils import sort_checkpoints
from transformers.utils import logging as transformers_logging

from index.core.json_text import parse_json
from index.core.progress import Progress
from index.embedding.encoder import fastest_precision

CHECKPOINTS_KEPT = 2
Arguments = TypeVar("Arguments", bound=TrainingArguments)


class MeanLossTrainer(Trainer):
    """A Trainer for models whose loss is the mean over a batch, as that of every stock BERT head is.

    The stock Trainer takes such a loss for one that is already divided by the accumulation steps, because the heads
    accept any keyword: loss and gradient come out multiplied by their number.
    """

    loss_is_scaled_for_ga = False

    def evaluate(self, *args: Any, **keywords: Any) -> dict[str, float]:  # noqa: ANN401
        """Evaluate without a trace: the stock method draws a random number, which changes all dropout after it."""
        with torch.random.fork_rng():
            return super().evaluate(*args, **keywords)


def training_arguments(kind: type[Arguments], folder: Path, *, seed: int, **settings: object) -> Arguments:
    """Return arguments for a run that reports to nobody, prints nothing and computes in bfloat16 where that is native.

    Args:
        kind: `TrainingArguments` or a library's own class of them.
        folder: Where checkpoints go.
        seed: Of initial weights, order and dropout.
        settings: Whatever else this run needs, by the names of `kind`.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    common: dict[str, Any] = {
        "output_dir": str(folder),
        "seed": seed,
        "bf16": fastest_precision(device) == "bf16",
        "use_cpu": device == "cpu",
        "dataloader_pin_memory": device != "cpu",
        "report_to": "none",
        "disable_tqdm": True,
        "save_total_limit": CHECKPOINTS_KEPT,
    }
    return kind(**common | settings)


def watch(trainer: Trainer, progress: Progress, what: str) -> None:
    """Draw our bar while a trainer trains, and keep it from printing its logs on stdout and bars of its own.

    Args:
        trainer: Any Trainer, not yet started.
        progress: How bars are drawn.
        what: The noun in front of the bar, such as "pretrain".
    """
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # it warns of tied weights at every resume
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(_StepBar(progress, what))


def last_checkpoint(folder: Path) -> Path | None:
    """Return the newest whole checkpoint of a run, or None; half-written ones are removed.

    Args:
        folder: The `output_dir` of the run; it need not exist.
    """
    while checkpoints := [Path(path) for path in sort_checkpoints(str(folder))] if folder.is_dir() else []:
        if _is_complete(checkpoints[-1]):
            return checkpoints[-1]
        shutil.rmtree(checkpoints[-1])
    return None


def _is_complete(checkpoint: Path) -> bool:
    """Return whether the file that is written last exists and is complete."""
    try:
        parse_json((checkpoint / "trainer_state.json").read_bytes())
    except (OSError, ValueError):
        return False
    return True


class _StepBar(TrainerCallback):
    def __init__(self, progress: Progress, what: str) -> None:
        self._progress, self._what, self._open = progress, what, ExitStack()

    def on_train_begin(
        self,
        args: TrainingArguments,  # noqa: ARG002
        state: TrainerState,
        control: TrainerControl,  # noqa: ARG002
        **_: object,
    ) -> None:
        self._bar = self._open.enter_context(self._progress.bar(self._what, state.max_steps, "step"))
        self._bar.update(state.global_step)

    def on_step_end(self, *_: object, **__: object) -> None:
        self._bar.update(1)

    def on_train_end(self, *_: object, **__: object) -> None:
        self._open.close()
