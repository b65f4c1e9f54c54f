"""The sentence that is nearest in meaning to a query, of a few."""

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from search.evidence.evidence import END_SHARE, EvidenceCandidate, SentenceMatches
from search.serving.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from numpy import ndarray


CANDIDATES_COMPARED = 2
"""Of each abstract, the best by their words. Source: on the articles of `END_SHARE`, meaning among the best two quotes
from results or conclusions in 64 %, among the best three in 66 %, among all sentences in 66 %; words alone in 46 %."""

LAST_COMPARED = 3
"""Of an abstract that shares no word with the query, the last sentences: abstracts answer at the end."""


def compared(reading: SentenceMatches) -> tuple[EvidenceCandidate, ...]:
    """Return the sentences of an article among which meaning decides."""
    last = (EvidenceCandidate(sentence, (), 0.0) for sentence in reading.sentences[-LAST_COMPARED:])
    return reading.candidates[:CANDIDATES_COMPARED] or tuple(last)


def closest(
    choices: Sequence[Sequence[EvidenceCandidate]], vector: "ndarray", vectors: SentenceVectors
) -> list[EvidenceCandidate | None]:
    """Return of each choice the sentence nearest in meaning to the query, its place counted as for words.

    Args:
        choices: Some sentences of each article.
        vector: The query, float32 (d,), of length 1.
        vectors: Gives those of the sentences.

    Returns:
        One sentence a choice, the later one when equal; None where there is none to choose.
    """
    texts = [candidate.sentence.text for choice in choices for candidate in choice]
    cosines = iter(vectors.cosines(texts, vector) if texts else [])
    return [_nearest(choice, list(islice(cosines, len(choice)))) for choice in choices]


def _nearest(choice: Sequence[EvidenceCandidate], cosines: Sequence[float]) -> EvidenceCandidate | None:
    def nearness(number: int) -> tuple[float, int]:
        sentence = choice[number].sentence
        return cosines[number] + END_SHARE * sentence.place, sentence.start

    return choice[max(range(len(choice)), key=nearness)] if choice else None
