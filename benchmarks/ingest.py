"""How fast, how small and how complete is the article store, beside PaperETL's own command?

Both read the same two whole files in the same run, each in a process tree of its own. PaperETL needs NLTK's punkt
data: `NLTK_DATA`, or the copy inside PyPI `llama-index-core` (`pip install --no-deps llama-index-core==0.14.25`).
"""

import sqlite3
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from benchmarks._measure import Cost, packaged, report, timed

FILES = ("pubmed21n1298.xml.gz", "pubmed20n0014.xml.gz")
OURS = """
import sys
from pathlib import Path
from index.ingest.ingest import ingest
from index.library.layout import Library
from index.core.progress import Progress
from index.sources.source_files import find_sources
ingest(Library(Path(sys.argv[1])), find_sources([Path(sys.argv[2])]), progress=Progress())
"""
FLOOR = """
import gzip, sys
from lxml import etree
for _, element in etree.iterparse(gzip.open(sys.argv[1]), tag="PubmedArticle", resolve_entities=False):
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
"""


def punkt_folder() -> str:
    """Return the folder of NLTK data inside PyPI `llama-index-core`."""
    files = metadata.files("llama-index-core") or []
    punkt = next(Path(str(file.locate())) for file in files if file.name == "README" and "punkt" in str(file))
    return str(punkt.parents[2])


def by_paperetl(folder: Path, store: Path) -> tuple[Cost, int]:
    """Run PaperETL's command; its driver races its own queue, so it is run again after an empty store."""
    environment = {"NLTK_DATA": punkt_folder()}
    for _ in range(8):
        cost = timed([sys.executable, "-m", "paperetl.file", str(folder), str(store)], environment=environment)
        if stored := articles(store / "articles.sqlite"):
            return cost, stored
    raise SystemExit("PaperETL stored nothing in eight runs")


def by_us(file: Path, library: Path) -> tuple[Cost, int]:
    """Run our ingest of one file."""
    cost = timed([sys.executable, "-c", OURS, str(library), str(file)])
    return cost, articles(library / "articles.sqlite")


def floor(file: Path) -> Cost:
    """Read a file's elements with lxml and do nothing with them: what any parser on lxml costs on one core."""
    return timed([sys.executable, "-c", FLOOR, str(file)])


def articles(store: Path) -> int:
    """Count the articles of a store; both layouts have PaperETL's table."""
    with sqlite3.connect(store) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


def compare(name: str, scratch: Path) -> None:
    """Measure one file both ways and print the line."""
    folder, paperetl_store, library = (scratch / part for part in ("in", "theirs", "ours"))
    folder.mkdir(parents=True)
    (folder / name).symlink_to(packaged(name))
    ours, stored = by_us(folder / name, library)
    paperetl, paperetl_stored = by_paperetl(folder, paperetl_store)
    size = sum(file.stat().st_size for file in library.rglob("articles.sqlite*"))
    paperetl_size = (paperetl_store / "articles.sqlite").stat().st_size
    report(
        f"How fast, small and complete is the store of {name}?",
        {
            "ours": {"s": ours.wall_s, "cpu_s": ours.cpu_s, "peak_mb": ours.peak_mb, "articles": stored},
            "paperetl": {
                "s": paperetl.wall_s,
                "cpu_s": paperetl.cpu_s,
                "peak_mb": paperetl.peak_mb,
                "articles": paperetl_stored,
            },
            "lxml_alone": {"s": floor(folder / name).wall_s},
            "records_per_s": round(stored / ours.wall_s),
            "times_as_fast": round(paperetl.wall_s / ours.wall_s, 2),
            "bytes_per_article": round(size / stored),
            "paperetl_bytes_per_article": round(paperetl_size / paperetl_stored),
        },
        packages=["paperetl", "lxml", "sentencex"],
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for name in FILES:
            compare(name, Path(scratch) / name.split(".")[0])
