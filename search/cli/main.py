"""`pubmed-search`: search a library from the command line, export the results, record a search, repeat it."""

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module

from index.command_line.boundary import DONE, FAILED, guarded
from index.command_line.standard_streams import print_error, print_out
from index.command_line.version import add_version
from index.core.errors import QuerySyntaxError
from search.cli.asked import Asked
from search.cli.door import ask_service
from search.cli.filter_options import add_filters, filters_of, say_what_was_read
from search.cli.options import (
    add_completion,
    add_history,
    add_library,
    add_limit,
    add_mapping,
    add_offset,
    add_ranking,
    add_server,
    add_whole,
    one_of,
)
from search.cli.outputs import add_outputs, check_outputs, print_pieces, record, save, show_replay
from search.cli.refusals import show_refusal
from search.cli.screen import Terminal
from search.retrieval.ordering import SORTS

EVALUATE = "evaluate"
# Sub-commands with a module each that has `read_options` and `run`; the module is imported when it is asked for.
_SUB_COMMANDS = {
    "similar": "search.cli.similar",
    "saved": "search.cli.saved.command",
    "recall": "search.cli.review.recall",
    "duplicates": "search.cli.review.duplicates",
}


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
    if words and words[0] in _SUB_COMMANDS:
        return _sub_command(_SUB_COMMANDS[words[0]], words[1:])
    return _search(words)


def _evaluate(words: Sequence[str]) -> int:
    from search.cli.evaluate import run

    _silence_libraries()
    outcome = run(words)
    print_out(outcome.output)
    for note in outcome.notes:
        print_error(note)
    return FAILED if outcome.failed else DONE


def _sub_command(module: str, words: Sequence[str]) -> int:
    command = import_module(module)
    arguments = command.read_options(words)
    _silence_libraries()
    try:
        status: int | None = command.run(arguments)
    except QuerySyntaxError as error:
        return show_refusal(error, as_json=arguments.json)
    return status or DONE


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
        epilog="pubmed-search similar PMID finds articles like one; saved lists saved searches, and their news; recall "
        "STRATEGY says which known articles a strategy finds; evaluate COLLECTION measures the ranking; each has its "
        "own --help. "
        "Exit status: 0 done, 1 a stated error or a replay that differs, 2 wrong usage.",
    )
    question = parser.add_argument("question", nargs="*", help="a question or a few words")
    parser.add_argument(
        "--sentences", action="store_true", help="list the sentences that answer, each with its article"
    )
    add_limit(parser)
    add_offset(parser)
    parser.add_argument("--sort", type=one_of(SORTS), choices=SORTS, default="relevance", help="the order")
    add_ranking(parser)
    add_mapping(parser)
    add_history(parser)
    add_whole(parser)
    parser.add_argument("--explain", action="store_true", help="say how the query was read and why each article ranks")
    add_filters(parser)
    add_library(parser)
    add_server(parser)
    add_outputs(parser)
    add_version(parser)
    add_completion(parser, question, (*_SUB_COMMANDS, EVALUATE))
    return parser


def _silence_libraries() -> None:
    # Search needs none of what the model's libraries print while they load; stderr is for our errors.
    warnings.simplefilter("ignore")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def _run(arguments: argparse.Namespace) -> int:
    # Read before the library is opened: what is wrong with them need not wait for the model.
    filters, text = filters_of(arguments), " ".join(arguments.question)
    if arguments.replay:
        return _replay(arguments)
    say_what_was_read(arguments)
    asked = Asked(
        _with_history(text, arguments),
        filters,
        limit=None if arguments.all else arguments.limit,
        offset=arguments.offset,
        sort=arguments.sort,
        recency=arguments.recency,
        mapping=arguments.mapping,
        whole=arguments.whole,
        sentences=arguments.sentences,
        format=arguments.format,
        as_json=arguments.json,
        explained=arguments.explain,
        terminal=Terminal.of(sys.stdout),
    )
    try:
        # A record is written from the library itself, a search is saved there, and a service has no reranker.
        answered = ask_service(arguments.library, asked) if _may_ask(arguments) else None
        if answered is not None:
            print_pieces(answered)
        else:
            _load_and_answer(arguments, asked)
        _keep_in_history(text, arguments)
    except QuerySyntaxError as error:
        return show_refusal(error, as_json=arguments.json)
    return DONE


def _with_history(text: str, arguments: argparse.Namespace) -> str:
    if not arguments.history:
        return text
    from search.cli.saved.history_file import HistoryFile

    return HistoryFile.read(arguments.history).lines_of(text)


def _keep_in_history(text: str, arguments: argparse.Namespace) -> None:
    """Number the search that was answered; another command may have added one to the file meanwhile."""
    if arguments.history:
        from search.cli.saved.history_file import HistoryFile

        number = HistoryFile.read(arguments.history).add(text)
        print_error(f"history     #{number} in {arguments.history}")


def _may_ask(arguments: argparse.Namespace) -> bool:
    return arguments.server and not arguments.record and not arguments.save and not arguments.rerank


def _load_and_answer(arguments: argparse.Namespace, asked: Asked) -> None:
    from search.searcher import Searcher

    with Searcher.open(arguments.library, reranker=arguments.rerank) as pubmed:
        if arguments.record:
            record(pubmed, arguments, asked.text, filters=asked.filters)
        if arguments.save:
            save(pubmed, arguments, asked.text, filters=asked.filters)
        if not (arguments.record and arguments.format):
            print_pieces(asked.answer(pubmed))


def _replay(arguments: argparse.Namespace) -> int:
    from search.recording.record_files import read_record
    from search.searcher import Searcher

    recorded = read_record(arguments.replay)
    with Searcher.open(arguments.library, reranker=arguments.rerank) as pubmed:
        return show_replay(pubmed.replay(recorded), as_json=arguments.json)
