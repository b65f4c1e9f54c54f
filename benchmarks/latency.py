"""How long does a search take, the encoding of the question included, beside stock txtai's?

One question after the other, on the whole library, in one process: by meaning and words, ten hits with their
evidence, and a page's twenty; the same behind filters that keep some 10 %, 1 % and one article; a Boolean query; all
facets. Each time comes with the number of rows that were returned. Stock txtai searches the same texts with the same
model (`benchmarks._library` says how), without and with its own SQL filter `year = 2018`; ours with that filter too.
Goals, medians on two idle cores: 60 ms, with a filter 80 ms.
"""

from collections.abc import Callable, Sequence

from benchmarks._library import MeasuredLibrary, Timed, load_average, timed
from benchmarks._measure import report
from search import Searcher
from search.filters.filters import Filters

QUESTION = "How long does a search take, beside stock txtai?"
QUESTIONS = 100
ROWS, PAGE = 10, 20
YEAR = 2018
FILTERED = "select id, score from txtai where similar(:question) and year = 2018"


def near_share(pubmed: Searcher, share: float) -> Filters:
    """Return the filter by a type, journal, language or heading that keeps about this share of the library."""
    names = {"type": "types", "journal": "journals", "language": "languages", "mesh": "mesh"}
    values = [
        (facet.field, count) for facet in pubmed.facets("", fields=list(names), size=2000) for count in facet.counts
    ]
    target = share * pubmed.count
    field, value = min(values, key=lambda pair: abs(pair[1].articles - target))
    return Filters.of(**{names[field]: [value.label]})


def ours(pubmed: Searcher, questions: Sequence[str], pmid: int) -> dict[str, Timed]:
    """Measure each kind of search."""
    tenth, hundredth = near_share(pubmed, 0.1), near_share(pubmed, 0.01)

    def measure(search: Callable[[str], Sequence[object]]) -> Timed:
        return timed([lambda text=text: search(text) for text in questions])

    return {
        "hybrid": measure(lambda text: pubmed.search(text, limit=ROWS).hits),
        f"hybrid, {PAGE} hits": measure(lambda text: pubmed.search(text, limit=PAGE).hits),
        f"hybrid, {tenth} ({pubmed.search('a', filters=tenth).passing})": measure(
            lambda text: pubmed.search(text, limit=ROWS, filters=tenth, whole=True).hits
        ),
        f"hybrid, {hundredth} ({pubmed.search('a', filters=hundredth).passing})": measure(
            lambda text: pubmed.search(text, limit=ROWS, filters=hundredth, whole=True).hits
        ),
        f"hybrid, year {YEAR}": measure(
            lambda text: pubmed.search(text, limit=ROWS, years=(YEAR, YEAR), whole=True).hits
        ),
        "hybrid, one article": measure(lambda text: pubmed.search(f"{text} {pmid}[pmid]", limit=ROWS).hits),
        "Boolean": measure(lambda text: pubmed.search(" OR ".join(text.split()) + " AND 2021[dp]", limit=ROWS).hits),
        "facets": measure(pubmed.facets),
    }


def theirs(measured: MeasuredLibrary, questions: Sequence[str]) -> dict[str, Timed]:
    """Measure stock txtai."""
    stock = measured.stock()
    plain = timed([lambda text=text: stock.search(text, ROWS) for text in questions])
    filtered = timed(
        [lambda text=text: stock.search(FILTERED, ROWS, parameters={"question": text}) for text in questions]
    )
    return {"hybrid": plain, f"hybrid, year = {YEAR}": filtered}


def main() -> None:
    """Measure both and print the line."""
    measured = MeasuredLibrary.from_arguments(QUESTION)
    questions = measured.questions(QUESTIONS)
    with Searcher.open(measured.library.path) as pubmed:
        searcher = ours(pubmed, questions, int(measured.index.pmids[len(measured.index.pmids) // 2]))
        articles_of_year = pubmed.search("a", years=(YEAR, YEAR)).passing
    stock = theirs(measured, questions)
    report(
        QUESTION,
        {
            "articles": measured.index.count(),
            "questions": len(questions),
            "rows_asked_for": ROWS,
            f"articles_of_{YEAR}": articles_of_year,
            "ours": {name: timed_search.to_json() for name, timed_search in searcher.items()},
            "txtai": {name: timed_search.to_json() for name, timed_search in stock.items()},
            "load_average": load_average(),
        },
        packages=["txtai", "faiss-cpu", "tantivy", "torch", "sentence-transformers"],
    )


if __name__ == "__main__":
    main()
