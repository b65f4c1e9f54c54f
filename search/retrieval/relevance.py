"""Which articles are relevant to a plain question: the one rule of counts, facets, orders, exports and overviews."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.core.text_normalization import folded_words
from index.engine.filter_expression import Pmids
from search.retrieval.rarity import InverseDocumentFrequency

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from index.engine.search_index import SearchIndex
    from index.engine.selection import Selection
    from search.query.query import Query
    from search.retrieval.candidates import Candidates

WORDS = 0.3
"""What the words count beside meaning: the BM25 score, divided by the rarity of all words of the question."""

LEAST = 0.34
"""From which sum of both an article is relevant.

Source: docs/decisions/014-one-relevance-rule.md.
"""

LEAST_OF_UNKNOWN = 0.4
"""The same where no article has any word of the question: to the model, what is no word resembles anything."""


@dataclass(frozen=True, slots=True)
class Relevant:
    """The relevant articles among those that may be found.

    Attributes:
        pmids: The articles.
        complete: Whether there are no more: none beyond the candidates can reach `LEAST`.
    """

    pmids: frozenset[int]
    complete: bool


def relevant(
    found: "Candidates", query: "Query", vector: "NDArray[float32]", index: "SearchIndex", within: "Selection | None"
) -> Relevant:
    """Apply the rule: cosine with the question + `WORDS` * BM25 / rarity of its words >= `LEAST`.

    Both are measured on a scale of their own and not on that of the best article, so that a filter, which decides what
    else is found, never makes an article relevant or irrelevant, and a question that nothing answers finds nothing.

    Args:
        found: The candidates.
        query: As it was read.
        vector: Its embedding, float32 (d,), of length 1.
        index: Where the candidates come from.
        within: The only articles that can be found; None for all.
    """
    import numpy as np  # here, not above, and so is what brings it: `--help` must not pay

    from search.retrieval.fusion import columns, spread

    (near, cosines), (matched, bm25) = columns(found.nearest), columns(found.matching)
    rarity, any_known = _words_of(query, index)
    scale, least = WORDS / rarity, LEAST if any_known else LEAST_OF_UNKNOWN
    pmids = np.union1d(near, matched)
    # NaN for an article that one ranking misses: it is looked up where that can decide.
    meaning = spread(pmids, near, cosines, missing=np.nan)
    words = spread(pmids, matched, scale * bm25, missing=np.nan)
    more = index.count(within) > found.limit
    farthest = cosines.min() if more else -1.0
    unknown = np.isnan(meaning) & (words + farthest >= least)
    if unknown.any():
        meaning[unknown] = index.vectors(pmids[unknown].tolist()) @ vector
    fewest = scale * bm25.min() if len(matched) == found.limit else 0.0
    undecided = np.isnan(words) & (meaning < least) & (meaning + fewest >= least)
    if undecided.any():
        among = index.select(Pmids(frozenset(pmids[undecided].tolist())))
        translations = query.read_as.translations
        matches = index.matching(query.keywords, found.limit, among, translations=translations).matches
        looked_up, scores = columns(matches)
        words[np.searchsorted(pmids, looked_up)] = scale * scores
    kept = pmids[np.nan_to_num(meaning, nan=-1.0) + np.nan_to_num(words) >= least]
    return Relevant(frozenset(kept.tolist()), complete=not (more and farthest + fewest >= least))


def _words_of(query: "Query", index: "SearchIndex") -> tuple[float, bool]:
    """Return the rarity of all significant words, also of those that no article has, and whether any is known.

    A word of a known name that no article has is none of these: the articles call it something else.
    """
    named = {word for translation in query.read_as.translations for word in folded_words(translation.words)}
    terms = [term for term in query.read_as.distinct if term.word not in named or index.document_frequency(term.stem)]
    rarity = InverseDocumentFrequency(index)
    any_known = bool(named) or any(index.document_frequency(term.stem) for term in terms)
    return sum(rarity[term.stem] for term in terms) or 1.0, any_known
