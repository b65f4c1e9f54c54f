"""Articles like some, and unlike others, from one build: rank them and explain why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from index.core.errors import QueryError
from index.engine.filter_expression import Pmids, Without, all_of
from index.records.article import Article
from index.records.passages import encoded_text
from search.evidence.term_weights import TermWeights, mean_weights
from search.explore.similar_results import SimilarHit, WhySimilar
from search.explore.similarity_reasons import (
    ComparedArticle,
    closest_pair,
    shared_headings,
    shared_terms,
)
from search.filters.filters import Filters
from search.filters.validation import pmids_of
from search.query.terms.filter_values import check_filter_values
from search.retrieval.candidates import CANDIDATES
from search.retrieval.rarity import InverseDocumentFrequency
from search.retrieval.relevance_feedback import unit
from search.retrieval.result_list import RankedArticle, ResultList

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex
    from index.engine.selection import Selection
    from index.store.article_store import ArticleStore
    from search.serving.open_build import OpenBuild

MOST_GIVEN = 200
"""Most articles that one search accepts: the included studies of a large review."""

TELLING_WORDS = 25
"""How many words of the given articles are searched. Source: on 895 pairs of articles of the sample that share
references, nDCG@10 of meaning alone is .191, of the words alone .200, of their fusion .222 with 10 words, .231 with 25,
.226 with 50, .220 with 100 and .232 with all of them; recall@20 .349, .331, then .363, .398, .382, .371, .387."""

UNLIKE_SHARE = 0.3
"""Share of the unlike articles that is subtracted from the given ones, in the vectors and in the words.

Source:
    Rocchio's feedback: Manning, Raghavan, Schuetze (2008), chapter 9. Measured on 150 pairs of author keywords of the
    sample (given: two articles with the first keyword only and one with both; unlike: two with both): in the best 20,
    it costs 14 % of the articles with the first keyword only and 43 % of those with both; a share of .15 costs 6 and 26
    %, of .5 30 and 61 %.
