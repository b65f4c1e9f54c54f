"""Searches and builds with fewer and fewer file descriptors.

Run as a program, because the limit is the whole process's:
`python -m tests.support.builds.few_descriptors LIBRARY SOURCE NEWER`. Writes one JSON object a try: what was tried,
with how many descriptors to spare, and its answer or its error.
"""

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.build.library_check import verify_library
from index.core.errors import PubmedError
from index.core.progress import SILENT
from index.library.layout import Library
from search import Searcher
from tests.support.builds.killed_builds import build, small_builds

SPARE = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 14, 20, 60, 120)
ENOUGH = 500


@contextmanager
def spare_descriptors(number: int) -> Iterator[None]:
    """Let this process open so many more files than it has open now."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    # The limit is about the highest number, so the numbers below it are taken first.
    held = [os.open("/dev/null", os.O_RDONLY) for _ in range(8)]
    highest = held.pop()
    for descriptor in held:
        os.close(descriptor)
    while (descriptor := os.open("/dev/null", os.O_RDONLY)) < highest:
        held.append(descriptor)
    os.close(descriptor)
    os.close(highest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + number, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def attempt(what: str, spare: int, action: Callable[[], object]) -> None:
    try:
        with spare_descriptors(spare):
            result, error = action(), None
    except (PubmedError, OSError) as found:
        result, error = None, f"{type(found).__name__} {found}"
    sys.stdout.write(json.dumps({"what": what, "spare": spare, "result": result, "error": error}) + "\n")


def answer(pubmed: Searcher) -> list[object]:
    page = pubmed.search("number7 of topic3", limit=40)
    return [page.build, [hit.article.pmid for hit in page.hits]]


def answer_of(library: Library) -> list[object]:
    with Searcher.open(library.path) as pubmed:
        return answer(pubmed)


def main() -> None:
    library, source, newer = Library(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3])
    with small_builds():
        build(library, source)
        verify_library(library, SILENT)  # so that everything is imported
        with Searcher.open(library.path) as pubmed:
            attempt("expected", ENOUGH, lambda: answer(pubmed))
            for spare in SPARE:
                attempt("search", spare, lambda: answer(pubmed))
                attempt("open and search", spare, lambda: answer_of(library))
                attempt("verify", spare, lambda: verify_library(library, SILENT).faults)
            for spare in SPARE[:8]:  # with more, a build may succeed
                attempt("build", spare, lambda: build(library, newer).manifest.build)
                attempt("search beside builds", spare, lambda: answer(pubmed))
        attempt("build at last", ENOUGH, lambda: build(library, newer).manifest.articles)
        attempt("verify at last", ENOUGH, lambda: verify_library(library, SILENT).faults)
        shards = sorted(path.name for path in library.vectors.rglob("*") if path.is_file())
        attempt("shards", ENOUGH, lambda: shards)


if __name__ == "__main__":
    main()
