"""Which version of the program this is."""

import argparse
from collections.abc import Sequence

from index.command_line.standard_streams import print_out

DISTRIBUTION = "pubmed-semantic-search"


def program_version() -> str:
    """Return the version, "not installed" where the sources run without having been installed."""
    from importlib import metadata  # here, not above: with what it imports it takes as long as all of argparse

    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "not installed"


class _PrintVersion(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 - as argparse calls it
        values: str | Sequence[object] | None,  # noqa: ARG002
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        print_out(f"{parser.prog} {program_version()}\n")
        parser.exit()


def add_version(parser: argparse.ArgumentParser) -> None:
    """Add the option that prints it."""
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version")
