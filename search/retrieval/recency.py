"""Newer articles before older ones of about the same relevance, if requested."""

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from search.retrieval.ranked import Ranked

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

_DAYS_A_YEAR = 365.25


def favour_recent(ranked: Sequence[Ranked], half_life: float, index: "SearchIndex") -> tuple[Ranked, ...]:
    """Halve each article's score once for every half-life of its age, and sort the list again.

    Args:
        ranked: The articles, best first.
        half_life: In years, above 0.
        index: The build. Age counts from the first day that the publication date can mean to the newest article of
            the build, not to today: the same search on the same build gives the same list.

    Returns:
        The articles with scores between 0 and their former ones; equal ones by PMID, the highest first. An article
        without a date counts as old as the oldest of the list, one that is not yet published as new.
    """
    ages = _ages([article.pmid for article in ranked], index)
    aged = [
        article._replace(score=article.score * math.exp2(-age / half_life))
        for article, age in zip(ranked, ages, strict=True)
    ]
    return tuple(sorted(aged, key=lambda article: (-article.score, -article.pmid)))


def _ages(pmids: Sequence[int], index: "SearchIndex") -> list[float]:
    newest = date.fromisoformat(index.manifest.newest) if index.manifest.newest else None
    days = [_date(int(day)) for day in index.days(pmids)]
    reference = newest or max((day for day in days if day), default=None)
    ages = [max(0.0, (reference - day).days / _DAYS_A_YEAR) if reference and day else None for day in days]
    oldest = max((age for age in ages if age is not None), default=0.0)
    return [oldest if age is None else age for age in ages]


def _date(day: int) -> date | None:
    return date(day // 10_000, day // 100 % 100, day % 100) if day else None
