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
        article: The article looked for.
        first: The article that came first instead.
        rank: Where the article looked for came, from 1, or None when not among the first 20.
    """

    article: Article
    first: Article
    rank: int | None


def known_items(articles: Sequence[Article], count: int, *, seed: int = SEED) -> list[Article]:
    """Draw articles whose title says enough to be looked for and is no other article's title."""
    times = Counter(article.title for article in articles)
    usable = [a for a in articles if a.title and len(a.title) >= SHORTEST_TITLE and times[a.title] == 1]
    usable.sort(key=lambda article: article.pmid)
    return random.Random(seed).sample(usable, min(count, len(usable)))  # noqa: S311 - a draw, no secret


def misses(pubmed: Searcher, articles: Sequence[Article]) -> list[Miss]:
    """Search each article's title and return the ones that did not come first."""
    missed = []
    for article in articles:
        found = [hit.article for hit in pubmed.search(article.title or "").hits]
        if found[0].pmid != article.pmid:
            pmids = [one.pmid for one in found]
            rank = pmids.index(article.pmid) + 1 if article.pmid in pmids else None
            missed.append(Miss(article, found[0], rank))
    return missed
