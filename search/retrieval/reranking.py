"""The best articles in the order of a model that reads query and article together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from search.retrieval.ranked import Ranked

if TYPE_CHECKING:
    from index.embedding.cross_encoder import Reranker
    from index.store.article_store import ArticleStore

RERANKED_BEST = 50
"""How many of the best articles are read again."""


def rerank(text: str, ranked: Sequence[Ranked], reranker: "Reranker", store: "ArticleStore") -> tuple[Ranked, ...]:
    """Sort the best articles into the reranker's order.

    Args:
        text: The query.
        ranked: The articles, best first; those after the first `RERANKED_BEST` stay where they are.
        reranker: The model.
        store: The articles' texts.

    Returns:
        The articles, those read again with the reranker's scores, scaled to between the best score that was not read
        again (0 where all were) and 1. Equal ones keep their order; one that the store no longer holds comes last.
    """
    head, others = ranked[:RERANKED_BEST], ranked[RERANKED_BEST:]
    texts = {passage.pmid: passage.text for passage in store.passages([article.pmid for article in head])}
    scores = dict(zip(texts, reranker.scores(text, list(texts.values())), strict=True))
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    floor = others[0].score if others else 0.0

    def scaled(pmid: int) -> float:
        if pmid not in scores:
            return floor
        share = (scores[pmid] - low) / (high - low) if high > low else 1.0
        return floor + (1 - floor) * share

    rescored = [article._replace(score=scaled(article.pmid)) for article in head]
    # A stable sort: equal ones keep their order.
    return (*sorted(rescored, key=lambda article: (article.pmid not in scores, -article.score)), *others)