"""


@dataclass(frozen=True, slots=True)
class MoreLikeThis:
    """What to look for: articles near the given ones and far from the unlike ones.

    Attributes:
        given: The articles, with the weights of their words.
        unlike: PMIDs of the articles to avoid.
        centre: Mean of their vectors, float32 (d,), of length 1.
        vector: The same with the unlike subtracted, of length 1: what is searched by meaning.
        words: What is searched by words.
        index: The build.
        within: What the filters keep; neither the given nor the unlike articles.
    """

    given: tuple[ComparedArticle, ...]
    unlike: tuple[int, ...]
    centre: "ndarray"
    vector: "ndarray"
    words: str
    index: "SearchIndex"
    within: "Selection"

    @classmethod
    def prepare(
        cls, pmids: Iterable[int | str], unlike: Iterable[int | str], filters: Filters, serving: "OpenBuild"
    ) -> Self:
        """Read the articles and weigh what is searched for.

        Raises:
            QueryError: No article is given, one is both given and unlike, or the library does not hold one.
        """
        index, rarity = serving.index, InverseDocumentFrequency(serving.index)
        given_articles, unlike_articles = compared_articles(pmids, unlike, serving.store)
        given = tuple(ComparedArticle.read(article, index, rarity) for article in given_articles)
        unlike_weights = [TermWeights.of(article, index, rarity) for article in unlike_articles]
        centre = unit(_vectors(given_articles, index).mean(axis=0))
        vector = (
            unit(centre - UNLIKE_SHARE * unit(_vectors(unlike_articles, index).mean(axis=0)))
            if unlike_articles
            else centre
        )
        excluded = Without(Pmids(frozenset(article.pmid for article in (*given_articles, *unlike_articles))))
        check_filter_values(filters, index, serving.mesh)
        within = index.select(all_of(filters.expression(serving.mesh), excluded))
        words = _distinctive_words([compared.term_weights for compared in given], unlike_weights)
        return cls(given, tuple(article.pmid for article in unlike_articles), centre, vector, words, index, within)

    @property
    def pmids(self) -> tuple[int, ...]:
        """The given articles."""
        return tuple(compared.article.pmid for compared in self.given)

    def listing(self) -> ResultList:
        """Rank the articles: the candidates by meaning and by words, then the rest, from the highest PMID."""
        from search.retrieval.fusion import fuse  # here, not above: `--help` must not pay

        nearest = self.index.nearest(self.vector, CANDIDATES, within=self.within)
        matching = self.index.matching(self.words, CANDIDATES, within=self.within).matches
        return ResultList(fuse(nearest, matching), self._tail, self.within.count)

    def explain(self, ranked: Sequence[RankedArticle]) -> tuple[SimilarHit, ...]:
        """Explain for each article why it is similar."""
        if not ranked:
            return ()
        cosines = _vectors([hit.article for hit in ranked], self.index) @ self.centre  # (n, d) @ (d,) -> (n,)
        rarity = InverseDocumentFrequency(self.index)
        return tuple(
            SimilarHit(hit.article, hit.ranked.score, self._why(hit.article, cosine, rarity))
            for hit, cosine in zip(ranked, cosines.tolist(), strict=True)
        )

    def _why(self, article: Article, cosine: float, rarity: InverseDocumentFrequency) -> WhySimilar:
        compared = ComparedArticle.read(article, self.index, rarity)
        return WhySimilar(
            meaning=max(-1.0, min(1.0, cosine)),
            mesh=shared_headings(article, self.given),
            terms=shared_terms(compared, self.given),
            sentences=closest_pair(compared, self.given),
        )

    def _tail(self) -> Iterator[int]:
        return map(int, self.index.pmids_of(self.within))


def compared_articles(
    pmids: Iterable[int | str], unlike: Iterable[int | str], store: "ArticleStore"
) -> tuple[tuple[Article, ...], tuple[Article, ...]]:
    """Read the articles to be like and those to avoid; it needs no model.

    Raises:
        QueryError: No article is given, there are too many, one is in both lists, or the store does not hold one.
    """
    given, excluded = pmids_of(pmids), pmids_of(unlike, "unlike")
    if not given:
        raise QueryError("Give the PMID of at least one article to find similar ones.")
    if len(given) + len(excluded) > MOST_GIVEN:
        raise QueryError(
            f"Give {MOST_GIVEN} articles at most, the unlike ones included; these are {len(given) + len(excluded)}."
        )
    if in_both := set(given).intersection(excluded):
        raise QueryError(f"{_pmid_list(in_both)} cannot be both given and unlike.")
    requested = [*given, *excluded]
    articles = store.articles(requested)
    if missing := [pmid for pmid in requested if pmid not in articles]:
        raise QueryError(f"The library does not hold {_pmid_list(missing)}.")
    if empty := [pmid for pmid in requested if not encoded_text(articles[pmid])]:
        raise QueryError(f"{_pmid_list(empty)} has neither title nor abstract, so it cannot be compared.")
    return tuple(articles[pmid] for pmid in given), tuple(articles[pmid] for pmid in excluded)


def _pmid_list(pmids: Iterable[int]) -> str:
    return ", ".join(f"PMID {pmid}" for pmid in sorted(pmids))


def _vectors(articles: Sequence[Article], index: "SearchIndex") -> "ndarray":
    """Return the vectors of articles, (n, d): the stored ones, or a new one if the index lacks an article."""
    import numpy as np  # here, not above: `--help` must not pay

    pmids = Pmids(frozenset(article.pmid for article in articles))
    stored = list(map(int, index.pmids_of(index.select(pmids))))
    rows = dict(zip(stored, index.vectors(stored), strict=True)) if stored else {}
    return np.stack(
        [rows[article.pmid] if article.pmid in rows else index.encode(encoded_text(article)) for article in articles]
    )


def _distinctive_words(given: Sequence[TermWeights], unlike: Sequence[TermWeights]) -> str:
    """Return the words with the highest weights in the given articles, less those of the unlike."""
    weights, unlike_weights = mean_weights(given), mean_weights(unlike) if unlike else {}
    remaining = {stem: weight - UNLIKE_SHARE * unlike_weights.get(stem, 0.0) for stem, weight in weights.items()}
    best = sorted((stem for stem in remaining if remaining[stem] > 0), key=lambda stem: (-remaining[stem], stem))
    forms = {stem: form for article in given for stem, form in article.forms.items()}
    return " ".join(forms[stem] for stem in best[:TELLING_WORDS])
