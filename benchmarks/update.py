"""What does an update of 1,000 records cost, beside building the whole library?

The library is the two whole files, 50,788 records; the update is every 50th record of them as a later file, each with a
changed title and a later date of revision. Without an argument the articles only; with `--whole` the command
itself, `rebuild-index`: reading, encoding with the default model, a new index, process start included. That takes as
long as encoding the library does. `--library` updates copies of a library that was built of the two files, and
compares with a build of its index alone, all vectors ready.
"""

import argparse
import gzip
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks._measure import Cost, packaged, report, timed
from benchmarks.ingest import OURS, articles
from index.library.builds import current_manifest
from index.library.layout import Library

BASELINE, SAMPLE, UPDATE = "pubmed20n0014.xml.gz", "pubmed21n1298.xml.gz", "pubmed21n1299.xml.gz"
RECORDS = 1000
TIMES = 3
START, END = b"<PubmedArticle>", b"</PubmedArticle>"
READING = (sys.executable, "-c", OURS)
BUILDING = (str(Path(sys.executable).with_name("rebuild-index")), "--library")


def write_update(path: Path) -> None:
    """Write the update file."""
    head, records = b"", []
    for name in (BASELINE, SAMPLE):
        head, *pieces = gzip.decompress(packaged(name).read_bytes()).split(START)
        pieces[-1] = pieces[-1][: pieces[-1].rindex(END) + len(END)]
        records += pieces
    drawn = [START + record for record in records[:: len(records) // RECORDS][:RECORDS]]
    path.write_bytes(gzip.compress(head + changed(b"".join(drawn)) + b"</PubmedArticleSet>"))


def changed(records: bytes) -> bytes:
    """Return records as a later file has them: each with a changed title and a later date of revision."""
    retitled = records.replace(b"<ArticleTitle>", b"<ArticleTitle>Changed: ")
    return re.sub(rb"(<DateRevised>\s*<Year>)\d+", rb"\g<1>2022", retitled)


def built(command: Sequence[str], library: Path, scratch: Path) -> Cost:
    """Build a library of the two files."""
    files = scratch / "files"
    files.mkdir()
    for name in (BASELINE, SAMPLE):
        (files / name).symlink_to(packaged(name))
    return timed([*command, str(library), str(files)])


def indexed_again(library: Path, scratch: Path) -> Cost:
    """Build the index of a copy of a library whose vectors are all there."""
    copy = copied(library, scratch)
    shutil.rmtree(copy / "index")
    (copy / "current").unlink()
    return timed([*BUILDING, str(copy)])


def updates(command: Sequence[str], library: Path, scratch: Path) -> tuple[list[Cost], Cost]:
    """Bring copies of a library up to date, and run once more with nothing new."""
    write_update(scratch / UPDATE)
    costs = []
    for _ in range(TIMES):
        copy = copied(library, scratch)
        costs.append(timed([*command, str(copy), str(scratch / UPDATE)]))
    return costs, timed([*command, str(copy), str(scratch / UPDATE)])


def copied(library: Path, scratch: Path) -> Path:
    """Return a copy of a library, in the place of the last one."""
    copy = scratch / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    return Path(shutil.copytree(library, copy))


def main() -> None:
    """Build or take a library, and update it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", action="store_true", help="with vectors and index; takes as long as encoding")
    parser.add_argument("--library", type=Path, help="a library of the two files, which is copied")
    options = parser.parse_args()
    command = BUILDING if options.whole or options.library else READING
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        library = options.library or scratch / "library"
        full = indexed_again(library, scratch) if options.library else built(command, library, scratch)
        costs, nothing = updates(command, library, scratch)
        manifest = current_manifest(Library(scratch / "copy"))
        stored = articles(scratch / "copy" / "articles.sqlite")
    wall_s, cpu_s = median(cost.wall_s for cost in costs), median(cost.cpu_s for cost in costs)
    beside = "indexing" if options.library else "building" if options.whole else "reading"
    report(
        f"What does an update of 1,000 records cost, beside {beside} the whole library?",
        {
            "articles": stored,
            "carried_on": manifest and manifest.changed,
            "full_s": full.wall_s,
            "update_s": wall_s,
            "nothing_new_s": nothing.wall_s,
            "share_of_full": round(wall_s / full.wall_s, 3),
            "cpu_share_of_full": round(cpu_s / full.cpu_s, 3),
            "update_cpu_s": cpu_s,
            "full_cpu_s": full.cpu_s,
            "update_peak_mb": max(cost.peak_mb for cost in costs),
        },
        packages=["lxml", "txtai", "tantivy"],
    )


if __name__ == "__main__":
    main()
