"""`pubmed-model`: the model side of the project from the command line.

Each subcommand is a module of its own that adds its options and returns the text to print.
"""

import argparse
from collections.abc import Sequence

from index.command_line.boundary import DONE, guarded
from index.command_line.extras import needs_extra
from index.command_line.standard_streams import print_error, print_out
from model.cli import classify, compare, dataset, embed, entities, evaluate, export, pretrain

USAGE = 2
_SUBCOMMANDS = (
    dataset,
    pretrain,
    embed,
    classify,
    entities,
    evaluate,
    compare,
    export,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        0 done, 1 failed, 2 wrong usage.
    """
    return guarded("pubmed-model", lambda: _command(argv))


def _command(argv: Sequence[str] | None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        with needs_extra("train", "the model side"):
            print_out(f"{arguments.run(arguments)}\n")
    except ValueError as error:
        # A request that refuses its options; what a library finds wrong is a subclass, such as a UnicodeError.
        if type(error) is not ValueError:
            raise
        print_error(f"pubmed-model {arguments.command}: {error}")
        return USAGE
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
