"""Known-item search: does an article's own title bring it up first?"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.records.article import Article
from search import Searcher

SEED = 20_261_122
SHORTEST_TITLE = 15


@dataclass(frozen=True, slots=True)
class Miss:
    """A title that did not bring up its own article first.

    Attributes:
        article: The article searched for.
        first: The article that came first instead.
        rank: The rank of the article searched for, from 1, or None when not among the first 20.
    """

    article: Article
    first: Article
    rank: int | None


def known_items(articles: Sequence[Article], count: int, *, seed: int = SEED) -> list[Article]:
    """Draw articles whose title is long enough to search for and belongs to no other article."""
    counts = Counter(article.title for article in articles)
    usable = [
        article
        for article in articles
        if article.title and len(article.title) >= SHORTEST_TITLE and counts[article.title] == 1
    ]
    usable.sort(key=lambda article: article.pmid)
    return random.Random(seed).sample(usable, min(count, len(usable)))  # noqa: S311 - a draw, no secret


def misses(pubmed: Searcher, articles: Sequence[Article]) -> list[Miss]:
    """Search each article's title and return the ones that did not come first."""
    missed = []
    for article in articles:
        results = [hit.article for hit in pubmed.search(article.title or "").hits]
        if results[0].pmid != article.pmid:
            pmids = [result.pmid for result in results]
            rank = pmids.index(article.pmid) + 1 if article.pmid in pmids else None
            missed.append(Miss(article, results[0], rank))
    return missed
