"""Training runs that die at a chosen step, as by a kill: nothing after the step is done."""

from collections.abc import Callable
from typing import Any


class Killed(BaseException):
    """Not an Exception: nobody may catch it and tidy up."""


def killed_at(step: int) -> Callable[[], Any]:
    """Return what makes a callback that raises `Killed` after a step, counted from 1 over all epochs."""
    from transformers import TrainerCallback

    class Killer(TrainerCallback):
        def on_step_end(self, args, state, control, **_):
            if state.global_step == step:
                raise Killed

    return Killer
