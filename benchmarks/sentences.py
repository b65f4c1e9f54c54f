"""How well does a list of sentences hold those that annotators marked, and what would an exact scan cost?

SciFact's annotators marked the sentences of abstracts that support or refute its training claims. Each claim is asked
for sentences, as the program ranks them, with other numbers of articles and of sentences of each beside its own. An
exact scan compares every code of the index with one vector, in blocks. The collection's folder needs
`rationales.train.jsonl`, as `benchmarks.evidence` does.
"""

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

from benchmarks._measure import report
from benchmarks.evidence import MARKS, Spans, marked_sentences
from index.core.progress import Progress
from index.embedding.sentence_codes import code_cosines
from index.engine.search_index import SearchIndex
from index.engine.sentence_index import FOLDER
from index.library.builds import current_build
from index.store.article_store import ArticleStore
from search.cli.evaluate import OUTPUT
from search.evaluation.collection import Collection
from search.explore import sentence_search
from search.explore.sentence_results import SentenceHit
from search.explore.sentence_search import OF_EACH, SEARCHED, SentenceList
from search.filters.filters import Filters
from search.retrieval.pipeline import PreparedQuery
from search.serving.open_build import OpenBuild

QUESTION = "How well does a list of sentences hold those that annotators marked?"
SETTINGS = ((SEARCHED, OF_EACH), (50, OF_EACH), (SEARCHED, 1), (SEARCHED, 2), (SEARCHED, 5), (SEARCHED, 100))
BLOCK = 4096
FIRST = 10


def is_marked(hit: SentenceHit, spans: Spans) -> bool:
    """Whether a sentence shares more than a few characters with a marked one: both are cut by different programs."""
    start, end = hit.sentence.start, hit.sentence.end
    return any(min(end, last) - max(start, first) > min(20, (last - first) // 2) for first, last in spans)


def lists(
    collection: Collection, serving: OpenBuild, searched: int, of_each: int
) -> Iterator[tuple[list[bool], int, int, float]]:
    """Yield for each claim which of the first ten are marked, how many marks and articles, and the CPU seconds."""
    marked, numbers = marked_sentences(collection.folder), {name: n for n, name in enumerate(collection.ids, 1)}
    for query in collection.queries("train"):
        spans = {numbers[name]: each for name, each in marked.get(query.id, {}).items() if name in numbers}
        if not spans:
            continue
        started = time.process_time()
        with mock.patch.multiple(sentence_search, SEARCHED=searched, OF_EACH=of_each):
            hits = SentenceList.of(PreparedQuery.prepare(query.text, Filters(), serving)).hits[:FIRST]
        seconds = time.process_time() - started
        found = [is_marked(hit, spans.get(hit.article.pmid, [])) for hit in hits]
        articles = len({hit.article.pmid for hit in hits})
        yield found, sum(map(len, spans.values())), articles, seconds


def gain(found: Sequence[bool], marks: int) -> float:
    """Return nDCG of the first ten."""
    discounts = [1 / math.log2(rank + 2) for rank in range(FIRST)]
    return sum(d for d, hit in zip(discounts, found, strict=False) if hit) / sum(discounts[:marks])


def scanned_each_second(build: Path, index: SearchIndex) -> int:
    """Return how many codes an exact scan compares in a CPU second."""
    import numpy as np

    codes, vector = np.load(build / FOLDER / "codes.npy", mmap_mode="r"), index.encode("frogs cure gout")
    started = time.process_time()
    for start in range(0, len(codes), BLOCK):
        code_cosines(codes[start : start + BLOCK], vector)
    return round(len(codes) / (time.process_time() - started))


def main() -> None:
    """Measure, and print one JSON line."""
    data = os.environ.get("PUBMED_TEST_DATA", "../shared/data")
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("collection", nargs="?", type=Path, default=Path(data) / "collections" / "scifact")
    parser.add_argument("--cache", type=Path, default=OUTPUT / ".cache")
    options = parser.parse_args()
    if not (options.collection / MARKS).exists():
        print(f"skipped: missing {options.collection / MARKS}", file=sys.stderr)
        return
    collection = Collection.open(options.collection)
    library = collection.library(options.cache, model=None, progress=Progress())
    build = current_build(library)
    index, rows = SearchIndex.open(build), []
    with ArticleStore.open(library.store) as store:
        serving = OpenBuild(build, index, store)
        for searched, of_each in SETTINGS:
            claims = list(lists(collection, serving, searched, of_each))
            rows.append(
                {
                    "articles": searched,
                    "of each": of_each,
                    "claims": len(claims),
                    "nDCG@10": round(statistics.mean(gain(found, marks) for found, marks, *_ in claims), 3),
                    "claims with a mark in ten": round(statistics.mean(any(found) for found, *_ in claims), 3),
                    "articles in ten": round(statistics.mean(articles for *_, articles, _ in claims), 1),
                    "median CPU ms": round(1000 * statistics.median(seconds for *_, seconds in claims)),
                }
            )
    figures = {"lists": rows, "sentences": index.sentences, "scanned a CPU second": scanned_each_second(build, index)}
    report(QUESTION, figures, packages=["tantivy", "faiss-cpu"])


if __name__ == "__main__":
    main()
