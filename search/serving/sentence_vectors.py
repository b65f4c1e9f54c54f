"""Vectors of sentences, the last ones remembered."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex


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
