"""`pubmed-search`: search a library from the command line, export the results, record a search, repeat it."""

import argparse
import json
import os
import sys
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.command_line.boundary import DONE, FAILED, guarded
from index.command_line.standard_streams import print_error, print_out
from index.command_line.version import add_version
from index.core.errors import QuerySyntaxError
from search.cli.filter_options import add_filters, filters_of, say_what_was_read
from search.cli.options import add_library, add_limit, add_mapping, add_offset, add_ranking
from search.cli.outputs import add_outputs, check_outputs, record_or_export, show_replay
from search.cli.refusals import show_refusal
from search.filters.filters import Filters
from search.recording.record_files import read_record
from search.results import Page

if TYPE_CHECKING:
    from search.searcher import Searcher

EVALUATE, SIMILAR = "evaluate", "similar"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        0 done (an empty list of results included), 1 a stated error. Wrong usage exits with 2 through argparse.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded("pubmed-search", lambda: _command(words))


def _command(words: Sequence[str]) -> int:
    if words[:1] == [EVALUATE]:
        return _evaluate(words[1:])
    if words[:1] == [SIMILAR]:
        return _similar(words[1:])
    return _search(words)


def _evaluate(words: Sequence[str]) -> int:
    from search.cli.evaluate import run

    _silence_libraries()
    outcome = run(words)
    print_out(outcome.output)
    for note in outcome.notes:
        print_error(note)
    return FAILED if outcome.failed else DONE


def _similar(words: Sequence[str]) -> int:
    from search.cli.similar import read_options, run

    arguments = read_options(words)
    _silence_libraries()
    run(arguments)
    return DONE


def _search(words: Sequence[str]) -> int:
    parser = _parser()
    arguments = parser.parse_args(words)
    check_outputs(parser, arguments)
    _silence_libraries()
    return _run(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pubmed-search",
        description="Search your library of PubMed articles by meaning and words.",
        epilog="pubmed-search similar PMID finds articles like one; pubmed-search evaluate COLLECTION measures the "
        "ranking; each has its own --help. "
        "Exit status: 0 done, 1 a stated error or a replay that differs, 2 wrong usage.",
    )
    parser.add_argument("question", nargs="*", help="a question or a few words")
    parser.add_argument(
        "--sentences", action="store_true", help="list the sentences that answer, each with its article"
    )
    add_limit(parser)
    add_offset(parser)
    parser.add_argument("--sort", choices=("relevance", "newest", "oldest"), default="relevance", help="the order")
    add_ranking(parser)
    add_mapping(parser)
    parser.add_argument("--explain", action="store_true", help="say how the query was read and why each article ranks")
    add_filters(parser)
    add_library(parser)
    add_outputs(parser)
    add_version(parser)
    return parser


def _silence_libraries() -> None:
    # Search needs none of what the model's libraries print while they load; stderr is for our errors.
    warnings.simplefilter("ignore")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def _run(arguments: argparse.Namespace) -> int:
    from search.searcher import Searcher

    # Read before the library is opened: what is wrong with them need not wait for the model.
    recorded = read_record(arguments.replay) if arguments.replay else None
    filters, text = filters_of(arguments), " ".join(arguments.question)
    with Searcher.open(arguments.library, reranker=arguments.rerank) as pubmed:
        if recorded:
            return show_replay(pubmed.replay(recorded), as_json=arguments.json)
        say_what_was_read(arguments)
        try:
            _answer(pubmed, arguments, text, filters)
        except QuerySyntaxError as error:
            return show_refusal(error, as_json=arguments.json)
    return DONE


def _answer(pubmed: "Searcher", arguments: argparse.Namespace, text: str, filters: Filters) -> None:
    if arguments.sentences:
        from search.cli.sentences import answer_with_sentences

        answer_with_sentences(pubmed, arguments, text, filters)
        return
    if arguments.record or arguments.format:
        record_or_export(pubmed, arguments, text, filters=filters)
    if not arguments.format:
        order = {"sort": arguments.sort, "recency": arguments.recency}
        place = {"limit": arguments.limit, "offset": arguments.offset}
        page = pubmed.search(text, filters=filters, mapping=arguments.mapping, **place, **order)
        _show(page, as_json=arguments.json, explained=arguments.explain)


def _show(page: Page, *, as_json: bool, explained: bool = False) -> None:
    if as_json:
        # ASCII, so that no locale changes it and no control character passes.
        print_out(json.dumps(page.to_json()) + "\n")
        return
    from search.cli.terminal import Terminal, page_text

    print_out(page_text(page, Terminal.of(sys.stdout), explained=explained))
