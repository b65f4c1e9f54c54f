"""Does a change of the program change its answers?

The answers to 500 queries about a library's own articles are kept in a file: plain questions, Boolean queries, filters,
words as they are typed and similar articles, each with PMIDs, scores and the whole count. Run once before a change, and
again with the same file after it; two scores are the same that differ by no more than 0.0001::

    python -m benchmarks.quality.answers before.json --library data/library
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks._library import MeasuredLibrary
from benchmarks._measure import report
from index.library.layout import Library
from search import Searcher

QUESTION = "Does a change of the program change its answers?"
QUERIES, ROWS, TOLERANCE = 500, 20, 1e-4
_SHOWN = 10

Answer = dict[str, Any]


def answers(library: Library) -> Iterator[tuple[str, Answer]]:
    """Yield what is asked, and what is answered."""
    measured = MeasuredLibrary(library, Path(tempfile.gettempdir()))
    questions = measured.questions(QUERIES)
    pmids = measured.index.pmids.tolist()
    with Searcher.open(library.path) as pubmed:
        kinds: tuple[Callable[[int, str], tuple[str, Any]], ...] = (
            lambda _, text: (text, pubmed.search(text, limit=ROWS)),
            lambda _, text: (any_word := " OR ".join(text.split()), pubmed.search(any_word, limit=ROWS)),
            lambda _, text: (f"{text}, since 2021", pubmed.search(text, limit=ROWS, years=(2021, None))),
            lambda _, text: (f"{text}, reviews, all", pubmed.search(text, limit=ROWS, types=["Review"], whole=True)),
            lambda _, text: (f"{text}, as typed", pubmed.search(text, limit=ROWS, mapping=False)),
            lambda pmid, _: (f"like {pmid}", pubmed.similar([pmid], limit=ROWS)),
        )
        for number in range(QUERIES):
            pmid = pmids[number * len(pmids) // QUERIES]
            asked, page = kinds[number % len(kinds)](pmid, questions[number % len(questions)])
            hits = [(hit.article.pmid, round(float(hit.score), 6)) for hit in page.hits]
            yield f"{number}: {asked}", {"total": page.total, "hits": hits}


def is_same(before: Answer, after: Answer) -> bool:
    """Return whether two answers have the same count and articles, and about the same scores."""
    if before["total"] != after["total"] or len(before["hits"]) != len(after["hits"]):
        return False
    pairs = zip(before["hits"], after["hits"], strict=True)
    return all(old[0] == new[0] and abs(old[1] - new[1]) <= TOLERANCE for old, new in pairs)


def main() -> None:
    """Write the file, or compare with it, and print the line."""
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("file", type=Path, help="written where it is missing, else compared with")
    parser.add_argument("--library", help="the library (PUBMED_LIBRARY, else data/library)")
    options = parser.parse_args()
    found = dict(answers(Library.locate(options.library)))
    if not options.file.exists():
        options.file.write_text(json.dumps(found))
        report(QUESTION, {"queries": len(found), "kept in": str(options.file)}, packages=[])
        return
    kept = json.loads(options.file.read_text())
    different = [asked for asked, answer in found.items() if asked not in kept or not is_same(kept[asked], answer)]
    report(QUESTION, {"queries": len(found), "different": len(different), "such as": different[:_SHOWN]}, packages=[])


if __name__ == "__main__":
    main()
