"""`pubmed-search similar`: find articles similar to given ones, and unlike others."""

import argparse
import json
import sys
from collections.abc import Sequence

from index.command_line.standard_streams import print_out
from search.cli.filter_options import add_filters, filters_of, say_what_was_read
from search.cli.options import add_library, add_limit, add_offset, pmid
from search.cli.outputs import add_formats, print_pieces


def read_options(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line; wrong usage exits with 2."""
    parser = argparse.ArgumentParser(
        prog="pubmed-search similar",
        description="Find the articles of your library that are most like some, by meaning and distinctive words.",
        epilog="Exit status: 0 done, 1 a stated error, 2 wrong usage.",
    )
    parser.add_argument("given", nargs="+", type=_pmid, metavar="PMID", help="the articles to be like")
    parser.add_argument(
        "--unlike",
        nargs="+",
        type=_pmid,
        action="extend",
        default=[],
        metavar="PMID",
        help="articles to avoid",
    )
    add_limit(parser)
    add_offset(parser)
    parser.add_argument("--explain", action="store_true", help="say what the articles share, and show both sentences")
    add_filters(parser)
    add_library(parser)
    add_formats(parser)
    return parser.parse_args(words)


def _pmid(text: str) -> int:
    try:
        return pmid(text.strip().removeprefix("PMID:").removeprefix("PMID").strip())
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}; quote a question that starts with similar") from None


def run(arguments: argparse.Namespace) -> None:
    """Search and print.

    Raises:
        PubmedError: There is no library, or it does not hold an article.
    """
    from search.searcher import Searcher

    filters = filters_of(arguments)  # before the library is opened: what is wrong with them need not wait for the model
    place = {"limit": arguments.limit, "offset": arguments.offset}
    with Searcher.open(arguments.library) as pubmed:
        say_what_was_read(arguments)
        page = pubmed.similar(arguments.given, unlike=arguments.unlike, filters=filters, **place)
        if arguments.format:
            print_pieces(pubmed.export(page, arguments.format))
            return
        if arguments.json:
            print_out(json.dumps(page.to_json()) + "\n")
        else:
            from search.cli.similar_terminal import similar_page_text
            from search.cli.terminal import Terminal

            print_out(similar_page_text(page, Terminal.of(sys.stdout), explained=arguments.explain))
