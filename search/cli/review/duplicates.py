"""`pubmed-search duplicates`: which references of a file the library has already."""

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.command_line.standard_streams import print_error, print_out
from index.command_line.version import add_version
from index.core.control_characters import safe
from index.core.errors import ResourceError
from index.core.files import write_whole
from index.core.formatting import counted
from index.core.printable_path import printable_path
from search.cli.options import add_completion, add_library
from search.cli.screen import Terminal
from search.review.duplicates import ComparedReference, Comparison
from search.review.references import read_reference_file


def read_options(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line; wrong usage exits with 2."""
    parser = argparse.ArgumentParser(
        prog="pubmed-search duplicates",
        description="Say which references of a file your library has already, and which the file has twice.",
        epilog="Quote a question that starts with duplicates. Exit status: 0 done, 1 a stated error, 2 wrong usage.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="RIS or NBIB, from another database")
    parser.add_argument(
        "--rest", type=Path, metavar="FILE", help="write the records that are new or to check, as they stand"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_library(parser)
    add_version(parser)
    add_completion(parser)
    arguments = parser.parse_args(words)
    if len(arguments.files) > 1:
        parser.error("one FILE is compared at a time; quote a question that starts with duplicates")
    return arguments


def run(arguments: argparse.Namespace) -> None:
    """Compare and print.

    Raises:
        PubmedError: The file cannot be read, the rest cannot be written, or there is no library.
    """
    file = read_reference_file(arguments.files[0])
    if arguments.rest and arguments.rest.exists():
        raise ResourceError(f"{printable_path(arguments.rest)} already exists. Give --rest another name.")
    from search.searcher import Searcher

    with Searcher.open(arguments.library) as pubmed:
        comparison = pubmed.compare(file)
    if arguments.rest:
        _write(comparison, arguments.rest)
    terminal = Terminal.of(sys.stdout)
    print_out(json.dumps(comparison.to_json()) + "\n" if arguments.json else comparison_text(comparison, terminal))


def _write(comparison: Comparison, path: Path) -> None:
    try:
        write_whole(path.absolute(), comparison.rest.encode(errors="replace"))
    except OSError as error:
        raise ResourceError(f"{printable_path(path)} cannot be written: {error.strerror or error}.") from error
    counts = comparison.counts
    print_error(f"rest        {counted(counts['similar'] + counts['new'], 'record')} in {printable_path(path)}")


def comparison_text(comparison: Comparison, terminal: Terminal) -> str:
    """Return the counts and a line for each record, as text that ends in a line break, without control characters."""
    lines = [line for each in comparison.compared for line in _lines(each, terminal)]
    heading = textwrap.wrap(safe(f"{printable_path(comparison.name)}: {comparison}"), terminal.width)
    return "\n".join([*heading, *([""] if lines else []), *lines]) + "\n"


def _lines(compared: ComparedReference, terminal: Terminal) -> Iterator[str]:
    reference = compared.reference
    title = safe(reference.title or "No title")
    number = f"{reference.number:>4}  "
    yield from textwrap.wrap(title, terminal.width, initial_indent=number, subsequent_indent=" " * len(number))
    yield " " * len(number) + str(compared)
