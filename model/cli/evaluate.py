"""`pubmed-model evaluate`: its options and its account."""

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
        "data. What was measured before is read; the same command again goes on with what was interrupted.",
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
    """Judge the models and return the account to print."""
    from index.core.progress import Progress
    from model.evaluation.benchmarks import BenchmarkSetup
    from model.evaluation.evaluate import evaluate_models
    from model.runs.encoder_files import find_encoder

    output = arguments.output
    bench = BenchmarkSetup(
        data=arguments.data,
        runs=output / "runs",
        cache=arguments.cache or output / "cache",
        progress=Progress(),
    )
    models = [find_encoder(name) for name in arguments.models]
    account = evaluate_models(models, arguments.only, bench, output, command=_typed(arguments))
    return json.dumps(asdict(account), default=str) if arguments.json else _lines(account)


def _lines(account: "EvaluationResult") -> str:
    return "\n".join(
        (
            f"measured    {account.measured:,} · {len(account.unmeasured):,} not",
            *(f"not         {one.benchmark}, {one.model}: {one.reason}" for one in account.unmeasured),
            f"written     {account.report}",
        )
    )


def _typed(arguments: argparse.Namespace) -> str:
    """Return the command without where this machine keeps things."""
    words = ["pubmed-model", "evaluate", *map(_placeless, arguments.models)]
    words += ["--data", arguments.data.name, "--output", "DIR"]
    words += ["--only", ",".join(arguments.only)] if arguments.only else []
    return shlex.join(words)


def _placeless(model: str) -> str:
    """Return a model as it was given, of a folder its name alone."""
    name, named, place = model.partition("=") if "=" in model else ("", "", model)
    return name + named + (Path(place).name if Path(place).is_absolute() else place)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
