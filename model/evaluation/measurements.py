"""The measurements of an evaluation, read from their folders and summed up for the report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from index.core.json_text import parse_json


@dataclass(frozen=True, slots=True)
class Measurement:
    """One finished run.

    Attributes:
        benchmark: Its name.
        model: The model's name.
        trial: Which fold or seed.
        metrics: What was measured, with the run's identity.
    """

    benchmark: str
    model: str
    trial: str
    metrics: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A benchmark that a model could not be measured on, and why."""

    benchmark: str
    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over trials.

    Attributes:
        mean: Weighted by the texts that each trial judged.
        deviation: Sample standard deviation over the trials, or None of one.
    """

    mean: float
    deviation: float | None

    def __str__(self) -> str:
        spread = "" if self.deviation is None else f" ± {decimal(self.deviation)}"
        return f"{decimal(self.mean)}{spread}"


def read_measurements(runs: Path, models: Sequence[str]) -> list[Measurement]:
    """Return all finished runs, by the order of `models`, then by benchmark and trial."""
    order = {model: position for position, model in enumerate(models)}
    measurements = [_measurement(path) for path in sorted(runs.glob("*/*/*/metrics.json"))]
    return sorted(
        measurements,
        key=lambda measurement: (order.get(measurement.model, len(order)), measurement.benchmark, measurement.trial),
    )


def by_model(measured: Sequence[Measurement], *benchmarks: str) -> Iterator[tuple[str, list[Measurement]]]:
    """Yield each model that was measured on one of the benchmarks, with those measurements."""
    selected = [measurement for measurement in measured if measurement.benchmark in benchmarks]
    for model in dict.fromkeys(measurement.model for measurement in selected):
        yield model, [measurement for measurement in selected if measurement.model == model]


def mean_of(trials: Sequence[Measurement], metric: str) -> Mean:
    """Return a metric's mean over trials: each judged text counts the same."""
    values = [float(trial.metrics[metric]) for trial in trials]
    weights = [int(trial.metrics["test_rows"]) for trial in trials]
    return Mean(fmean(values, weights), stdev(values) if len(values) > 1 else None)


def decimal(number: float) -> str:
    """Return four decimals without the leading zero, as is usual in tables of the field."""
    return f"{number:.4f}".replace("0.", ".", 1) if abs(number) < 1 else f"{number:.4f}"


def millions(parameters: int) -> str:
    """Return a number of parameters as 22.7M."""
    return f"{parameters / 1e6:.3g}M"


def _measurement(path: Path) -> Measurement:
    metrics = parse_json(path.read_bytes())
    benchmark, trial = path.parts[-4], path.parts[-2]
    return Measurement(benchmark, str(metrics["model"]), trial, metrics)
