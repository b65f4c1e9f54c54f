"""A second ranking by meaning: the question's vector moved towards the articles that both rankings agree on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from index.engine.search_index import SearchIndex
    from search.retrieval.ranked import Ranked

BEST = 2
"""How many of the best articles count; more of them are worse (nDCG@10 on SciFact's training claims .745 with 2, .740
with 3; on half of mesh_indexing_1979 .478 and .477)."""

SHARE = 0.5
"""How far they move the question: the length of their mean beside the question's own (at 1: .743 and .478)."""


def move_towards_best(vector: "NDArray[float32]", best: "Sequence[Ranked]", index: "SearchIndex") -> "NDArray[float32]":
    """Return the question's vector, moved towards its best articles.

    The articles' vectors are in the index: nothing is encoded.

    Args:
        vector: The question's, float32 (d,), of length 1.
        best: The fused ranking, best first.
        index: Where it comes from.

    Returns:
        float32 (d,), of length 1.

    Source:
        Rocchio's relevance feedback without a person: Li, Mourad, Zhuang, Koopman, Zuccon (2023),
        doi:10.1145/3570724. What it gains is in `search.retrieval.fusion.fuse`.
    """
    import numpy as np  # here, not above: `--help` must not pay for it

    weighted = [article for article in best[:BEST] if article.score > 0]
    if not weighted:
        return vector
    weights = np.array([article.score for article in weighted], dtype=np.float32)
    mean = weights @ index.vectors([article.pmid for article in weighted])  # (n,) @ (n, d) -> (d,)
    return unit(vector + SHARE * unit(mean))


def unit(vector: "NDArray[float32]") -> "NDArray[float32]":
    """Return a vector scaled to length 1; all zeros, the vector of an article without text, stay zeros."""
    scaled: NDArray[float32] = vector / ((vector @ vector) ** 0.5 or 1.0)
    return scaled
