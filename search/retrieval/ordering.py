"""The order in which articles are listed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.core.errors import QueryError
from search.retrieval.ranked import Ranked
from search.retrieval.recency import favour_recent
from search.retrieval.reranking import RERANKED_BEST, rerank

if TYPE_CHECKING:
    from numpy import ndarray

    from index.embedding.cross_encoder import Reranker
    from index.engine.search_index import SearchIndex
    from index.store.article_store import ArticleStore

SORTS = ("relevance", "newest", "oldest")


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is ordered.

    Attributes:
        sort: "relevance", "newest" or "oldest".
        recency: Of the order by relevance, the years after which a score counts half; None to ignore age.
        reranker: Of the order by relevance, the model that reads the best articles again, or None.

    Raises:
        QueryError: There is no such order, or `recency` is not above 0.
        TypeError: `recency` is not a number.
    """

    sort: str = "relevance"
    recency: float | None = None
    reranker: "Reranker | None" = None

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            raise QueryError(f"sort must be one of {', '.join(SORTS)}, not {self.sort!r}.")
        if self.recency is None:
            return
        if isinstance(self.recency, bool) or not isinstance(self.recency, int | float):
            raise TypeError(f"recency must be a number of years, not {self.recency!r}")
        if not (self.recency > 0 and math.isfinite(self.recency)):
            raise QueryError(f"recency must be a half-life in years, above 0, such as 5; not {self.recency}.")

    @property
    def by_relevance(self) -> bool:
        """Whether the best article comes first."""
        return self.sort == "relevance"

    @property
    def reranked_by(self) -> str | None:
        """Name of the reranker, a folder by its last part only: its full path is private."""
        if self.reranker is None:
            return None
        name = Path(self.reranker.name).expanduser()
        return name.absolute().name if name.is_dir() else self.reranker.name

    def to_json(self) -> dict[str, object]:
        """Return the parameters that it adds to those of a ranking."""
        reranking = {"reranker": self.reranked_by, "reranked": RERANKED_BEST} if self.reranker else {}
        ageing = {"recency_half_life_years": self.recency} if self.recency else {}
        return {**reranking, **ageing} if self.by_relevance else {}

    def apply(
        self, text: str, ranked: Sequence[Ranked], index: "SearchIndex", store: "ArticleStore"
    ) -> Sequence[Ranked]:
        """Sort ranked articles into this order.

        Args:
            text: The query.
            ranked: The articles, best first.
            index: The build, for the days.
            store: The articles, for the reranker.
        """
        if not self.by_relevance:
            by_pmid = {article.pmid: article for article in ranked}
            return tuple(by_pmid[pmid] for pmid in by_date(list(by_pmid), self.sort, index))
        if self.reranker:
            ranked = rerank(text, ranked, self.reranker, store)
        return favour_recent(ranked, self.recency, index) if self.recency else ranked


def by_date(pmids: "Sequence[int] | ndarray", sort: str, index: "SearchIndex") -> list[int]:
    """Order articles by the first day that their publication date can mean.

    Args:
        pmids: The articles.
        sort: "newest": the latest day first, on the same day the highest PMID; or "oldest": the reverse.
        index: The build, which holds the days.

    Returns:
        The PMIDs in order, articles without a date last in both.
    """
    import numpy as np  # here, not above: `--help` must not pay

    pmid_array = np.asarray(pmids, dtype=np.int64)
    days = index.days(pmid_array).astype(np.int64)
    direction = -1 if sort == "newest" else 1
    order: list[int] = pmid_array[np.lexsort((direction * pmid_array, direction * days, days == 0))].tolist()
    return order
