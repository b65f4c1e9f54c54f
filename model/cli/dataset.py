"""`pubmed-model dataset`: its options and its account."""

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
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="a folder that is not there yet")
    parser.add_argument(
        "--validation", metavar="SHARE", type=float, default=0.01, help="share of the validation split (default: 0.01)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> str:
    """Write the dataset and return the account to print."""
    from index.core.progress import Progress
    from index.library.layout import Library
    from model.training_data.dataset import export_library

    account = export_library(
        Library.locate(arguments.library), arguments.output, validation=arguments.validation, progress=Progress()
    )
    return json.dumps(asdict(account), default=str) if arguments.json else _lines(account)


def _lines(account: "DatasetResult") -> str:
    kept = account.train + account.validation
    return "\n".join(
        (
            f"articles    {account.read:,} read · {kept:,} kept · {account.duplicates:,} duplicate texts"
            f" · {account.empty:,} without text",
            f"splits      {account.train:,} train · {account.validation:,} validation",
            f"written     {account.output}, {account.size / 1e6:,.1f} MB in {account.seconds:.0f} s",
            f"try         pubmed-model pretrain --dataset {account.output} --output RUN",
        )
    )
