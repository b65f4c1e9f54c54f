"""`pubmed-model`: the model side of the project from the command line.

Each subcommand is a module of its own that adds its options and returns the text to print.
"""

import argparse
import sys
from collections.abc import Sequence

from index.core.errors import PubmedError
from model.cli import classify, dataset, embed, entities, evaluate, export, pretrain

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
_SUBCOMMANDS = (
    dataset,
    pretrain,
    embed,
    classify,
    entities,
    evaluate,
    export,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        0 done, 1 failed, 2 wrong usage.
    """
    arguments = _parser().parse_args(argv)
    try:
        print(arguments.run(arguments))
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
        print(f"pubmed-model {arguments.command}: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pubmed-model",
        description="Make models of PubMed and judge them.",
        epilog="Exit status: 0 done, 1 failed, 2 wrong usage.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for subcommand in _SUBCOMMANDS:
        subcommand.add(commands)
    return parser
