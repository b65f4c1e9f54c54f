"""Evidence by meaning, for articles that share no word with the query."""

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from search.evidence import Sentence

if TYPE_CHECKING:
    from numpy import ndarray

    from index.encoder import Encoder

SENTENCES_COMPARED = 3
"""Of each abstract, from its end, where abstracts answer: one sentence costs a third of encoding the query."""

ABSTRACTS_COMPARED = 8
"""On one page: encoding more would cost more than the search itself."""


def closest(abstracts: Sequence[Sequence[Sentence]], vector: "ndarray", encoder: "Encoder") -> list[Sentence | None]:
    """Return for each abstract the sentence nearest in meaning to the query, among the last few.

    Args:
        abstracts: Each one's sentences in order; the best-ranked article first.
        vector: The query, float32 (d,), of length 1.
        encoder: The model that made `vector`.

    Returns:
        One sentence an abstract: the largest cosine, the later one when equal. None for an abstract without a
        sentence, and for those after the first `ABSTRACTS_COMPARED`.
    """
    wanted = [tuple(abstract[-SENTENCES_COMPARED:]) for abstract in abstracts[:ABSTRACTS_COMPARED]]
    texts = [sentence.text for sentences in wanted for sentence in sentences]
    # One call for all: (n, d) @ (d,) -> (n,)
    cosines = iter((encoder.encode(texts) @ vector).tolist() if texts else [])
    chosen = [_nearest(sentences, list(islice(cosines, len(sentences)))) for sentences in wanted]
    return chosen + [None] * (len(abstracts) - len(chosen))


def _nearest(sentences: Sequence[Sentence], cosines: Sequence[float]) -> Sentence | None:
    order = sorted(range(len(sentences)), key=lambda place: (cosines[place], place))
    return sentences[order[-1]] if order else None
