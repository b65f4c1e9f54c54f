"""What does applying an update of 1,000 records cost, beside reading the whole library?

The library is the two whole files, 50,788 records; the update is every 20th record of the sample as a later file, each
with a changed title and a later date of revision. The articles only, without their vectors.
"""

import gzip
import re
import sys
import tempfile
from pathlib import Path

from benchmarks._measure import packaged, report, timed
from benchmarks.ingest import OURS, articles

BASELINE, SAMPLE, UPDATE = "pubmed20n0014.xml.gz", "pubmed21n1298.xml.gz", "pubmed21n1299.xml.gz"
RECORDS = 1000
START, END = b"<PubmedArticle>", b"</PubmedArticle>"


def write_update(path: Path) -> None:
    """Write the update file."""
    whole = gzip.decompress(packaged(SAMPLE).read_bytes())
    head, *records = whole.split(START)
    records[-1] = records[-1][: records[-1].rindex(END) + len(END)]
    drawn = [START + record for record in records[:: len(records) // RECORDS][:RECORDS]]
    changed = b"".join(drawn).replace(b"<ArticleTitle>", b"<ArticleTitle>Changed: ")
    changed = re.sub(rb"(<DateRevised>\s*<Year>)\d+", rb"\g<1>2022", changed)
    path.write_bytes(gzip.compress(head + changed + b"</PubmedArticleSet>"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        files, library = Path(scratch) / "files", Path(scratch) / "library"
        files.mkdir()
        for name in (BASELINE, SAMPLE):
            (files / name).symlink_to(packaged(name))
        full = timed([sys.executable, "-c", OURS, str(library), str(files)])
        write_update(files / UPDATE)
        update = timed([sys.executable, "-c", OURS, str(library), str(files / UPDATE)])
        nothing = timed([sys.executable, "-c", OURS, str(library), str(files / UPDATE)])
        report(
            "What does applying an update of 1,000 records cost, beside reading the whole library?",
            {
                "articles": articles(library / "articles.sqlite"),
                "full_s": full.wall_s,
                "update_s": update.wall_s,
                "nothing_new_s": nothing.wall_s,
                "share_of_full": round(update.wall_s / full.wall_s, 3),
                "cpu_share_of_full": round(update.cpu_s / full.cpu_s, 3),
            },
            packages=["lxml"],
        )
