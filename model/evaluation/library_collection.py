"""A judged collection made of a user's own library, so that models are compared on what it holds.

Two kinds of queries, which nobody has to judge: the title of an article, which should find its abstract (the title is
left out of that document), and a MeSH heading, which should find the articles that NLM's indexers gave it (headings are
in no document); author keywords where there are no headings.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from index.build.article_choice import choose_articles
from index.core.errors import DataError
from index.core.files import write_whole
from index.core.progress import Progress
from index.library.layout import Library
from index.records.article import Article
from index.store.article_store import ArticleStore

TITLES: Final = 300
SUBJECTS: Final = 300
# Fewer articles of a subject say little, and more are too easy to find some of.
_FEWEST, _MOST = 2, 40
_SHORTEST_ABSTRACT = 400  # characters
_SEED = 0


@dataclass(frozen=True, slots=True)
class _Query:
    id: str
    text: str
    type: str
    relevant: Sequence[int]


def write_collection(library: Library, folder: Path, *, articles: int, progress: Progress) -> tuple[int, int]:
    """Write a collection in BEIR's layout; the same library gives the same one.

    Args:
        library: The library; its index is not needed.
        folder: Receives corpus.jsonl, queries.jsonl and qrels.test.tsv.
        articles: How many articles to draw.
        progress: Draws the bar.

    Returns:
        How many queries are titles, and how many are subjects.

    Raises:
        LibraryError: There is no library, or it cannot be read.
        DataError: It holds too few articles with an abstract, or with headings or keywords.
    """
    with ArticleStore.open(library.store) as store:
        pmids = [key.pmid for key in choose_articles(store, articles, progress)]
        drawn = [article for article in store.articles(pmids).values() if article.title and article.abstract]
    queries = (*_titles(drawn), *_subjects(drawn))
    kinds = [query.type for query in queries]
    if not kinds or len(set(kinds)) == 1:
        raise DataError(
            f"{library.path} gives no queries to compare models by: {len(drawn):,} of {len(pmids):,} articles have a"
            f" title and an abstract, {kinds.count('title'):,} of them a long one, and there are"
            f" {len(kinds) - kinds.count('title'):,} headings or keywords that {_FEWEST} to {_MOST} of them share."
        )
    named = {query.relevant[0] for query in queries if query.type == "title"}
    documents = (
        {
            "_id": str(article.pmid),
            "title": "" if article.pmid in named else article.title,
            "text": article.abstract,
        }
        for article in drawn
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write_lines(folder / "corpus.jsonl", documents)
    _write_lines(
        folder / "queries.jsonl", ({"_id": query.id, "text": query.text, "type": query.type} for query in queries)
    )
    judged = (f"{query.id}\t{pmid}\t1\n" for query in queries for pmid in query.relevant)
    write_whole(folder / "qrels.test.tsv", "".join(["query\tdocument\tgrade\n", *judged]).encode())
    return kinds.count("title"), len(kinds) - kinds.count("title")


def _titles(articles: Sequence[Article]) -> list[_Query]:
    known = [article for article in articles if len(article.abstract) >= _SHORTEST_ABSTRACT]
    drawn = Random(_SEED).sample(known, min(TITLES, len(known)))  # noqa: S311 - a draw, no secret
    return [_Query(f"title-{article.pmid}", article.title or "", "title", (article.pmid,)) for article in drawn]


def _subjects(articles: Sequence[Article]) -> list[_Query]:
    """Return the headings that a few articles have, or where there are none the keywords."""
    for kind in ("heading", "keyword"):
        pmids: defaultdict[str, list[int]] = defaultdict(list)
        for article in articles:
            for name in _names(article, kind):
                pmids[name].append(article.pmid)
        names = sorted(name for name, having in pmids.items() if _FEWEST <= len(having) <= _MOST)
        if names:
            drawn = Random(_SEED).sample(names, min(SUBJECTS, len(names)))  # noqa: S311 - a draw, no secret
            return [_Query(f"{kind}-{number}", name, kind, pmids[name]) for number, name in enumerate(drawn)]
    return []


def _names(article: Article, kind: str) -> set[str]:
    if kind == "heading":
        return {heading.name for heading in article.mesh}
    return {keyword.text.casefold() for keyword in article.keywords}


def _write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    write_whole(path, "".join(f"{json.dumps(row)}\n" for row in rows).encode())
