"""`pubmed-search similar`: find articles similar to given ones, and unlike others."""

import argparse
import sys
from collections.abc import Sequence

from index.command_line.version import add_version
from index.library.layout import Library
from search.cli.asked import Asked
from search.cli.door import ask_service
from search.cli.filter_options import add_filters, filters_of, say_what_was_read
from search.cli.options import add_completion, add_library, add_limit, add_offset, add_server, pmid
from search.cli.outputs import add_formats, print_pieces
from search.cli.screen import Terminal


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
    add_server(parser)
    add_formats(parser)
    add_version(parser)
    add_completion(parser)
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
    filters = filters_of(arguments)  # before the library is opened: what is wrong with them need not wait for the model
    say_what_was_read(arguments)
    asked = Asked(
        "",
        filters,
        limit=arguments.limit,
        given=tuple(arguments.given),
        unlike=tuple(arguments.unlike),
        offset=arguments.offset,
        format=arguments.format,
        as_json=arguments.json,
        explained=arguments.explain,
        terminal=Terminal.of(sys.stdout),
    )
    answered = ask_service(arguments.library, asked) if arguments.server else None
    if answered is not None:
        print_pieces(answered)
    else:
        _load_and_answer(arguments.library, asked)


def _load_and_answer(library_path: str | None, asked: Asked) -> None:
    from search.searcher import Searcher

    _check_articles(Library.locate(library_path), asked)
    with Searcher.open(library_path) as pubmed:
        print_pieces(asked.answer(pubmed))


def _check_articles(library: Library, asked: Asked) -> None:
    """Say what is wrong with the articles before the model is loaded."""
    if not library.store.is_file():
        return  # what is wrong with the library is said by who opens it
    from index.store.article_store import ArticleStore
    from search.explore.more_like_this import compared_articles

    store = ArticleStore.open(library.store)
    try:
        compared_articles(asked.given, asked.unlike, store)
    finally:
        store.close()
