"""`pubmed-search saved`: list the saved searches, run them for what is new, remove them."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.command_line.boundary import DONE, FAILED
from index.command_line.standard_streams import print_error, print_out
from index.command_line.version import add_version
from index.core.errors import LibraryError, PubmedError, QueryError, ResourceError
from index.core.files import write_whole
from index.library.layout import Library
from search.cli.options import add_completion, add_library
from search.recording.saved_searches import SavedSearch, SavedSearches

if TYPE_CHECKING:
    from search.recording.replay import Replay
    from search.searcher import Searcher


def read_options(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line; wrong usage exits with 2."""
    parser = argparse.ArgumentParser(
        prog="pubmed-search saved",
        description="List the searches that were saved in your library, here or on the page; with --run, say what is "
        "new in each since it was last viewed, and mark it as seen.",
        epilog="A search is saved by pubmed-search QUERY --save, or below a list on the page. Exit status: 0 done, "
        "whether or not anything is new; 1 a stated error; 2 wrong usage.",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these searches, by the number that the list shows")
    parser.add_argument("--run", action="store_true", help="search again: what is new? Then mark it as seen")
    parser.add_argument(
        "--feed", type=Path, metavar="FILE", help="with --run, write the news as an Atom feed, for a feed reader"
    )
    parser.add_argument("--remove", action="store_true", help="remove the searches with these IDs")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_library(parser)
    add_version(parser)
    add_completion(parser)
    arguments = parser.parse_args(words)
    if arguments.feed and not arguments.run:
        parser.error("--feed writes what --run finds: give both")
    if arguments.remove and (arguments.run or arguments.json or not arguments.ids):
        parser.error("--remove takes the IDs of the searches to remove, and goes with --library only")
    return arguments


def run(arguments: argparse.Namespace) -> int:
    """List, run or remove; return the exit status.

    Raises:
        PubmedError: There is no library, no such search, or a file cannot be written.
    """
    library = Library.locate(arguments.library)
    if not library.path.is_dir():
        raise LibraryError(f"There is no library at {library.path}.\nBuild one:\n  rebuild-index --sample")
    searches = _chosen(SavedSearches(library), arguments.ids)
    if arguments.remove:
        return _remove(SavedSearches(library), searches)
    if arguments.run:
        return _run(searches, arguments)
    from search.cli.saved.report import list_json, list_text

    print_out(list_json(searches) if arguments.json else list_text(searches))
    return DONE


def _chosen(saved: SavedSearches, ids: Sequence[str]) -> tuple[SavedSearch, ...]:
    searches = saved.everywhere()
    if unknown := [id_ for id_ in ids if id_ not in {search.id for search in searches}]:
        raise QueryError(
            f"No search is saved as {', '.join(unknown)}. Those that are:\n  pubmed-search saved\n"
            "Quote a question that starts with saved."
        )
    return tuple(search for search in searches if search.id in ids or not ids)


def _remove(saved: SavedSearches, searches: Sequence[SavedSearch]) -> int:
    for search in searches:
        saved.of_browser(search.browser).forget(search.id)
        print_out(f"removed     {search.id}\n")
    return DONE


def _run(searches: Sequence[SavedSearch], arguments: argparse.Namespace) -> int:
    from search.cli.saved.report import run_json, run_text
    from search.searcher import Searcher

    status = DONE
    found: list[tuple[SavedSearch, Replay]] = []
    with Searcher.open(arguments.library) as pubmed:
        for search in searches:
            try:
                found.append((search, pubmed.replay(search.record)))
            except PubmedError as error:  # of this search only; the others are run
                print_error(f"pubmed-search: {search.id}: {error}")
                status = FAILED
        print_out(run_json(found) if arguments.json else run_text(found, pubmed.articles))
        if arguments.feed:
            _write_feed(found, arguments.feed, pubmed, Library.locate(arguments.library))
        # Marked last: what could not be printed or written is new again at the next run.
        for search, replay in found:
            pubmed.saved.of_browser(search.browser).keep(replay.now)
    return status


def _write_feed(
    found: "Sequence[tuple[SavedSearch, Replay]]", path: Path, pubmed: "Searcher", library: Library
) -> None:
    from search.recording.feed import SearchNews, atom_feed

    news = [SearchNews(search, search.news(replay)) for search, replay in found]
    if not news:
        print_error(f"No search was run: {path} is left as it was.")
        return
    try:
        write_whole(path, atom_feed(news, pubmed.articles, identity=f"{library.path} {path.absolute()}"))
    except OSError as error:
        raise ResourceError(f"The feed {path} cannot be written: {error.strerror or error}.") from error
    print_error(f"feed        {path}")
