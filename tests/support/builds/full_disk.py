"""Builds a library on a small file system that is nearly full, with a little more room each time.

Run as a program inside a mount of its own: `python -m tests.support.builds.full_disk MOUNT SOURCE NEWER STEP`.
Writes one JSON object a try: what went wrong, and whether the index in service answered as before on the full disk.
"""

import json
import os
import sys
from pathlib import Path

from index.core.errors import PubmedError
from index.library.builds import current_build
from index.library.layout import Library
from search import Searcher
from tests.support.builds.killed_builds import build, small_builds


def answer(library: Library) -> tuple[str, list[int]]:
    with Searcher.open(library.path) as pubmed:
        page = pubmed.search("number7 of topic3", limit=40)
        return page.build, [hit.article.pmid for hit in page.hits]


def fill(mount: Path, *, room: int) -> None:
    """Write a file that leaves `room` bytes free."""
    state = os.statvfs(mount)
    (mount / "filler").write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - room)))


def main() -> None:
    mount, source, newer = map(Path, sys.argv[1:4])
    step_bytes = int(sys.argv[4])
    library = Library(mount / "library")
    with small_builds():
        build(library, source)
        expected = answer(library)
        room = 0
        while current_build(library).name == expected[0]:
            fill(mount, room=room)
            try:
                build(library, newer)
                error = None
            except (PubmedError, OSError) as found:
                error = f"{type(found).__name__} {found}"
            same = answer(library) == expected
            (mount / "filler").unlink()
            files = sorted(path.name for path in library.path.rglob("*") if "partial" in path.name)
            attempt = {"room": room, "error": error, "same": same, "leftovers": files}
            sys.stdout.write(json.dumps(attempt) + "\n")
            room += step_bytes


if __name__ == "__main__":
    main()
