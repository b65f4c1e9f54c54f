"""What share of the relevant articles does the relevance rule keep, and how long are the lists that it leaves?

Each judged query is ranked by the program's own code and cut by `search.retrieval.relevance.relevant`, with other
thresholds beside its own. The baseline is the list without the rule: every candidate. One JSON line for each set and
threshold: the mean share of a query's relevant articles that is listed, the length of the lists, and how many queries
find nothing. Random letters and made-up words, which nothing should be relevant to, are asked of each set too::

    python -m benchmarks.quality.relevance

The threshold was chosen on SciFact's training claims and a part of the queries of mesh_indexing_1979.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from unittest import mock

import numpy as np

import search.retrieval.relevance
from benchmarks._measure import report
from benchmarks.quality.ranking import DevSet, options
from search.query.mapping.short_forms import find_abbreviations
from search.query.query_reader import read_query
from search.retrieval.candidates import Candidates, candidates

QUESTION = "What share of the relevant articles does the relevance rule keep?"
SETS = (("scifact", "train"), ("scifact", "test"), ("mesh_indexing_1979", "dev"), ("pubmedqa_knownitem", "test"))
THRESHOLDS = (0.3, 0.32, 0.34, 0.36, 0.38, 0.4)
NONSENSE = 40
SEED = 5


def nonsense() -> Iterator[str]:
    """Yield random letters, then pairs of made-up words."""
    draw = random.Random(SEED)  # noqa: S311 - the same every time
    for _ in range(NONSENSE):
        yield "".join(draw.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(draw.randint(5, 11)))
    for _ in range(NONSENSE):
        words = (
            "".join(draw.choice("bcdfghjklmnpqrstvwxyz") + draw.choice("aeiou") for _ in range(draw.randint(2, 4)))
            for _ in range(2)
        )
        yield " ".join(words)


def kept(judged: DevSet, found: Sequence[Candidates]) -> list[frozenset[int]]:
    """Return what the rule keeps of each query."""
    queries = zip(judged.read, judged.vectors, found, strict=True)
    return [
        search.retrieval.relevance.relevant(each, query, vector, judged.index, None).pmids
        for query, vector, each in queries
    ]


def answers(judged: DevSet) -> Iterator[dict[str, object]]:
    """Yield one answer for the list without the rule, and one for each threshold."""
    numbers = {name: number for number, name in enumerate(judged.collection.ids, 1)}
    relevant = [{numbers[name] for name, grade in query.judged.items() if grade > 0} for query in judged.queries]
    found = [candidates(query, vector, judged.index) for query, vector in zip(judged.read, judged.vectors, strict=True)]
    lists = [frozenset(article.pmid for article in each.fused) for each in found]
    yield {"least": None} | _figures(relevant, lists)
    ours = search.retrieval.relevance.LEAST
    for least in THRESHOLDS:
        with mock.patch.object(search.retrieval.relevance, "LEAST", least):
            yield {"least": least, "ours": least == ours} | _figures(relevant, kept(judged, found))


def _figures(relevant: Sequence[set[int]], lists: Sequence[frozenset[int]]) -> dict[str, object]:
    shares = [len(one & listed) / len(one) for one, listed in zip(relevant, lists, strict=True) if one]
    sizes = np.array(list(map(len, lists)))
    return {
        "queries": len(lists),
        "kept": round(float(np.mean(shares)), 4),
        "listed_median": int(np.median(sizes)),
        "listed_p90": int(np.percentile(sizes, 90)),
        "nothing": int((sizes == 0).sum()),
    }


def answered_nonsense(judged: DevSet) -> int:
    """Return how many of the made-up questions find anything."""
    index, texts = judged.index, list(nonsense())
    known = partial(find_abbreviations, index=index, mesh=None)
    read = tuple(read_query(text, None, index.stems, abbreviations=known) for text in texts)
    vectors = [index.encode(query.plain) for query in read]
    found = [candidates(query, vector, index) for query, vector in zip(read, vectors, strict=True)]
    return sum(map(bool, kept(DevSet(judged.collection, (), index, read, vectors), found)))


def main() -> None:
    """Print each answer when it is ready."""
    settings = options()
    for name, split in SETS:
        folder = settings.collections / name
        if not folder.exists():
            print(f"skipped: missing {folder}", file=sys.stderr)
            continue
        judged = DevSet.prepare(folder, split, options=settings)
        shared = {"collection": name, "split": split, "documents": judged.index.count()}
        for answer in answers(judged):
            report(QUESTION, shared | answer, packages=["tantivy", "faiss-cpu"])
        made_up = {"made_up": 2 * NONSENSE, "answered": answered_nonsense(judged)}
        report("How many made-up questions find anything?", shared | made_up, packages=["tantivy", "faiss-cpu"])


if __name__ == "__main__":
    main()
