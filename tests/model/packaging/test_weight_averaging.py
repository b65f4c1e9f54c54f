"""Weights between a start and what was tuned from it."""

import pytest

from index.core.errors import ModelError
from model.packaging.weight_averaging import averaged


def test_weights_lie_between_the_start_and_the_mean_of_the_runs() -> None:
    import torch

    start = {"weight": torch.tensor([0.0, 4.0]), "positions": torch.tensor([0, 1])}
    runs = [{"weight": torch.tensor([value, value]), "positions": torch.tensor([0, 1])} for value in (1.0, 3.0)]
    assert averaged(start, runs, share=0.25)["weight"].tolist() == [0.5, 3.5]
    assert averaged(start, runs, share=0)["weight"].tolist() == [0.0, 4.0]
    assert averaged(start, runs, share=1)["weight"].tolist() == [2.0, 2.0]
    assert averaged(start, runs, share=0.5)["positions"].tolist() == [0, 1]


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        averaged({}, [{}], share=share)


def test_models_of_another_shape_are_refused() -> None:
    import torch

    with pytest.raises(ModelError, match="one architecture"):
        averaged({"weight": torch.zeros(2)}, [{"weight": torch.zeros(3)}], share=0.5)
    with pytest.raises(ValueError, match="no tuned weights"):
        averaged({}, [], share=0.5)
