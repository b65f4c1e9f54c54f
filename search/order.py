"""Articles in the order of their publication."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine import SearchIndex

SORTS = ("relevance", "newest", "oldest")


def by_date(pmids: "Sequence[int] | ndarray", sort: str, index: "SearchIndex") -> list[int]:
    """Order articles by the first day that their publication date can mean.

    Args:
        pmids: The articles.
        sort: "newest": the latest day first, of one day the highest PMID; or "oldest": the other way round.
        index: The build, which holds the days.

    Returns:
        The PMIDs in order, articles without a date last in either of them.
    """
    import numpy as np  # here, not above: `--help` must not pay

    numbers = np.asarray(pmids, dtype=np.int64)
    days = index.days(numbers).astype(np.int64)
    direction = -1 if sort == "newest" else 1
    order: list[int] = numbers[np.lexsort((direction * numbers, direction * days, days == 0))].tolist()
    return order
