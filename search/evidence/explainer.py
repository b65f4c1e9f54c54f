"""Why each article was found, and with which sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from search.evidence.evidence import EvidenceTerms, read_article
from search.evidence.sentence_similarity import closest
from search.query.query import Query
from search.results import Hit, Why
from search.retrieval.result_list import RankedArticle

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex


@dataclass(frozen=True, slots=True)
class Explainer:
    """Compares articles with one query.

    Attributes:
        terms: What to look for in them.
        vector: The query's embedding, float32 (d,), of length 1; None if it has no words.
        index: The build.
    """

    terms: EvidenceTerms
    vector: "ndarray | None"
    index: "SearchIndex"

    @classmethod
    def of(cls, query: Query, vector: "ndarray | None", index: "SearchIndex") -> Self:
        """Weigh the words of a query."""
        return cls(EvidenceTerms.of(query.read_as, index), vector, index)

    def explain(self, articles: Sequence[RankedArticle]) -> tuple[Hit, ...]:
        """Return the hits, each with the sentence that answers best."""
        pmids = [ranked_article.article.pmid for ranked_article in articles]
        cosines = self.index.sentence_cosines(pmids, self.vector) if self.vector is not None else None
        return tuple(
            self._hit(ranked_article, None if cosines is None else cosines[number])
            for number, ranked_article in enumerate(articles)
        )

    def _hit(self, ranked_article: RankedArticle, cosines: "ndarray | None") -> Hit:
        article, ranked = ranked_article.article, ranked_article.ranked
        matches = read_article(article, self.terms, self.index)
        # The first cosine is the title's, which stands above the evidence anyhow.
        best = closest(matches, None if cosines is None else cosines[1:])
        why = Why(ranked.meaning, ranked.words, matches.matched, matches.lacks)
        return Hit(article, ranked.score, best.evidence if best else None, why)
