"""The mean of models' weights: what a fine-tune learnt, without what it forgot.

Source:
    Interpolating with the start: Wortsman et al. (2022), arXiv:2109.01903. The mean of several runs: arXiv:2203.05482.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.core.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

    Weights = dict[str, Tensor]


def averaged(start: "Weights", tuned: "Sequence[Weights]", *, share: float) -> "Weights":
    """Return the weights between a start and the mean of what was tuned from it.

    Args:
        start: The weights that each tuning began with.
        tuned: The weights of one or more runs.
        share: How far from the start, 0 (the start) to 1 (the mean of the runs).

    Raises:
        ValueError: `share` is out of range, or nothing was tuned.
        ModelError: The models differ in architecture.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"the tuned weights' share must be from 0 to 1, not {share}")
    if not tuned:
        raise ValueError("no tuned weights to average with the start")
    for weights in tuned:
        if {name: weight.shape for name, weight in weights.items()} != {
            name: weight.shape for name, weight in start.items()
        }:
            raise ModelError("Only models of one architecture can be averaged: these differ in names or shapes.")
    return {name: _between(weight, [weights[name] for weights in tuned], share) for name, weight in start.items()}


def _between(start: "Tensor", tuned: "list[Tensor]", share: float) -> "Tensor":
    if not start.is_floating_point():  # positions: counted, not learnt
        return start
    mean = sum(weight.double() for weight in tuned) / len(tuned)
    return ((1 - share) * start.double() + share * mean).to(start.dtype)
