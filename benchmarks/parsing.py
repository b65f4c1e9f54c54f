"""Where does the CPU time of reading a file go?

The steps of one worker, one after the other on the whole update file, in this process; SQLite is not among them.
"""

import gc
import time

from benchmarks._measure import packaged, report
from index.core.gc_tuning import THRESHOLD
from index.core.progress import SILENT
from index.ingest.xml_splitter import read_batches
from index.parsing.article_parser import parse_article
from index.records.passages import encoded_text, text_hash
from index.records.serialization import pack
from index.store import article_rows
from index.store.paperetl_rows import paper_rows

NAME = "pubmed21n1298.xml.gz"


def main() -> None:
    """Measure every step and print the line."""
    gc.set_threshold(THRESHOLD)
    spent = dict.fromkeys(("unzip_and_cut", "lxml", "records", "compress", "paperetl_rows", "hash"), 0.0)
    clock = time.process_time()

    def done(step: str) -> None:
        nonlocal clock
        now = time.process_time()
        spent[step] += now - clock
        clock = now

    with SILENT.bar("parsing", None, "kB") as bar:
        documents = list(read_batches(packaged(NAME), bar))
    done("unzip_and_cut")
    for document in documents:
        elements = [
            element for element in article_rows._children(document) if element.tag not in article_rows.DELETIONS
        ]
        done("lxml")
        articles = [parse_article(element) for element in elements]
        done("records")
        for article in articles:
            pack(article)
        done("compress")
        for article in articles:
            paper_rows(article)
        done("paperetl_rows")
        for article in articles:
            text_hash(encoded_text(article))
        done("hash")
    whole = sum(spent.values())
    report(
        "Where does the CPU time of reading a file go?",
        {"cpu_s": round(whole, 2), "shares": {step: round(part / whole, 3) for step, part in spent.items()}},
        packages=["lxml", "sentencex", "zstandard"],
    )


if __name__ == "__main__":
    main()
