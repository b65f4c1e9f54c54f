"""`pubmed-search recall`: how many known articles a strategy finds, and why it misses the others."""

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.command_line.standard_streams import print_error, print_out
from index.command_line.version import add_version
from index.core.control_characters import safe
from index.core.formatting import counted
from index.sources.pmid_file import read_pmid_file
from search.cli.filter_options import add_filters, filters_of, say_what_was_read
from search.cli.options import add_completion, add_library, add_mapping
from search.cli.screen import Terminal
from search.review.recall import MissingArticle, Recall


def read_options(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line; wrong usage exits with 2."""
    parser = argparse.ArgumentParser(
        prog="pubmed-search recall",
        description="Test a strategy with articles that it must find: how many it finds, and why not the others.",
        epilog="Quote a question that starts with recall. Exit status: 0 done, 1 a stated error, 2 wrong usage.",
    )
    parser.add_argument("strategy", nargs="+", metavar="STRATEGY", help="a query, or a strategy of numbered lines")
    parser.add_argument(
        "--pmids",
        dest="known",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="the known articles: the PMIDs of NBIB, RIS, CSV or a list; required",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_mapping(parser)
    add_filters(parser)
    add_library(parser)
    add_version(parser)
    add_completion(parser)
    arguments = parser.parse_args(words)
    if not arguments.known:
        parser.error("the known articles are required: --pmids FILE; quote a question that starts with recall")
    return arguments


def run(arguments: argparse.Namespace) -> None:
    """Measure and print.

    Raises:
        PubmedError: A file or the strategy cannot be read, or there is no library.
    """
    filters = filters_of(arguments)
    lists = [read_pmid_file(path) for path in arguments.known]
    for listed in lists:
        print_error(f"known       {listed}")
    say_what_was_read(arguments)
    known = [pmid for listed in lists for pmid in listed.pmids]
    from search.searcher import Searcher

    with Searcher.open(arguments.library) as pubmed:
        recall = pubmed.recall(" ".join(arguments.strategy), known, filters=filters, mapping=arguments.mapping)
    print_out(json.dumps(recall.to_json()) + "\n" if arguments.json else recall_text(recall, Terminal.of(sys.stdout)))


def recall_text(recall: Recall, terminal: Terminal) -> str:
    """Return what was found and what is missing as text that ends in a line break, without control characters."""
    parts = [
        _wrapped(f"Read as: {recall.query.read_as.description}", terminal),
        *(_wrapped(f"Note: {warning}", terminal) for warning in recall.query.read_as.warnings),
        _wrapped(str(recall), terminal),
        *("\n".join(_missing_lines(article, terminal)) for article in recall.missing),
        "\n".join(_part_lines(recall, terminal)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _missing_lines(article: MissingArticle, terminal: Terminal) -> Iterator[str]:
    yield from textwrap.wrap(safe(f"PMID {article.pmid}  {article.title or ''}".rstrip()), terminal.width)
    for reason in article.reasons:
        yield from textwrap.wrap(
            safe(str(reason)),
            terminal.width,
            initial_indent="    ",
            subsequent_indent="      ",
        )


def _part_lines(recall: Recall, terminal: Terminal) -> Iterator[str]:
    if recall.parts:
        of_held = f"Of the {counted(recall.held, 'known article')} that the index holds, each part keeps so many:"
        yield from textwrap.wrap(of_held, terminal.width)
    for part in recall.parts:
        yield from textwrap.wrap(
            safe(str(part)), terminal.width, initial_indent=f"{part.keeps:>6,}  ", subsequent_indent=" " * 8
        )


def _wrapped(text: str, terminal: Terminal) -> str:
    return "\n".join(textwrap.wrap(safe(text), terminal.width))
