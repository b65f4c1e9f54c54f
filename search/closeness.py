"""Evidence by meaning, for an article that shares no word with the query."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from search.evidence import Sentence

if TYPE_CHECKING:
    from index.engine import SearchIndex
    from numpy import ndarray

SENTENCES_COMPARED = 4
"""Encoding a sentence costs about as much as the whole keyword search; abstracts answer at their end."""


def closest(sentences: Sequence[Sentence], vector: "ndarray", index: "SearchIndex") -> Sentence | None:
    """Return the sentence nearest in meaning to the query, among the last few of the abstract.

    Args:
        sentences: The abstract, in order.
        vector: The query, float32 (d,), of length 1.
        index: Gives the model that made `vector`.

    Returns:
        The sentence with the largest cosine, the later one when equal; None where there is no sentence.
    """
    last = sentences[-SENTENCES_COMPARED:]
    if not last:
        return None
    cosines = index.encode_all([sentence.text for sentence in last]) @ vector  # (n, d) @ (d,) -> (n,)
    return max(zip(cosines.tolist(), range(len(last)), last, strict=True), key=lambda row: row[:2])[2]
