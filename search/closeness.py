"""The sentence that is nearest in meaning to a query, of a few."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from search.evidence import END_SHARE, Candidate, Reading

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine import SearchIndex

CANDIDATES_COMPARED = 2
"""Of each abstract, the best by their words. Source: on the articles of `END_SHARE`, meaning among the best two quotes
from results or conclusions in 64 %, among the best three in 66 %, among all sentences in 66 %; words alone in 46 %."""

LAST_COMPARED = 3
"""Of an abstract that shares no word with the query, the last sentences: abstracts answer at the end."""

SENTENCES_KEPT = 4096
"""Vectors of sentences read last; of 384 dimensions, 6 MB."""

PLACES = 4
"""To which cosines are compared: which sentences were encoded together changes the sixth."""


class SentenceVectors:
    """The vectors of sentences, the last ones remembered; any number of threads may ask."""

    def __init__(self, index: "SearchIndex") -> None:
        self._index = index
        self._kept: OrderedDict[str, ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def cosines(self, texts: Sequence[str], vector: "ndarray") -> list[float]:
        """Return the cosine of each text with a vector of length 1, to `PLACES`."""
        vectors = self.of(texts)
        return [round(float(vectors[text] @ vector), PLACES) for text in texts]

    def of(self, texts: Sequence[str]) -> dict[str, "ndarray"]:
        """Return the vector of each text, float32 (d,), of length 1."""
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found |= zip(missing, self._index.encoder.encode(missing), strict=True)
        with self._lock:
            for text in found:
                self._kept[text] = found[text]
                self._kept.move_to_end(text)
            while len(self._kept) > SENTENCES_KEPT:
                self._kept.popitem(last=False)
        return found


def compared(reading: Reading) -> tuple[Candidate, ...]:
    """Return the sentences of an article among which meaning decides."""
    last = (Candidate(sentence, (), 0.0) for sentence in reading.sentences[-LAST_COMPARED:])
    return reading.candidates[:CANDIDATES_COMPARED] or tuple(last)


def closest(
    choices: Sequence[Sequence[Candidate]], vector: "ndarray", vectors: SentenceVectors
) -> list[Candidate | None]:
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


def _nearest(choice: Sequence[Candidate], cosines: Sequence[float]) -> Candidate | None:
    def nearness(number: int) -> tuple[float, int]:
        sentence = choice[number].sentence
        return cosines[number] + END_SHARE * sentence.place, sentence.start

    return choice[max(range(len(choice)), key=nearness)] if choice else None
