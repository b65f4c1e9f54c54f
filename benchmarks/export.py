"""What does an export cost, and does its memory stay flat as it grows?

Each run is a process of its own that reads the store of a real update file and throws the text away: a tenth of the
articles, then all of them. Beside it, reading the store without an export, which shows how much of the memory is the
store's own file held by SQLite, and rispy given everything at once.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks._measure import Cost, packaged, report, timed
from search.export.formats import FORMATS

FILE, ALL = "pubmed21n1298.xml.gz", 20_783
INGEST = """
import sys
from pathlib import Path
from index.ingest.ingest import ingest
from index.library.layout import Library
from index.core.progress import Progress
from index.sources.source_files import find_sources
ingest(Library(Path(sys.argv[1])), find_sources([Path(sys.argv[2])]), progress=Progress())
"""
RUN = """
import sys
from itertools import islice
from pathlib import Path
from index.store.article_store import ArticleStore
from search.export.formats import export
from search.export.ris import ris_record
folder, kind, count = sys.argv[1:]
with ArticleStore.open(Path(folder) / "articles.sqlite") as store, open("/dev/null", "w") as file:
    articles = islice(store, int(count))
    if kind == "read only":
        for article in articles:
            pass
    elif kind == "rispy at once":
        import rispy
        file.write(rispy.dumps([ris_record(article) for article in articles]))
    else:
        file.writelines(export(articles, kind))
"""


def run(library: Path, kind: str, count: int) -> Cost:
    """Read `count` articles and export them."""
    return timed([sys.executable, "-c", RUN, str(library), kind, str(count)])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch)
        timed([sys.executable, "-c", INGEST, scratch, str(packaged(FILE))])
        for kind in ("read only", *FORMATS, "rispy at once"):
            tenth, whole = run(library, kind, ALL // 10), run(library, kind, ALL)
            report(
                f"What does the export of {ALL:,} articles cost: {kind}?",
                {
                    "s": whole.wall_s,
                    "cpu_s": whole.cpu_s,
                    "articles_per_cpu_s": round(ALL / whole.cpu_s),
                    "peak_mb": whole.peak_mb,
                    "peak_mb_of_a_tenth": tenth.peak_mb,
                },
                packages=["rispy", "bibtexparser", "msgspec"],
            )
