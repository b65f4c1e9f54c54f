"""Options that the forms of `pubmed-search` have in common."""

import argparse

from search.filters import Window


def add_limit(parser: argparse.ArgumentParser) -> None:
    """Add the number of results."""
    parser.add_argument("--limit", type=_limit, default=10, metavar="N", help="how many results (default: 10)")


def add_library(parser: argparse.ArgumentParser) -> None:
    """Add the library's folder."""
    parser.add_argument("--library", metavar="DIR", help="the library (default: PUBMED_LIBRARY, else data/library)")


def _limit(text: str) -> int:
    try:
        return Window(int(text), 0).limit
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of results: give 1 or more") from None
