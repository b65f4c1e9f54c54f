"""Plots of training runs and scores, drawn without a display."""

from collections.abc import Mapping, Sequence
from pathlib import Path


def loss_plot(path: Path, curves: Mapping[str, Sequence[tuple[float, float]]], *, title: str = "") -> None:
    """Draw losses against steps as a PNG.

    Args:
        path: The picture; an existing file is replaced.
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


def score_bars(path: Path, scores: Mapping[str, Mapping[str, float]], *, title: str = "") -> None:
    """Draw scores as horizontal bars, a group of bars a model, as a PNG.

    Args:
        path: The picture; an existing file is replaced.
        scores: Model -> what was measured -> score, 0 to 1; a model need not have all.
        title: What stands above the plot.
    """
    from matplotlib.figure import Figure

    series = list(dict.fromkeys(name for row in scores.values() for name in row))
    figure = Figure(figsize=(8, 1.2 + 0.18 * len(scores) * (len(series) + 1)), layout="constrained")
    axes = figure.add_subplot()
    height = 0.8 / len(series)
    bars: dict[str, dict[float, float]] = {name: {} for name in series}
    for number, row in enumerate(scores.values()):
        for position, name in enumerate(name for name in series if name in row):
            bars[name][number + (position - (len(row) - 1) / 2) * height] = row[name]
    for name, lengths in bars.items():
        container = axes.barh(list(lengths), list(lengths.values()), height, label=name)
        axes.bar_label(container, fmt="%.3f", fontsize=7, padding=2)
    axes.set_yticks(range(len(scores)), list(scores))
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.12), title=title)
    figure.legend(fontsize=7, loc="outside lower center", ncols=2)
    figure.savefig(path, format="png", dpi=120)
