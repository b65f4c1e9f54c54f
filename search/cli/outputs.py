"""What `pubmed-search` writes besides a page: files for other programs, search records and replays."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from index.command_line.standard_streams import print_error, print_out
from search.cli.asked import file_pieces
from search.cli.filter_options import filters_of
from search.filters.filters import Filters

if TYPE_CHECKING:
    from search.recording.replay import Replay
    from search.recording.search_record import SearchRecord
    from search.searcher import Searcher

SAME, DIFFERENT = 0, 1
# Names and labels of `search.export.formats.FORMATS`, which `--help` need not import; a test compares the two.
FORMATS = {
    "ris": "RIS",
    "nbib": "NBIB",
    "bibtex": "BibTeX",
    "csv": "CSV",
    "csl-json": "CSL-JSON",
    "jsonl": "JSON Lines",
    "vancouver": "Vancouver",
    "apa": "APA",
    "ama": "AMA",
    "nlm": "NLM",
}


def add_formats(parser: argparse.ArgumentParser) -> None:
    """Add the options for the format of the results."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON object")
    for name, label in FORMATS.items():
        forms.add_argument(f"--{name}", dest="format", action="store_const", const=name, help=f"print {label} records")


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """Add the options for the format of the results and for files written beside them."""
    add_formats(parser)
    parser.add_argument("--all", action="store_true", help="export or record the whole result, whatever the limit")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the search down: FILE.md and FILE.json")
    parser.add_argument(
        "--save", action="store_true", help="save the search in the library; pubmed-search saved says what is new in it"
    )
    parser.add_argument("--replay", type=Path, metavar="FILE", help="repeat a recorded search and compare (FILE.json)")


def check_outputs(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Refuse options that do not go together; exits with 2."""
    if arguments.replay:
        other_options = (
            arguments.question,
            arguments.format,
            arguments.record,
            arguments.save,
            arguments.history,
            arguments.all,
            arguments.offset,
            arguments.recency,
            not arguments.mapping,
            arguments.whole,
            arguments.sentences,
        )
        if any(other_options) or filters_of(arguments):
            parser.error("--replay repeats the search that the file holds: it goes with --library, --rerank and --json")
    elif not arguments.question:
        parser.error("the following arguments are required: question")
    elif arguments.sentences and (arguments.sort != "relevance" or arguments.recency or arguments.rerank):
        parser.error("--sentences lists the best first: it does not go with --sort, --recency and --rerank")
    elif arguments.sentences and arguments.whole:
        parser.error("--sentences lists those of relevant articles: it does not go with --whole")
    elif arguments.sentences and arguments.record:
        parser.error("--record writes down a search for articles: it does not go with --sentences")
    elif arguments.save and (arguments.sentences or arguments.recency or arguments.rerank):
        parser.error("--save keeps a search as the page can show it: not with --sentences, --recency or --rerank")
    elif arguments.offset and (arguments.format or arguments.record):
        parser.error("--offset goes with a list of results: an export and a record begin with the best")
    elif arguments.all and not (arguments.format or arguments.record):
        parser.error("--all goes with --record or a format: " + ", ".join(f"--{name}" for name in FORMATS))


def record(pubmed: "Searcher", arguments: argparse.Namespace, text: str, *, filters: Filters) -> None:
    """Record the search, and print what was recorded if a format is given."""
    limit = None if arguments.all else arguments.limit
    options = {name: getattr(arguments, name) for name in ("sort", "recency", "mapping", "whole")}
    recorded = pubmed.record(text, limit=limit, filters=filters, **options)
    _write(recorded, arguments.record)
    if arguments.format:
        print_pieces(file_pieces(pubmed.export(recorded.listed.pmids, arguments.format)))


def save(pubmed: "Searcher", arguments: argparse.Namespace, text: str, *, filters: Filters) -> None:
    """Save the search in the library, for everybody who uses it."""
    from search.recording.saved_searches import REMEMBERED

    limit = REMEMBERED if arguments.whole else None
    options = {name: getattr(arguments, name) for name in ("sort", "mapping", "whole")}
    saved = pubmed.saved.keep(pubmed.record(text, limit=limit, filters=filters, **options))
    print_error(f"saved       {saved.id}\nnews        pubmed-search saved --run")


def _write(record: "SearchRecord", path: Path) -> None:
    from search.recording.record_files import write_record

    markdown_path, json_path = write_record(record, path)
    count_text = f"{len(record.listed.pmids):,} of {record.listed.total:,} articles"
    # Only the results go to stdout: they may be a file for another program.
    print_error(
        f"recorded    {count_text} in {markdown_path} and {json_path}\nrepeat      pubmed-search --replay {json_path}"
    )


def print_pieces(pieces: Iterable[str | bytes]) -> None:
    """Print an answer piece by piece."""
    for piece in pieces:
        print_out(piece)


def show_replay(replay: "Replay", *, as_json: bool) -> int:
    """Print how the list compares; return 0 if it is the same, else 1."""
    print_out(f"{json.dumps(replay.to_json())}\n" if as_json else str(replay))
    return SAME if replay.verdict == "same" else DIFFERENT
