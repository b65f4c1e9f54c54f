"""Which version of the program this is."""

import argparse

from index.command_line.standard_streams import print_out

DISTRIBUTION = "pubmed-semantic-search"


def program_version() -> str:
    """Return the version, "not installed" where the sources run without having been installed."""
    from importlib import metadata  # here, not above: with what it imports it takes as long as all of argparse

    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "not installed"


def add_version(parser: argparse.ArgumentParser) -> None:
    """Add the option that prints it."""
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version")


class _PrintVersion(argparse.Action):
    """Reads the version only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print_out(f"{parser.prog} {program_version()}\n")
        parser.exit()
