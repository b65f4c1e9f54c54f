"""Plots of training runs and scores, drawn without a display."""

from collections.abc import Mapping, Sequence
from pathlib import Path


def loss_plot(path: Path, curves: Mapping[str, Sequence[tuple[float, float]]], *, title: str = "") -> None:
    """Draw losses against steps as a PNG.

    Args:
        path: The picture; one that is there is replaced.
        curves: Legend -> (step, loss) points in the order of the steps.
        title: What stands above the plot.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.add_subplot()
    for label, points in curves.items():
        axes.plot([step for step, _ in points], [loss for _, loss in points], label=label, marker=".", markersize=4)
    axes.set(xlabel="step", ylabel="loss", title=title)
    axes.grid(visible=True, alpha=0.3)
    if curves:
        axes.legend()
    figure.savefig(path, format="png", dpi=120)
