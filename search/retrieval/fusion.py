"""How the two rankings, by meaning and by words, become one.

Imported late: it brings numpy, for which a command's help is not to wait.
"""

import numpy as np
from numpy.typing import NDArray

from index.lexical.matches import Matches
from search.retrieval.ranked import RankedList

MEANING = 0.5
"""The weight of the ranking by meaning; the ranking by words has the rest."""


def fuse(
    nearest: Matches,
    matching: Matches,
    *,
    cosines: Matches | None = None,
    meaning_share: float | None = None,
) -> RankedList:
    """Merge the ranking by meaning and the ranking by words.

    Cosines are scaled to 0..1 between the worst and the best candidate: few are near 0. BM25 scores are
    divided by the best one: an article without any of the words has 0, which is also the score of an article that a
    ranking does not contain. An article's score is the mean of the two.

    Args:
        nearest: Candidates by meaning.
        matching: Candidates by words, scores are BM25, above 0.
        cosines: Cosines to report as their meaning, where those are not the scores in `nearest`.
        meaning_share: The weight of the ranking by meaning, None for `MEANING`; the ranking by words has the rest.

    Returns:
        Every candidate once, best first; equal scores by PMID, the larger (mostly the newer article) first.

    Source:
        Fusing scaled scores: Bruch, Gai, Ingber (2023), doi:10.1145/3596512. nDCG@10 with all-MiniLM-L6-v2 on SciFact's
        809 training claims and mesh_indexing_1979's 844 queries, without sentences: .742 and .446, translated into MeSH
        .743 and .474; with words scaled between worst and best, and one ranking by meaning, .739 and .440. The second
        ranking gains .008 to .016 of that on the queries (95 %), and nothing certain on the claims. Weights of .45 to
        .55 for meaning are alike; .4 and .6 lose .006 or more on the claims. z-scores, reciprocal ranks, and exact
        scores for an article that one ranking misses gained nothing on both.
    """
    share = MEANING if meaning_share is None else meaning_share
    (near, meaning), (matched, words) = columns(nearest), columns(matching)
    pmids = np.union1d(near, matched)
    scores = share * spread(pmids, near, _scaled_between(meaning))
    scores += (1 - share) * spread(pmids, matched, _scaled_by_best(words))
    order = np.lexsort((-pmids, -scores))
    if cosines is not None:
        near, meaning = columns(cosines)
        known = np.isin(near, pmids)
        near, meaning = near[known], meaning[known]
    reported = (
        spread(pmids, near, meaning, missing=np.nan),
        spread(pmids, matched, words, missing=np.nan),
    )
    return RankedList(pmids, scores, *reported).take(order)


def columns(matches: Matches) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the PMIDs in ascending order, and their scores."""
    order = np.argsort(matches.pmids)
    return matches.pmids[order], matches.scores[order]


def spread(
    pmids: NDArray[np.int64], of_scores: NDArray[np.int64], scores: NDArray[np.float64], *, missing: float = 0.0
) -> NDArray[np.float64]:
    """Return a score for each PMID, `missing` where there is none; PMIDs are in ascending order."""
    spread_scores = np.full(len(pmids), missing)
    spread_scores[np.searchsorted(pmids, of_scores)] = scores
    return spread_scores


def _scaled_between(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale scores between the lowest and the highest of them."""
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    if low == high:
        # One candidate, or all equal: each of them is the best.
        return np.ones(len(scores))
    scaled: NDArray[np.float64] = (scores - low) / (high - low)
    return scaled


def _scaled_by_best(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale scores by the highest of them."""
    return scores / scores.max() if len(scores) else scores
