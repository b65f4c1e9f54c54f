"""The report of an evaluation: Markdown with pictures, and everything as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.core.files import write_whole
from index.core.json_text import parse_json
from model.evaluation.benchmarks import BenchmarkSetup, pair_set_name
from model.evaluation.measurements import Measurement, Unmeasured, by_model, mean_of, read_measurements
from model.evaluation.pair_sets import PAIR_SETS
from model.evaluation.published_results import MEDICAL_ABSTRACTS, PAIRS
from model.evaluation.report_sections import Measurements, sections
from model.runs.plots import score_bars


def write_report(output: Path, setup: BenchmarkSetup, unmeasured: Sequence[Unmeasured], *, command: str) -> Path:
    """Write the report of everything measured so far, and return the Markdown file.

    Args:
        output: The evaluation's folder, with its models.json.
        setup: Where the measurements are.
        unmeasured: What could not be measured this time.
        command: What was typed.
    """
    models: dict[str, Any] = parse_json((output / "models.json").read_bytes())
    measured = read_measurements(setup.runs, list(models))
    measurements = Measurements(measured, {name: int(model["parameters"]) for name, model in models.items()})
    _pictures(output, measured)
    text = "\n".join((f"# Models judged\n\n`{command}`\n", *sections(measurements), *_unmeasured(unmeasured, setup)))
    write_whole(output / "report.md", text.encode())
    everything = {"command": command, "models": models, "measurements": list(map(_to_json, measured))}
    write_whole(output / "report.json", (json.dumps(everything, indent=1) + "\n").encode())
    return output / "report.md"


def _unmeasured(missing: Sequence[Unmeasured], setup: BenchmarkSetup) -> Iterator[str]:
    if missing:
        yield "## Not measured\n"
    for failure in missing:
        yield f"- {failure.benchmark}, {failure.model}: {failure.reason.replace(str(setup.data), 'DATA')}"


def _to_json(measurement: Measurement) -> dict[str, object]:
    metrics = {name: value for name, value in measurement.metrics.items() if name != "history"}
    return {"benchmark": measurement.benchmark, "trial": measurement.trial} | metrics


def _pictures(output: Path, measured: Sequence[Measurement]) -> None:
    pictures = {
        "medical_abstracts": (_accuracies(measured), "Medical Abstracts: accuracy"),
        "pairs": (_correlations(measured), "Pearson's correlation"),
        "retrieval": (_gains(measured), "nDCG@10 by meaning alone"),
    }
    for name, (scores, title) in pictures.items():
        if scores:
            score_bars(output / f"{name}.png", scores, title=title)


def _accuracies(measured: Sequence[Measurement]) -> Mapping[str, Mapping[str, float]]:
    ours = {
        model: {str(trials[0].metrics["protocol"]): mean_of(trials, "accuracy").mean}
        for model, trials in by_model(measured, "medical_abstracts")
    }
    return ours and ours | {row.model: {"published: train and test": row.accuracy} for row in MEDICAL_ABSTRACTS}


def _correlations(measured: Sequence[Measurement]) -> Mapping[str, Mapping[str, float]]:
    ours = {
        model: {str(measurement.metrics["data"]): float(measurement.metrics["rolled"]) for measurement in measurements}
        for model, measurements in by_model(measured, *map(pair_set_name, PAIR_SETS))
    }
    published = {f"{row.model} (published)": {name: score / 100 for name, score in row.scores.items()} for row in PAIRS}
    return ours and ours | published


def _gains(measured: Sequence[Measurement]) -> Mapping[str, Mapping[str, float]]:
    scores: dict[str, dict[str, float]] = {}
    for measurement in measured:
        for row in measurement.metrics.get("evaluation", {}).get("rows", ()):
            if (row["method"], row["type"]) == ("dense", None):
                scores.setdefault(measurement.model, {})[measurement.benchmark] = float(row["ndcg_10"]["mean"])
    return scores
