"""What `pubmed-search` gives besides a page: files for other programs, search records, and their repetition."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from search.cli.filter_options import filters_of
from search.filters.filters import Filters
from search.recording.record_files import write_record
from search.recording.replay import Replay
from search.recording.search_record import SearchRecord

if TYPE_CHECKING:
    from search.searcher import Searcher

SAME, DIFFERENT = 0, 1
# Names and labels of `search.export.formats.FORMATS`, which `--help` need not import; a test compares the two.
FORMATS = {"ris": "RIS", "nbib": "NBIB", "bibtex": "BibTeX", "csv": "CSV", "jsonl": "JSON Lines"}


def add_formats(parser: argparse.ArgumentParser) -> None:
    """Add the options that say in which form the answer is given."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print one JSON object")
    for name, label in FORMATS.items():
        forms.add_argument(f"--{name}", dest="format", action="store_const", const=name, help=f"print {label} records")


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """Add the forms of the answer, and what is written beside it."""
    add_formats(parser)
    parser.add_argument("--all", action="store_true", help="export or record the whole result, whatever the limit")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the search down: FILE.md and FILE.json")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="repeat a recorded search and compare (FILE.json)")


def check_outputs(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Refuse options that say nothing together; exits with 2."""
    if arguments.replay:
        asked = (arguments.question, arguments.format, arguments.record, arguments.all, arguments.recency)
        if any(asked) or filters_of(arguments):
            parser.error("--replay repeats the search that the file holds: it goes with --library, --rerank and --json")
    elif not arguments.question:
        parser.error("the following arguments are required: question")
    elif arguments.all and not (arguments.format or arguments.record):
        parser.error("--all goes with --record or a format: " + ", ".join(f"--{name}" for name in FORMATS))


def record_or_export(
    pubmed: "Searcher",
    arguments: argparse.Namespace,
    text: str,
    *,
    filters: Filters,
) -> None:
    """Write the search down, where `--record` asks for it, and print its articles in a format, where one is named."""
    limit = None if arguments.all else arguments.limit
    what: str | Iterable[int] = text
    if arguments.record:
        record = pubmed.record(text, limit=limit, sort=arguments.sort, recency=arguments.recency, filters=filters)
        _write(record, arguments.record)
        what = record.listed.pmids
    if arguments.format:
        order = {"sort": arguments.sort, "recency": arguments.recency}
        print_pieces(pubmed.export(what, arguments.format, limit=limit, filters=filters, **order))


def _write(record: SearchRecord, path: Path) -> None:
    people, program = write_record(record, path)
    listed = f"{len(record.listed.pmids):,} of {record.listed.total:,} articles"
    # The answer alone goes to stdout: it may be a file for another program.
    sys.stderr.write(f"recorded    {listed} in {people} and {program}\nrepeat      pubmed-search --replay {program}\n")


def print_pieces(pieces: Iterable[str]) -> None:
    """Print text as it is made, in UTF-8 and with its own line ends whatever the locale: it is a file's content."""
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode(errors="replace"))
    sys.stdout.buffer.flush()


def print_text(text: str) -> None:
    """Print text for people or JSON, replacing what the terminal cannot show."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, errors="replace").decode(encoding))
    sys.stdout.flush()


def show_replay(replay: Replay, *, as_json: bool) -> int:
    """Print how the list compares; return 0 where it is the same, else 1."""
    print_text(f"{json.dumps(replay.to_json())}\n" if as_json else str(replay))
    return SAME if replay.verdict == "same" else DIFFERENT
