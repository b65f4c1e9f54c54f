"""How much a word says: the fewer articles have it, the more."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex


class InverseDocumentFrequency(dict[str, float]):
    """The weight of each stem in one index: inverse document frequency, above 0, without unit; looked up once.

    Source:
        Robertson, Zaragoza (2009), doi:10.1561/1500000019, in Lucene's form, which is never negative.
    """

    def __init__(self, index: "SearchIndex") -> None:
        super().__init__()
        self._index = index
        self._articles = index.count()

    def __missing__(self, stem: str) -> float:
        frequency = self._index.document_frequency(stem)
        self[stem] = weight = math.log1p((self._articles - frequency + 0.5) / (frequency + 0.5))
        return weight
