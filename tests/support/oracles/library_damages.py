"""Damages to the files of a small library, and what must hold whichever file they hit.

Either a search answers as before, or an error of ours says what is wrong. A wrong answer must be one that `--verify`
finds. With `forged`, the hashes are made again after the damage, as somebody could who wants it to be believed: then
nothing but errors of ours may come of it.
"""

import dataclasses
import random
import shutil
from pathlib import Path

from index.build.library_check import verify_library
from index.core.errors import PubmedError
from index.core.progress import SILENT
from index.library.build_files import list_files
from index.library.layout import Library
from index.library.manifest import Manifest, manifest_hash
from search.filters.filters import Filters
from search.searcher import Searcher
from tests.support.builds.killed_builds import build, records, small_builds
from tests.support.records.pubmed_xml import FIRST_PMID, write_articles

QUESTIONS = (
    "the story of number3 at place3",
    "topic2[ti]",
    "number1*[tiab]",
    "place3 AND 2005:2015[dp]",
    "okafor nb[au]",
)


def make_library(folder: Path) -> Library:
    """Build a library of 30 articles with the fake encoder, and save a search in it."""
    library = Library(folder / "library")
    folder.mkdir(parents=True, exist_ok=True)
    build(library, write_articles(folder / "pubmed21n0001.xml.gz", records()))
    with small_builds(), Searcher.open(library.path) as searcher:
        searcher.saved.keep(searcher.record("topic2[ti]"))
    return library


def files_of(library: Library) -> list[Path]:
    """Return every file of a library that has content, in order."""
    return sorted(path for path in library.path.rglob("*") if path.is_file() and path.stat().st_size)


def answers(library: Library) -> list[object]:
    """Return what the library answers to questions of every kind."""
    with small_builds(), Searcher.open(library.path) as searcher:
        pages = [searcher.search(text, limit=30, whole=True) for text in QUESTIONS]
        pages += [searcher.search("place2", limit=30, filters=Filters(years=(2001, 2012)))]
        found: list[object] = [[(hit.to_json(), hit.article) for hit in page.hits] + [page.total] for page in pages]
        found.append([hit.to_json() for hit in searcher.similar([FIRST_PMID + 3], limit=10).hits])
        found.append(searcher.facets("the story", size=5))
        found.append("".join(searcher.export("topic1[ti]", "ris")))
        found.append(searcher.holdings().store.articles)
        searcher.saved.all()  # a person's own, of which nothing else in the library knows: read, not compared
    return found


def damage(library: Library, chance: random.Random) -> str:  # noqa: PLR0911 - one for each kind
    """Damage one file (or two) in a random way and return what was done."""
    path = chance.choice(files_of(library))
    name = path.relative_to(library.path).as_posix()
    content = bytearray(path.read_bytes())
    match chance.choice(("flip", "flip", "flips", "truncate", "extend", "swap", "delete", "foreign", "replace")):
        case "flip":
            position = chance.randrange(len(content))
            content[position] ^= chance.randrange(1, 256)
            path.write_bytes(content)
            return f"flipped byte {position} of {name}"
        case "flips":
            for _ in range(20):
                content[chance.randrange(len(content))] = chance.randrange(256)
            path.write_bytes(content)
            return f"overwrote 20 bytes of {name}"
        case "truncate":
            path.write_bytes(content[: (length := chance.randrange(len(content)))])
            return f"truncated {name} to {length} bytes"
        case "extend":
            path.write_bytes(content + chance.randbytes(chance.randrange(1, 100)))
            return f"extended {name}"
        case "swap":
            other = chance.choice(files_of(library))
            path.write_bytes(other.read_bytes())
            other.write_bytes(content)
            return f"swapped {name} and {other.relative_to(library.path).as_posix()}"
        case "delete":
            path.unlink()
            return f"deleted {name}"
        case "foreign":
            foreign = path.with_name(chance.choice((".DS_Store", "notes.txt", f"copy of {path.name}", f"{path.name}~")))
            foreign.write_bytes(chance.choice((bytes(content), chance.randbytes(50))))
            return f"added {foreign.relative_to(library.path).as_posix()}"
        case _:
            path.write_bytes(chance.randbytes(len(content)))
            return f"replaced {name} by noise"


def forge(library: Library) -> None:
    """Make the hashes of the build in service again, if its manifest can still be read."""
    name = library.pointer.read_text(encoding="utf-8", errors="replace").partition(" ")[0]
    folder = library.builds / name
    try:
        manifest = Manifest.read(folder)
    except PubmedError:
        return
    dataclasses.replace(manifest, files=list_files(folder)).write(folder)
    library.pointer.write_text(f"{name} {manifest_hash(folder)}\n")


def hold(original: Library, expected: list[object], seed: int, scratch: Path) -> str:
    """Damage a copy of a library and check what must hold.

    Args:
        original: A sound library; it is not changed.
        expected: Its answers.
        seed: Which damage; every second one is forged.
        scratch: Where the copy is made.

    Returns:
        What was done, and what came of it: "same", "stated" or "found".

    Raises:
        AssertionError: A wrong answer came of it that `--verify` calls sound.
    """
    chance = random.Random(seed)  # noqa: S311
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(original.path, scratch)
    library = Library(scratch)
    done = damage(library, chance)
    forged = seed % 2 == 1
    if forged and library.pointer.is_file():
        forge(library)
    stated = verified = None
    try:
        found = answers(library)
    except PubmedError as error:
        found, stated = None, str(error)
    try:
        with small_builds():
            verified = verify_library(library, SILENT).faults
    except PubmedError as error:
        verified = (str(error),)
    if stated or found == expected:
        return f"{done}{' and forged' if forged else ''}: {'stated' if stated else 'same'}"
    assert forged or verified, f"seed {seed}: {done}: a wrong answer that --verify calls sound"
    return f"{done}{' and forged' if forged else ''}: {'found' if verified else 'believed'}"
