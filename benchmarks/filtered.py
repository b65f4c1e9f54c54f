"""Does a filter cost results? Rows of 10 and recall@10 at four selectivities, beside stock txtai's SQL filter.

Random selections, and topical ones (the nearest to some article), which are near a question or far from it. Recall is
that of the ranking by meaning against an exact one over the selected vectors in numpy; an article as near as the tenth
counts as found. Rows are those of a whole search. Stock txtai filters the same selections, kept as columns, by SQL.
"""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks._library import MeasuredLibrary, column, load_average, timed
from benchmarks._measure import report
from index.engine.filter_expression import Pmids
from search import Searcher

QUESTION = "Does a filter cost results?"
QUESTIONS = 50
ROWS = 10
SAME = 1e-5
"""Cosines that differ by less are equal: the sums are added in another order."""


Search = Callable[[str], set[int]]


def recall(measured: MeasuredLibrary, questions: Sequence[str], pmids: Sequence[int], search: Search) -> float:
    """Return the mean share of the exact best rows that were found."""
    rows = np.flatnonzero(np.isin(measured.index.pmids, pmids))
    shares = []
    for text in questions:
        exact = measured.vectors[rows] @ measured.index.encode(text)
        tenth_best = np.sort(exact)[-min(ROWS, len(rows))]
        exact_pmids = {int(pmid) for pmid in measured.index.pmids[rows[exact >= tenth_best - SAME]]}
        shares.append(min(1.0, len(search(text) & exact_pmids) / min(ROWS, len(rows))))
    return round(float(np.mean(shares)), 4)


def ours(
    measured: MeasuredLibrary, pubmed: Searcher, questions: Sequence[str], pmids: Sequence[int]
) -> dict[str, object]:
    """Measure the searcher behind one selection."""
    within = measured.index.select(Pmids(frozenset(pmids)))
    pmid_filter = f" {' '.join(map(str, pmids))}[pmid]"

    def nearest(text: str) -> set[int]:
        return {match.pmid for match in measured.index.nearest(measured.index.encode(text), ROWS, within)}

    timed_search = timed([lambda text=text: pubmed.search(text + pmid_filter, limit=ROWS).hits for text in questions])
    return {**timed_search.to_json(), "recall_at_10": recall(measured, questions, pmids, nearest)}


def theirs(measured: MeasuredLibrary, stock: object, questions: Sequence[str], selection: str) -> dict[str, object]:
    """Measure stock txtai behind the same selection."""
    sql = f"select id, score from txtai where similar(:question) and {column(selection)} = 1"  # noqa: S608 - our own name
    only_meaning = sql.replace("(:question)", "(:question, 1.0)")

    def search(text: str, sql: str = sql) -> list[dict[str, object]]:
        return stock.search(sql, ROWS, parameters={"question": text})  # type: ignore[attr-defined,no-any-return]

    def nearest(text: str) -> set[int]:
        return {int(str(row["id"])) for row in search(text, only_meaning)}

    timed_search = timed([lambda text=text: search(text) for text in questions])
    return {
        **timed_search.to_json(),
        "recall_at_10": recall(measured, questions, measured.selections[selection], nearest),
    }


def main() -> None:
    """Measure both at each selectivity and print the line."""
    measured = MeasuredLibrary.from_arguments(QUESTION)
    questions, stock = measured.questions(QUESTIONS), measured.stock()
    results = {}
    with Searcher.open(measured.library.path) as pubmed:
        for selection, pmids in measured.selections.items():
            results[selection] = {
                "articles": len(pmids),
                "ours": ours(measured, pubmed, questions, pmids),
                "txtai": theirs(measured, stock, questions, selection),
            }
    report(
        QUESTION,
        {
            "articles": measured.index.count(),
            "questions": len(questions),
            "rows_asked_for": ROWS,
            "selections": results,
            "load_average": load_average(),
        },
        packages=["txtai", "faiss-cpu", "tantivy", "numpy"],
    )


if __name__ == "__main__":
    main()
