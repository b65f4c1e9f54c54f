"""Why each article was found, and with which sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from search.evidence.evidence import EvidenceTerms, SentenceMatches, read_article
from search.evidence.sentence_similarity import closest, sentences_to_compare
from search.query.query import Query
from search.results import Evidence, Hit, Why
from search.retrieval.result_list import RankedArticle
from search.serving.sentence_vectors import SentenceVectors

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex
    from search.serving.open_build import OpenBuild

ABSTRACTS_COMPARED = 8
"""How many abstracts of one page that share no word with the query are encoded at once."""


@dataclass(frozen=True, slots=True)
class Explainer:
    """Compares articles with one query.

    Attributes:
        terms: What to look for in them.
        vector: The query's embedding, float32 (d,), of length 1; None if it has no words.
        index: The build.
        sentences: Provides the vectors of sentences.
    """

    terms: EvidenceTerms
    vector: "ndarray | None"
    index: "SearchIndex"
    sentences: SentenceVectors

    @classmethod
    def of(cls, query: Query, vector: "ndarray | None", serving: "OpenBuild") -> Self:
        """Weigh the words of a query."""
        return cls(EvidenceTerms.of(query.read_as, serving.index), vector, serving.index, serving.sentences)

    def explain(self, articles: Sequence[RankedArticle]) -> tuple[Hit, ...]:
        """Return the hits, each with its best sentence by words, or by meaning if it shares none."""
        matches = [read_article(ranked_article.article, self.terms, self.index) for ranked_article in articles]
        unmatched = [match for match in matches if not match.candidates][:ABSTRACTS_COMPARED]
        nearest = iter(self._nearest(unmatched))
        evidence = [match.evidence or next(nearest, None) for match in matches]
        return tuple(map(_hit, articles, matches, evidence))

    def refine_evidence(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return the hits, each with its best sentence by meaning."""
        matches = [read_article(hit.article, self.terms, self.index) for hit in hits]
        nearest = self._nearest(matches)
        return tuple(replace(hit, evidence=best) for hit, best in zip(hits, nearest, strict=True))

    def _nearest(self, matches: Sequence[SentenceMatches]) -> list[Evidence | None]:
        if self.vector is None:
            return [match.evidence for match in matches]
        chosen = closest([sentences_to_compare(match) for match in matches], self.vector, self.sentences)
        return [candidate.evidence if candidate else None for candidate in chosen]


def _hit(ranked_article: RankedArticle, matches: SentenceMatches, evidence: Evidence | None) -> Hit:
    ranked = ranked_article.ranked
    return Hit(ranked_article.article, ranked.score, evidence, Why(ranked.meaning, ranked.words, matches.matched))
