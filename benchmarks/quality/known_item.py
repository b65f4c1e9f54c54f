"""Does an article come first when people name it?

By its title, by first author, year and one word of the title, by PMID, by DOI, and by a citation as in a list of
references, without PMID and DOI. Articles are drawn from a whole library with a fixed seed. Run it on the whole
sample (`rebuild-index --sample`, some 20 minutes)::

    python -m benchmarks.quality.known_item --library data/library
"""

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from benchmarks._measure import report
from index.build.article_choice import choose_articles
from index.core.progress import Progress
from index.core.text_normalization import folded_words
from index.library.layout import Library
from index.records.article import Article
from index.store.article_store import ArticleStore
from search import Searcher
from search.export.citation import citation
from search.query.stopwords import STOP_WORDS
from tests.support.oracles.known_item_trials import SEED, known_items

DRAWN = 200
SHORTEST_WORD = 5
AUTHORS_CITED = 6
GOALS = {"title": 0.99, "author_year_word": 0.95, "pmid": 1.0, "doi": 1.0, "citation": 1.0}


def by_title(article: Article) -> str | None:
    """Return the title."""
    return article.title


def by_author_year_word(article: Article) -> str | None:
    """Return the first author's surname, the year and one long word of the title, drawn by the PMID."""
    surname = article.authors[0].last_name if article.authors else None
    words = [word for word in folded_words(article.title or "") if len(word) >= SHORTEST_WORD and word.isalpha()]
    words = sorted({word for word in words if word not in STOP_WORDS})
    if not (surname and article.year and words):
        return None
    return f"{surname} {article.year} {random.Random(article.pmid).choice(words)}"  # noqa: S311 - a draw, no secret


def by_pmid(article: Article) -> str:
    """Return the PMID."""
    return str(article.pmid)


def by_doi(article: Article) -> str | None:
    """Return the DOI."""
    return article.doi


def by_citation(article: Article) -> str | None:
    """Return the citation in NLM's style, without identifiers: authors, title, journal, date, volume, pages."""
    if not (article.authors and article.title):
        return None
    names = [str(author) for author in article.authors[:AUTHORS_CITED]]
    more = ", et al" if len(article.authors) > AUTHORS_CITED else ""
    return f"{', '.join(names)}{more}. {article.title} {citation(replace(article, ids=()))}"


WAYS: dict[str, Callable[[Article], str | None]] = {
    "title": by_title,
    "author_year_word": by_author_year_word,
    "pmid": by_pmid,
    "doi": by_doi,
    "citation": by_citation,
}


def first(pubmed: Searcher, query: str) -> int | None:
    """Return the PMID that comes first."""
    return next(pubmed.pmids(query), None)


def measured(pubmed: Searcher, articles: Sequence[Article], way: str) -> dict[str, object]:
    """Search articles by one kind of name, `DRAWN` of them; some have no author or no DOI."""
    queries = [(article.pmid, query) for article in articles if (query := WAYS[way](article))][:DRAWN]
    first_pmids = {pmid: first(pubmed, query) for pmid, query in queries}
    missed = {pmid: query for pmid, query in queries if first_pmids[pmid] != pmid}
    equal_fits = [pmid for pmid, query in missed.items() if names(query, pubmed.article(first_pmids[pmid] or 0))]
    share = round(1 - len(missed) / len(queries), 4)
    return {
        "first": share,
        "goal": GOALS[way],
        "of": len(queries),
        "missed": list(missed),
        "first_fits_as_well": equal_fits,
    }


def names(query: str, article: Article | None) -> bool:
    """Say whether a surname, a year and a word of the title name an article just as well."""
    if article is None or not article.authors:
        return False
    surname, year, word = query.rsplit(maxsplit=2) if query.count(" ") > 1 else ("", "", "")
    expected = (article.authors[0].last_name, str(article.year))
    return (surname, year) == expected and word in folded_words(article.title or "")


def main() -> None:
    """Print the answer."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--library", help="default: PUBMED_LIBRARY, else data/library")
    library = Library.locate(parser.parse_args().library)
    with ArticleStore.open(library.store) as store, Searcher.open(library.path) as pubmed:
        indexed = {key.pmid for key in choose_articles(store, pubmed.count, Progress())}
        articles = known_items([article for article in store if article.pmid in indexed], 2 * DRAWN, seed=SEED)
        answer = {way: measured(pubmed, articles, way) for way in WAYS}
        report(
            "Does an article come first when people name it?",
            {"articles": pubmed.count, "seed": SEED, **answer},
            packages=["tantivy"],
        )


if __name__ == "__main__":
    main()
