"""How often is the sentence shown one that annotators marked?

SciFact's annotators marked the sentences of abstracts that support or refute its training claims. Each claim is asked,
and of each abstract that they marked, the sentence that the program shows is compared with the marks: chosen as the
program does, and as it does in an index without sentences, by words and place alone. The collection's folder needs
`rationales.train.jsonl` beside its corpus: `query-id`, `corpus-id`, `spans` of characters in the abstract.
"""

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks._measure import report
from index.core.progress import Progress
from index.engine.search_index import SearchIndex
from index.library.builds import current_build
from index.library.layout import Library
from index.store.article_store import ArticleStore
from search.cli.evaluate import OUTPUT
from search.evaluation.collection import Collection
from search.evaluation.evaluator import interval
from search.evidence.evidence import EvidenceTerms, read_article
from search.evidence.sentence_similarity import closest
from search.evidence.sentences import Sentence
from search.query.query_reader import read_query

QUESTION = "How often is the sentence shown one that annotators marked?"
MARKS = "rationales.train.jsonl"
Spans = list[list[int]]


def marked_sentences(folder: Path) -> dict[str, dict[str, Spans]]:
    """Return for each claim, by its id, the marked spans of each abstract, by the document's id."""
    marked: dict[str, dict[str, Spans]] = defaultdict(lambda: defaultdict(list))
    with (folder / MARKS).open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            marked[line["query-id"]][line["corpus-id"]] += line["spans"]
    return marked


def is_marked(sentence: Sentence, spans: Spans) -> bool:
    """Whether a sentence shares more than a few characters with a marked one: both are cut by different programs."""
    start, end = sentence.start, sentence.start + len(sentence.text)
    return any(min(end, last) - max(start, first) > min(20, (last - first) // 2) for first, last in spans)


def outcomes(collection: Collection, index: SearchIndex, store: ArticleStore) -> Iterator[tuple[bool, bool]]:
    """Yield for each claim and marked abstract whether the sentence shown is marked: as shown, and by words alone."""
    marked, numbers = marked_sentences(collection.folder), {name: n for n, name in enumerate(collection.ids, 1)}
    for query in collection.queries("train"):
        read = read_query(query.text, None, index.stems)
        terms, vector = EvidenceTerms.of(read.read_as, index), index.encode(read.plain)
        for document, spans in marked.get(query.id, {}).items():
            if (article := store.article(numbers.get(document, 0))) is not None:
                matches = read_article(article, terms, index)
                cosines = index.sentence_cosines([article.pmid], vector)
                chosen = closest(matches, cosines[0][1:] if cosines else None), closest(matches, None)
                shown, by_words = (one is not None and is_marked(one.sentence, spans) for one in chosen)
                yield shown, by_words


def share(hits: Sequence[bool]) -> list[float]:
    """Return the share that is true, with its 95 % interval."""
    figure = interval([float(hit) for hit in hits])
    return [round(number, 3) for number in (figure.mean, figure.low, figure.high)]


def marked_library(question: str) -> tuple[Collection, Library] | None:
    """Read the command's arguments; return the collection and its library, or None, said, where nothing is marked.

    Args:
        question: What the benchmark answers.
    """
    data = os.environ.get("PUBMED_TEST_DATA", "../shared/data")
    parser = argparse.ArgumentParser(description=question)
    parser.add_argument("collection", nargs="?", type=Path, default=Path(data) / "collections" / "scifact")
    parser.add_argument("--cache", type=Path, default=OUTPUT / ".cache")
    options = parser.parse_args()
    if not (options.collection / MARKS).exists():
        print(f"skipped: missing {options.collection / MARKS}", file=sys.stderr)
        return None
    collection = Collection.open(options.collection)
    return collection, collection.library(options.cache, model=None, progress=Progress())


def main() -> None:
    """Measure, and print one JSON line."""
    if (found := marked_library(QUESTION)) is None:
        return
    collection, library = found
    with ArticleStore.open(library.store) as store:
        shown, by_words = zip(*outcomes(collection, SearchIndex.open(current_build(library)), store), strict=True)
    report(
        QUESTION,
        {"claims and abstracts": len(shown), "shown": share(shown), "by words and place alone": share(by_words)},
        packages=["tantivy", "faiss-cpu"],
    )


if __name__ == "__main__":
    main()
