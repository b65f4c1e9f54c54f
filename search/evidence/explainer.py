"""Why each article was found, and with which sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from search.evidence.evidence import EvidenceTerms, SentenceMatches, read_article
from search.evidence.sentence_similarity import closest, compared
from search.query.query import Query
from search.results import Evidence, Hit, Why
from search.retrieval.result_list import RankedArticle
from search.serving.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex
    from search.serving.open_build import OpenBuild

ABSTRACTS_COMPARED = 8
"""Of one page, how many abstracts without a word of the query are read by the model at once."""


@dataclass(frozen=True, slots=True)
class Explainer:
    """Holds articles against one query.

    Attributes:
        wanted: What is looked for in them.
        vector: The query's embedding, float32 (d,), of length 1; None where it has no words.
        index: The build.
        sentences: Gives the vectors of sentences.
    """

    wanted: EvidenceTerms
    vector: "ndarray | None"
    index: "SearchIndex"
    sentences: SentenceVectors

    @classmethod
    def of(cls, query: Query, vector: "ndarray | None", serving: "OpenBuild") -> Self:
        """Weigh the words of a query."""
        return cls(EvidenceTerms.of(query.read_as, serving.index), vector, serving.index, serving.sentences)

    def explain(self, found: Sequence[RankedArticle]) -> tuple[Hit, ...]:
        """Return the hits, each with its best sentence by words; by meaning where it shares none."""
        readings = [read_article(one.article, self.wanted, self.index) for one in found]
        wordless = [reading for reading in readings if not reading.candidates][:ABSTRACTS_COMPARED]
        nearest = iter(self._nearest(wordless))
        evidence = [reading.evidence or next(nearest, None) for reading in readings]
        return tuple(map(_hit, found, readings, evidence))

    def refine_evidence(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return the hits, each with its best sentence by meaning."""
        readings = [read_article(hit.article, self.wanted, self.index) for hit in hits]
        nearest = self._nearest(readings)
        return tuple(replace(hit, evidence=best) for hit, best in zip(hits, nearest, strict=True))

    def _nearest(self, readings: Sequence[SentenceMatches]) -> list[Evidence | None]:
        if self.vector is None:
            return [reading.evidence for reading in readings]
        chosen = closest([compared(reading) for reading in readings], self.vector, self.sentences)
        return [one.evidence if one else None for one in chosen]


def _hit(found: RankedArticle, reading: SentenceMatches, evidence: Evidence | None) -> Hit:
    ranked = found.ranked
    return Hit(found.article, ranked.score, evidence, Why(ranked.meaning, ranked.words, reading.matched))
