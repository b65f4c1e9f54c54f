"""What does an update of 1,000 records cost, beside building the whole library?

The library is the two whole files, 50,788 records; the update is every 50th record of them as a later file, each with a
changed title and a later date of revision. Without an argument the articles only; with `--whole` the command
itself, `rebuild-index`: reading, encoding with the default model, a new index, process start included. That takes as
long as encoding the library does.
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
    changed = b"".join(drawn).replace(b"<ArticleTitle>", b"<ArticleTitle>Changed: ")
    changed = re.sub(rb"(<DateRevised>\s*<Year>)\d+", rb"\g<1>2022", changed)
    path.write_bytes(gzip.compress(head + changed + b"</PubmedArticleSet>"))


def full_and_updates(command: Sequence[str], scratch: Path) -> tuple[Cost, list[Cost], Cost, int]:
    """Build a library, bring copies of it up to date, and run once more with nothing new."""
    files, library, copy = scratch / "files", scratch / "library", scratch / "copy"
    files.mkdir()
    for name in (BASELINE, SAMPLE):
        (files / name).symlink_to(packaged(name))
    full = timed([*command, str(library), str(files)])
    write_update(files / UPDATE)
    updates = []
    for _ in range(TIMES):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(library, copy)
        updates.append(timed([*command, str(copy), str(files / UPDATE)]))
    nothing = timed([*command, str(copy), str(files / UPDATE)])
    return full, updates, nothing, articles(copy / "articles.sqlite")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", action="store_true", help="with vectors and index; takes as long as encoding")
    whole = parser.parse_args().whole
    with tempfile.TemporaryDirectory() as scratch:
        full, updates, nothing, stored = full_and_updates(BUILDING if whole else READING, Path(scratch))
    wall_s, cpu_s = median(cost.wall_s for cost in updates), median(cost.cpu_s for cost in updates)
    report(
        f"What does an update of 1,000 records cost, beside {'building' if whole else 'reading'} the whole library?",
        {
            "articles": stored,
            "full_s": full.wall_s,
            "update_s": wall_s,
            "nothing_new_s": nothing.wall_s,
            "share_of_full": round(wall_s / full.wall_s, 3),
            "cpu_share_of_full": round(cpu_s / full.cpu_s, 3),
        },
        packages=["lxml", "txtai", "tantivy"],
    )
