"""The clock and the records of a run: stops it in time, and writes its metrics and its plot at every checkpoint."""

# ruff: noqa: ARG002  # the Trainer hands every callback everything

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from model.runs.plots import loss_plot
from model.runs.run_folder import LOSS_PLOT, write_metrics


class Logbook(TrainerCallback):
    """Counts the seconds spent in updates, over all calls of a run, and ends it when they are used up.

    Reading and masking the batches count; judging and writing checkpoints do not.

    The run's end, by steps or by seconds, comes with a held-out loss and a checkpoint.
    """

    def __init__(self, folder: Path, seconds: float | None) -> None:
        self._folder, self._budget = folder, seconds

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Continue the clock from the checkpoint."""
        self._spent = training_seconds(state.log_history)
        self._started = time.monotonic()
        # A checkpoint brings the intervals of the call that wrote it.
        state.compute_steps(args, state.max_steps)  # type: ignore[no-untyped-call]

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object) -> None:
        """Read the clock, and stop the run if it has reached its end."""
        now = time.monotonic()
        self._spent, self._started = self._spent + now - self._started, now
        out_of_time = self._budget is not None and self._spent >= self._budget
        if out_of_time or state.global_step >= state.max_steps:
            control.should_log = control.should_evaluate = control.should_save = control.should_training_stop = True

    def on_evaluate(self, *_: object, **__: object) -> None:
        """Leave the time of judging out."""
        self._started = time.monotonic()

    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object) -> None:
        """Write the time into what was logged."""
        state.log_history[-1]["seconds"] = round(self._spent, 2)

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object) -> None:
        """Write metrics and plot."""
        write_metrics(
            self._folder, {"steps": state.global_step, "seconds": round(self._spent, 2), "log": state.log_history}
        )
        curves = {"training": "loss", "held out": "eval_loss"}
        loss_plot(
            self._folder / LOSS_PLOT,
            {
                label: [(entry["step"], entry[key]) for entry in state.log_history if key in entry]
                for label, key in curves.items()
            },
            title="Masked language modelling, nats a masked token",
        )
        self._started = time.monotonic()


def training_seconds(history: Sequence[Mapping[str, float]]) -> float:
    """Return the seconds of training that a history of logs accounts for."""
    return max((entry.get("seconds", 0.0) for entry in history), default=0.0)
