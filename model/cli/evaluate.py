"""`pubmed-model evaluate`: its options and its report."""

import argparse
import json
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.evaluation.evaluate import EvaluationResult


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    parser = commands.add_parser(
        "evaluate",
        help="judge models on benchmarks and write one report",
        description="Judge models: text classification (medical_abstracts), entity extraction (ncbi_disease), pairs "
        "(pubmed_qa, pubmed_subset, pubmed_summary), graded sentences (biosses), and each judged collection in the "
        "data. Earlier measurements are read; the same command again continues what was interrupted.",
    )
    parser.add_argument(
        "models",
        metavar="MODEL",
        nargs="+",
        help="a folder, NAME=FOLDER, a hub name, or default for the packaged all-MiniLM-L6-v2",
    )
    parser.add_argument(
        "--data", metavar="DIR", type=Path, default=Path("data/benchmarks"), help="(default: data/benchmarks)"
    )
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="the report's folder")
    parser.add_argument("--only", metavar="NAME,NAME", type=_names, default=(), help="these benchmarks (default: all)")
    parser.add_argument(
        "--cache", metavar="DIR", type=Path, help="indexes of the collections, kept (default: cache in --output)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> str:
    """Judge the models and return the report to print."""
    from index.core.progress import Progress
    from model.evaluation.benchmarks import BenchmarkSetup
    from model.evaluation.evaluate import evaluate_models
    from model.runs.encoder_files import find_encoder

    output = arguments.output
    setup = BenchmarkSetup(
        data=arguments.data,
        runs=output / "runs",
        cache=arguments.cache or output / "cache",
        progress=Progress(),
    )
    models = [find_encoder(name) for name in arguments.models]
    result = evaluate_models(models, arguments.only, setup, output, command=_command(arguments))
    return json.dumps(asdict(result), default=str) if arguments.json else _lines(result)


def _lines(result: "EvaluationResult") -> str:
    return "\n".join(
        (
            f"measured    {result.measured:,} · {len(result.unmeasured):,} not",
            *(f"not         {missing.benchmark}, {missing.model}: {missing.reason}" for missing in result.unmeasured),
            f"written     {result.report}",
        )
    )


def _command(arguments: argparse.Namespace) -> str:
    """Return the command without the paths of this machine."""
    words = ["pubmed-model", "evaluate", *map(_without_folder, arguments.models)]
    words += ["--data", arguments.data.name, "--output", "DIR"]
    words += ["--only", ",".join(arguments.only)] if arguments.only else []
    return shlex.join(words)


def _without_folder(model: str) -> str:
    """Return a model as it was given, but only the name of a folder."""
    label, sign, source = model.partition("=") if "=" in model else ("", "", model)
    return label + sign + (Path(source).name if Path(source).is_absolute() else source)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
