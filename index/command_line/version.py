"""Which version of the program this is."""

import argparse
from importlib import metadata

DISTRIBUTION = "pubmed-semantic-search"


def program_version() -> str:
    """Return the version, "not installed" where the sources run without having been installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "not installed"


def add_version(parser: argparse.ArgumentParser) -> None:
    """Add the option that prints it."""
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {program_version()}", help="print the version"
    )
