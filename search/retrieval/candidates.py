"""The best articles by words, by meaning, and by meaning a second time, their sentences included."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.lexical.matches import Matches
from search.retrieval.ranked import RankedList
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


FIRST_MEANING = 0.6
"""The weight of meaning where the best articles are chosen for the second look: nDCG@10 of SciFact's training claims is
.754, and .750 with .5."""


WHOLE, BEST_SENTENCE, TITLE = 0.5, 0.5, 0.25
"""What the cosines of the whole article, of its best sentence and of its title count in its meaning.

Source: nDCG@10 of SciFact's training claims and mesh_indexing_1979's queries, with MeSH: .752 and .487; without the
title .754 and .477, with .5 of it .747 and .487; the whole article alone .742 and .475.
"""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the rankings found for one query.

    Attributes:
        nearest: By meaning, scores are cosines with the query.
        matching: By words, scores are BM25.
        refined: By meaning a second time, with the query moved towards its best articles; in the scores count the
            article, its best sentence and its title, or the article alone where an index holds no sentences.
        limit: How many articles each ranking contributed at most.
    """

    nearest: Matches
    matching: Matches
    refined: Matches
    limit: int = CANDIDATES

    @property
    def fused(self) -> RankedList:
        """The articles found by words or by the second ranking by meaning, best first."""
        from search.retrieval.fusion import fuse

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
    from search.retrieval.fusion import fuse

    translations = query.read_as.translations
    nearest = index.nearest(vector, CANDIDATES, within=within)
    matching = index.matching(query.keywords, CANDIDATES, within=within, translations=translations).matches
    first = fuse(_with_sentences(nearest, vector, index), matching, meaning_share=FIRST_MEANING)
    moved = move_towards_best(vector, first, index)
    refined = _with_sentences(index.nearest(moved, CANDIDATES, within=within), moved, index)
    return Candidates(nearest, matching, refined, CANDIDATES)


def _with_sentences(nearest: Matches, vector: "NDArray[float32]", index: "SearchIndex") -> Matches:
    """Return the same articles, scored by their best sentences and titles too."""
    cosines = index.best_sentences(nearest.pmids, vector)
    if cosines is None:
        return nearest
    titles, sentences = cosines.astype("float64")
    return Matches(nearest.pmids, WHOLE * nearest.scores + BEST_SENTENCE * sentences + TITLE * titles)
