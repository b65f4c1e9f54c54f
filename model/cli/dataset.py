"""`pubmed-model dataset`: its options and its report."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.training_data.dataset import DatasetResult


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand to those of `pubmed-model`."""
    parser = commands.add_parser("dataset", help="write a library as a Hugging Face dataset")
    parser.add_argument("--library", metavar="DIR", help="the library (default: PUBMED_LIBRARY, else data/library)")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="a folder that does not exist yet")
    parser.add_argument(
        "--validation", metavar="SHARE", type=float, default=0.01, help="share of the validation split (default: 0.01)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> str:
    """Write the dataset and return the report to print."""
    from index.core.progress import Progress
    from index.library.layout import Library
    from model.training_data.dataset import export_library

    result = export_library(
        Library.locate(arguments.library), arguments.output, validation=arguments.validation, progress=Progress()
    )
    return json.dumps(asdict(result), default=str) if arguments.json else _lines(result)


def _lines(result: "DatasetResult") -> str:
    rows = result.train + result.validation
    return "\n".join(
        (
            f"articles    {result.read:,} read · {rows:,} kept · {result.duplicates:,} duplicate texts"
            f" · {result.empty:,} without text",
            f"splits      {result.train:,} train · {result.validation:,} validation",
            f"written     {result.output}, {result.size / 1e6:,.1f} MB in {result.seconds:.0f} s",
            f"try         pubmed-model pretrain --dataset {result.output} --output RUN",
        )
    )
