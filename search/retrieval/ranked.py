"""One article of a ranked list."""

from typing import NamedTuple


class Ranked(NamedTuple):
    """One article in the fused list.

    Attributes:
        pmid: The article.
        score: Mean of the two scaled scores, 0 to 1, never rising down the list. It compares articles within one
            search, not across searches.
        meaning: Cosine between query and article, -1 to 1; None when the article is not among the nearest.
        words: BM25 score, 0 or more, without unit; None when the article is not among the best by words.
    """

    pmid: int
    score: float
    meaning: float | None
    words: float | None
