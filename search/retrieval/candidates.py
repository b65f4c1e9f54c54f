"""The best articles by words, by meaning, and by meaning a second time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.lexical.matches import Match
from search.retrieval.fusion import Ranked, fuse
from search.retrieval.relevance_feedback import move_towards_best

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from index.engine.search_index import SearchIndex
    from index.engine.selection import Selection
    from search.query.query import Query


CANDIDATES = 1000
"""How many articles each ranking contributes. Source: nDCG@10 on SciFact's training claims is .735 with 100, .737 with
200, .739 with 500 and with 1,000."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the rankings found for one query.

    Attributes:
        nearest: By meaning, scores are cosines with the query.
        matching: By words, scores are BM25.
        refined: By meaning a second time, scores are cosines with the query moved towards its best articles.
    """

    nearest: tuple[Match, ...]
    matching: tuple[Match, ...]
    refined: tuple[Match, ...]

    @property
    def fused(self) -> tuple[Ranked, ...]:
        """The articles found by words or by the second ranking by meaning, best first."""
        return fuse(self.refined, self.matching, cosines=self.nearest)


def candidates(
    query: "Query", vector: "NDArray[float32]", index: "SearchIndex", within: "Selection | None" = None
) -> Candidates:
    """Find the best articles by words, by meaning, and by meaning a second time.

    Args:
        query: As it was read.
        vector: Its embedding, float32 (d,), of length 1.
        index: What is searched.
        within: The only articles that can be found; None for all.
    """
    translations = query.read_as.translations
    nearest = index.nearest(vector, CANDIDATES, within=within)
    matching = index.matching(query.keywords, CANDIDATES, within=within, translations=translations).matches
    refined = index.nearest(move_towards_best(vector, fuse(nearest, matching), index), CANDIDATES, within=within)
    return Candidates(nearest, matching, refined)
