"""`pubmed-model`: the model side of the project from the command line."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import PubmedError

if TYPE_CHECKING:
    from model.dataset import DatasetAccount

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        0 done, 1 a stated error, 2 wrong usage.
    """
    arguments = _parser().parse_args(argv)
    try:
        _dataset(arguments)
    except PubmedError as error:
        print(f"pubmed-model: {error}", file=sys.stderr)
        return FAILED
    except ModuleNotFoundError as error:
        print(
            f"pubmed-model: {error.name} is not installed. Install the model side:\n  pip install '.[train]'",
            file=sys.stderr,
        )
        return FAILED
    except ValueError as error:
        print(f"pubmed-model dataset: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pubmed-model",
        description="Prepare what models are made and judged with.",
        epilog="Exit status: 0 done, 1 a stated error, 2 wrong usage.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    dataset = commands.add_parser("dataset", help="write a library as a Hugging Face dataset")
    dataset.add_argument("--library", metavar="DIR", help="the library (default: PUBMED_LIBRARY, else data/library)")
    dataset.add_argument("--output", metavar="DIR", type=Path, required=True, help="a folder that is not there yet")
    dataset.add_argument(
        "--validation", metavar="SHARE", type=float, default=0.01, help="share of the validation split (default: 0.01)"
    )
    dataset.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _dataset(arguments: argparse.Namespace) -> None:
    from index.library import Library
    from index.progress import Progress
    from model.dataset import export_library

    account = export_library(
        Library.locate(arguments.library), arguments.output, validation=arguments.validation, progress=Progress()
    )
    print(json.dumps(asdict(account), default=str) if arguments.json else _lines(account))


def _lines(account: "DatasetAccount") -> str:
    kept = account.train + account.validation
    return "\n".join(
        (
            f"articles    {account.read:,} read · {kept:,} kept · {account.duplicates:,} duplicate texts"
            f" · {account.empty:,} without text",
            f"splits      {account.train:,} train · {account.validation:,} validation",
            f"written     {account.output}, {account.size / 1e6:,.1f} MB in {account.seconds:.0f} s",
            f"try         python -c \"import datasets; print(datasets.load_from_disk('{account.output}'))\"",
        )
    )
