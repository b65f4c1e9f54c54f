"""How much memory does reading one XML file of more than 500 MB take?

The file is the real update file, its records again and again under other PMIDs.
"""

import gzip
import re
import sys
import tempfile
from multiprocessing import Process
from pathlib import Path

from benchmarks._measure import packaged, report, timed
from benchmarks.ingest import OURS, articles

NAME = "pubmed21n1298.xml.gz"
SIZE = 500_000_000


def write_large(path: Path) -> None:
    """Write the file: 500 MB or more of well-formed PubMed XML, every record's own PMID unique."""
    whole = gzip.decompress(packaged(NAME).read_bytes())
    start, end = whole.index(b"<PubmedArticle>"), whole.rindex(b"</PubmedArticle>") + len(b"</PubmedArticle>")
    head, body, tail = whole[:start], whole[start:end], b"</PubmedArticleSet>"
    with path.open("wb") as file:
        file.write(head)
        number = 0
        while file.tell() < SIZE:
            number += 1
            # The record's own PMID is the first in it; nine digits keep it unique.
            renumbered = re.sub(
                rb'(<PubmedArticle>\s*<MedlineCitation[^>]*>\s*<PMID Version="\d+">)(\d+)',
                lambda match, n=number: match[1] + b"%d%08d" % (n, int(match[2])),
                body,
            )
            file.write(renumbered)
        file.write(tail)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        large, library = Path(scratch) / "large.xml", Path(scratch) / "library"
        # In another process: a command's peak memory, as counted, starts at that of the process that starts it.
        writing = Process(target=write_large, args=(large,))
        writing.start()
        writing.join()
        cost = timed([sys.executable, "-c", OURS, str(library), str(large)])
        report(
            "How much memory does reading one XML file of more than 500 MB take?",
            {
                "megabytes": round(large.stat().st_size / 1e6),
                "articles": articles(library / "articles.sqlite"),
                "largest_process_mb": cost.peak_mb,
                "s": cost.wall_s,
            },
            packages=["lxml"],
        )
