"""Vectors of sentences, with a cache of the most recent ones."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex

SENTENCES_KEPT = 4096
"""Vectors in the cache; with 384 dimensions, 6 MB."""

PLACES = 4
"""Decimal places to which cosines are compared: which sentences were encoded together changes the sixth."""


class SentenceVectors:
    """The vectors of sentences, the most recent ones in a cache; safe to share between threads."""

    def __init__(self, index: "SearchIndex") -> None:
        self._index = index
        self._cache: OrderedDict[str, ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def cosines(self, texts: Sequence[str], vector: "ndarray") -> list[float]:
        """Return the cosine of each text with a vector of length 1, to `PLACES`."""
        vectors = self.of(texts)
        return [round(float(vectors[text] @ vector), PLACES) for text in texts]

    def of(self, texts: Sequence[str]) -> dict[str, "ndarray"]:
        """Return the vector of each text, float32 (d,), of length 1."""
        with self._lock:
            vectors = {text: self._cache[text] for text in texts if text in self._cache}
        missing = [text for text in dict.fromkeys(texts) if text not in vectors]
        if missing:
            vectors |= zip(missing, self._index.encoder.encode(missing), strict=True)
        with self._lock:
            for text in vectors:
                self._cache[text] = vectors[text]
                self._cache.move_to_end(text)
            while len(self._cache) > SENTENCES_KEPT:
                self._cache.popitem(last=False)
        return vectors
