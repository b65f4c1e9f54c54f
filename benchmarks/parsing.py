"""Where does the CPU time of reading a file go?

The steps of one worker, one after the other on the whole update file, in this process; SQLite is not among them.
"""

import gc
import time

from benchmarks._measure import packaged, report
from index import entries
from index.batches import read_batches
from index.packing import pack
from index.paperetl_rows import paper_rows
from index.passages import encoded_text, text_hash
from index.progress import SILENT
from index.pubmed_xml import parse_article
from index.workers import GARBAGE_THRESHOLD

NAME = "pubmed21n1298.xml.gz"


def main() -> None:
    """Measure every step and print the line."""
    gc.set_threshold(GARBAGE_THRESHOLD)
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
        elements = [element for element in entries._children(document) if element.tag not in entries.DELETIONS]
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
