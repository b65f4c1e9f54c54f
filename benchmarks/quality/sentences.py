"""How well does a list of sentences hold those that annotators marked, and what would an exact scan cost?

SciFact's annotators marked the sentences of abstracts that support or refute its training claims. Each claim is asked
for sentences, as the program ranks them, with other numbers of sentences of each article beside its own. An exact scan
compares every code of the index with one vector, in blocks. The collection's folder needs
`rationales.train.jsonl`, as `benchmarks.evidence` does.
"""

import math
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

from benchmarks._measure import report
from benchmarks.quality.evidence import Spans, marked_library, marked_sentences
from index.embedding.sentence_codes import code_cosines
from index.engine.search_index import SearchIndex
from index.engine.sentence_index import FOLDER
from index.library.builds import current_build
from index.store.article_store import ArticleStore
from search.evaluation.collection import Collection
from search.explore import sentence_search
from search.explore.sentence_results import SentenceHit
from search.explore.sentence_search import OF_EACH, SentenceList
from search.filters.filters import Filters
from search.retrieval.pipeline import PreparedQuery
from search.serving.open_build import OpenBuild

QUESTION = "How well does a list of sentences hold those that annotators marked?"
EVERY = 1000
"""More sentences than any abstract has."""

MOST_OF_EACH = (1, 2, OF_EACH, 5, EVERY)
BLOCK = 4096
FIRST = 10


def is_marked(hit: SentenceHit, spans: Spans) -> bool:
    """Whether a sentence shares more than a few characters with a marked one: both are cut by different programs."""
    start, end = hit.sentence.start, hit.sentence.end
    return any(min(end, last) - max(start, first) > min(20, (last - first) // 2) for first, last in spans)


def lists(
    collection: Collection, serving: OpenBuild
) -> Iterator[tuple[Sequence[SentenceHit], dict[int, Spans], float]]:
    """Yield for each claim all sentences ranked, the marked spans of each article, and the CPU seconds."""
    marked, numbers = marked_sentences(collection.folder), {name: n for n, name in enumerate(collection.ids, 1)}
    for query in collection.queries("train"):
        spans = {numbers[name]: each for name, each in marked.get(query.id, {}).items() if name in numbers}
        if not spans:
            continue
        started = time.process_time()
        with mock.patch.object(sentence_search, "OF_EACH", EVERY):
            hits = SentenceList.of(PreparedQuery.prepare(query.text, Filters(), serving)).hits
        yield hits, spans, time.process_time() - started


def first_of(hits: Sequence[SentenceHit], of_each: int) -> list[SentenceHit]:
    """Return the first ten, with at most so many of each article."""
    seen: Counter[int] = Counter()
    kept = []
    for hit in hits:
        seen[hit.article.pmid] += 1
        if seen[hit.article.pmid] <= of_each:
            kept.append(hit)
    return kept[:FIRST]


def row(claims: Sequence[tuple[Sequence[SentenceHit], dict[int, Spans], float]], of_each: int) -> dict[str, float]:
    """Return the figures of lists with at most so many sentences of each article."""
    firsts = [(first_of(hits, of_each), spans) for hits, spans, _ in claims]
    found = [([is_marked(hit, spans.get(hit.article.pmid, [])) for hit in hits], spans) for hits, spans in firsts]
    return {
        "of each": of_each,
        "nDCG@10": round(statistics.mean(gain(hits, sum(map(len, spans.values()))) for hits, spans in found), 3),
        "claims with a mark in ten": round(statistics.mean(any(hits) for hits, _ in found), 3),
        "articles in ten": round(statistics.mean(len({hit.article.pmid for hit in hits}) for hits, _ in firsts), 1),
    }


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
    if (found := marked_library(QUESTION)) is None:
        return
    collection, library = found
    build = current_build(library)
    index = SearchIndex.open(build)
    with ArticleStore.open(library.store) as store:
        claims = list(lists(collection, OpenBuild(build, index, store)))
    rows = [row(claims, of_each) for of_each in MOST_OF_EACH]
    cost = round(1000 * statistics.median(seconds for *_, seconds in claims))
    figures = {
        "claims": len(claims),
        "lists": rows,
        "median CPU ms": cost,
        "sentences": index.sentences,
        "scanned a CPU second": scanned_each_second(build, index),
    }
    report(QUESTION, figures, packages=["tantivy", "faiss-cpu"])


if __name__ == "__main__":
    main()
