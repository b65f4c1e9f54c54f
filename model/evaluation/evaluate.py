"""Models judged on benchmarks: each measurement is kept in its own folder, and one report covers them all.

::

    OUTPUT/models.json                              the models: name, parameters, fingerprint
    OUTPUT/runs/BENCHMARK/MODEL/TRIAL/metrics.json  one measurement; remove its folder to measure again
    OUTPUT/report.md, report.json, *.png            written each time
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.core.errors import DataError, LibraryError, ModelError
from index.core.files import write_whole
from index.core.json_text import parse_json
from model.evaluation.benchmarks import BenchmarkSetup, benchmarks
from model.evaluation.measurements import Unmeasured
from model.evaluation.report import write_report
from model.runs.encoder_files import EncoderReference


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """What an evaluation did.

    Attributes:
        report: The Markdown file.
        measured: How many benchmarks each model was measured on, together.
        unmeasured: The others.
    """

    report: Path
    measured: int
    unmeasured: tuple[Unmeasured, ...]


def evaluate_models(
    models: Sequence[EncoderReference], only: Sequence[str], setup: BenchmarkSetup, output: Path, *, command: str
) -> EvaluationResult:
    """Measure models and write the report; earlier measurements are read, a killed one continues.

    Args:
        models: Which models, in the order of the report's rows.
        only: Which benchmarks; all where none is named.
        setup: Where data and results are.
        output: Receives the report.
        command: What was typed, for the report.

    Raises:
        RunError: A folder of `output` holds a measurement of other files under the same name.
        ValueError: There is no such benchmark, or two models have the same name.
    """
    measures = benchmarks(setup.data)
    if unknown := [name for name in only if name not in measures]:
        raise ValueError(f"no benchmark {', '.join(unknown)}; there are {', '.join(measures)}")
    _save_models(models, output)
    unmeasured: list[Unmeasured] = []
    selected = [name for name in measures if name in only or not only]
    for name in selected:
        for model in models:
            try:
                measures[name](setup, model)
            except (DataError, LibraryError, ModelError) as error:
                unmeasured.append(Unmeasured(name, model.name, str(error)))
        # After each benchmark: an evaluation that takes hours shows what it has.
        report = write_report(output, setup, unmeasured, command=command)
    return EvaluationResult(report, len(selected) * len(models) - len(unmeasured), tuple(unmeasured))


def _save_models(models: Sequence[EncoderReference], output: Path) -> None:
    if len({model.name for model in models}) < len(models):
        raise ValueError("two models have the same name: rename one as NAME=FOLDER")
    path = output / "models.json"
    known = parse_json(path.read_bytes()) if path.is_file() else {}
    current = {model.name: {"parameters": model.parameters, "fingerprint": model.fingerprint} for model in models}
    output.mkdir(parents=True, exist_ok=True)
    write_whole(
        path,
        (json.dumps(current | {name: known[name] for name in known if name not in current}, indent=1) + "\n").encode(),
    )
