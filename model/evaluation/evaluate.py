"""Models judged on benchmarks, each measurement kept in a folder of its own, and one report of all that there are.

::

    OUTPUT/models.json                              the models: name, parameters, fingerprint
    OUTPUT/runs/BENCHMARK/MODEL/TRIAL/metrics.json  one measurement; remove its folder to measure again
    OUTPUT/report.md, report.json, *.png            made anew each time
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.core.errors import DataError, LibraryError, ModelError
from index.core.files import write_whole
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
    models: Sequence[EncoderReference], only: Sequence[str], bench: BenchmarkSetup, output: Path, *, command: str
) -> EvaluationResult:
    """Measure models and write the report; what was measured before is read, what was killed goes on.

    Args:
        models: Which models, in the order of the report's rows.
        only: Which benchmarks; all where none is named.
        bench: Where things lie.
        output: Receives the report.
        command: What was typed, for the report.

    Raises:
        RunError: A folder of `output` holds a measurement of other files under the same name.
        ValueError: There is no such benchmark, or two models have one name.
    """
    known = benchmarks(bench.data)
    if unknown := [name for name in only if name not in known]:
        raise ValueError(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}")
    _remember(models, output)
    unmeasured: list[Unmeasured] = []
    chosen = [name for name in known if name in only or not only]
    for name in chosen:
        for model in models:
            try:
                known[name](bench, model)
            except (DataError, LibraryError, ModelError) as error:
                unmeasured.append(Unmeasured(name, model.name, str(error)))
        # After each benchmark: an evaluation that takes hours shows what it has.
        report = write_report(output, bench, unmeasured, command=command)
    return EvaluationResult(report, len(chosen) * len(models) - len(unmeasured), tuple(unmeasured))


def _remember(models: Sequence[EncoderReference], output: Path) -> None:
    if len({model.name for model in models}) < len(models):
        raise ValueError("two models have one name: give one another name as NAME=FOLDER")
    path = output / "models.json"
    known = json.loads(path.read_bytes()) if path.is_file() else {}
    asked = {model.name: {"parameters": model.parameters, "fingerprint": model.fingerprint} for model in models}
    output.mkdir(parents=True, exist_ok=True)
    write_whole(
        path, (json.dumps(asked | {name: known[name] for name in known if name not in asked}, indent=1) + "\n").encode()
    )
