"""Articles like some, and unlike others, from one build: rank and say why."""

import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from index.core.errors import QueryError
from index.engine.filter_expression import Pmids, Without, all_of
from index.records.article import Article
from index.records.passages import encoded_text
from search.evidence.term_weights import InverseDocumentFrequency, TermWeights, mean_weights
from search.explore.similar_results import SimilarHit, WhySimilar
from search.explore.similarity_reasons import (
    ComparedArticle,
    SentenceMatch,
    closest_pairs,
    shared_headings,
    shared_terms,
)
from search.filters.filters import Filters
from search.retrieval.candidates import CANDIDATES
from search.retrieval.fusion import fuse
from search.retrieval.result_list import RankedArticle, ResultList
from search.serving.sentence_vectors import PLACES, SentenceVectors

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex
    from index.engine.selection import Selection
    from index.store.article_store import ArticleStore
    from search.serving.open_build import OpenBuild

MOST_GIVEN = 200
"""Articles that one search may be given: the includes of a large review."""

TELLING_WORDS = 25
"""How many words of the given articles are searched. Source: on 895 pairs of articles of the sample that share
references, nDCG@10 of meaning alone is .191, of the words alone .200, of their fusion .222 with 10 words, .231 with 25,
.226 with 50, .220 with 100 and .232 with all of them; recall@20 .349, .331, then .363, .398, .382, .371, .387."""

PAIRS_COMPARED = 3
"""Of each similar article, how many pairs of sentences meaning decides among."""

UNLIKE_SHARE = 0.3
"""What of the unlike articles is taken away from the given ones, in the vectors and in the words.

Source:
    Rocchio's feedback: Manning, Raghavan, Schuetze (2008), chapter 9. Measured on 150 pairs of author keywords of the
    sample (given: two articles with the first keyword only and one with both; unlike: two with both): in the best 20,
    it costs 14 % of the articles with the first keyword only and 43 % of those with both; a share of .15 costs 6 and 26
    %, of .5 30 and 61 %.
"""


@dataclass(frozen=True, slots=True)
class MoreLikeThis:
    """What is looked for: articles near the given ones and away from the unlike.

    Attributes:
        given: The articles, with what their words are worth.
        unlike: PMIDs of the articles to stay away from.
        centre: Mean of their vectors, float32 (d,), of length 1.
        vector: The same with the unlike taken away, of length 1: what is searched by meaning.
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
    def prepare(cls, pmids: Sequence[int], unlike: Sequence[int], filters: Filters, serving: "OpenBuild") -> Self:
        """Read the articles and weigh what is searched for.

        Raises:
            QueryError: No article is given, one is given and unlike, or the library does not hold one.
        """
        index, rarity = serving.index, InverseDocumentFrequency(serving.index)
        likes, others = _articles(pmids, unlike, serving.store)
        given = tuple(ComparedArticle.read(article, index, rarity) for article in likes)
        away = [TermWeights.of(article, index, rarity) for article in others]
        centre = _unit(_vectors(likes, index).mean(axis=0))
        vector = _unit(centre - UNLIKE_SHARE * _unit(_vectors(others, index).mean(axis=0))) if others else centre
        left_out = Without(Pmids(frozenset(article.pmid for article in (*likes, *others))))
        within = index.select(all_of(filters.restriction(serving.mesh), left_out))
        words = _telling_words([one.telling for one in given], away)
        return cls(given, tuple(article.pmid for article in others), centre, vector, words, index, within)

    @property
    def pmids(self) -> tuple[int, ...]:
        """The given articles."""
        return tuple(one.article.pmid for one in self.given)

    def listing(self) -> ResultList:
        """Rank the articles: the candidates by meaning and by words, then what else passes from the highest PMID."""
        nearest = self.index.nearest(self.vector, CANDIDATES, within=self.within)
        matching = self.index.matching(self.words, CANDIDATES, within=self.within).matches
        return ResultList(fuse(nearest, matching), self._tail, self.within.count)

    def explain(self, found: Sequence[RankedArticle]) -> tuple[SimilarHit, ...]:
        """Say for each article why it is similar."""
        if not found:
            return ()
        cosines = _vectors([one.article for one in found], self.index) @ self.centre  # (n, d) @ (d,) -> (n,)
        rarity = InverseDocumentFrequency(self.index)
        return tuple(
            SimilarHit(one.article, one.ranked.score, self._why(one.article, cosine, rarity))
            for one, cosine in zip(found, cosines.tolist(), strict=True)
        )

    def refine_evidence(self, hits: Sequence[SimilarHit], vectors: SentenceVectors) -> tuple[SimilarHit, ...]:
        """Return the hits, each with the pair of sentences that is closest in meaning, of those closest by words."""
        rarity = InverseDocumentFrequency(self.index)
        read = [ComparedArticle.read(hit.article, self.index, rarity) for hit in hits]
        choices = [closest_pairs(one, self.given, PAIRS_COMPARED) for one in read]
        made = vectors.of([text for choice in choices for pair in choice for text in pair.texts])

        def cosine(pair: SentenceMatch) -> float:
            given, found = pair.texts
            return round(float(made[given] @ made[found]), PLACES)

        best = [max(choice, key=cosine).marked if choice else None for choice in choices]
        return tuple(replace(hit, why=replace(hit.why, sentences=pair)) for hit, pair in zip(hits, best, strict=True))

    def _why(self, article: Article, cosine: float, rarity: InverseDocumentFrequency) -> WhySimilar:
        read = ComparedArticle.read(article, self.index, rarity)
        return WhySimilar(
            meaning=max(-1.0, min(1.0, cosine)),
            mesh=shared_headings(article, self.given),
            terms=shared_terms(read, self.given),
            sentences=next((pair.marked for pair in closest_pairs(read, self.given, 1)), None),
        )

    def _tail(self) -> Iterator[int]:
        return map(int, self.index.pmids_of(self.within))


def _articles(
    pmids: Sequence[int], unlike: Sequence[int], store: "ArticleStore"
) -> tuple[tuple[Article, ...], tuple[Article, ...]]:
    likes, others = _numbers(pmids, "pmids"), _numbers(unlike, "unlike")
    if not likes:
        raise QueryError("Give the PMID of at least one article to find similar ones.")
    if len(likes) + len(others) > MOST_GIVEN:
        raise QueryError(
            f"Give {MOST_GIVEN} articles at most, the unlike ones included; these are {len(likes) + len(others)}."
        )
    if both := likes.keys() & others.keys():
        raise QueryError(f"{_named(both)} cannot be both given and unlike.")
    wanted = [*likes, *others]
    articles = store.articles(wanted)
    if missing := [pmid for pmid in wanted if pmid not in articles]:
        raise QueryError(f"The library does not hold {_named(missing)}.")
    if empty := [pmid for pmid in wanted if not encoded_text(articles[pmid])]:
        raise QueryError(f"{_named(empty)} has neither title nor abstract, so that nothing can be compared.")
    return tuple(articles[pmid] for pmid in likes), tuple(articles[pmid] for pmid in others)


def _numbers(pmids: Sequence[int], name: str) -> dict[int, None]:
    try:
        return dict.fromkeys(operator.index(pmid) for pmid in pmids)
    except TypeError:
        raise TypeError(f"{name} is a list of PMIDs such as [33990091], not {pmids!r}") from None


def _named(pmids: Iterable[int]) -> str:
    return ", ".join(f"PMID {pmid}" for pmid in sorted(pmids))


def _vectors(articles: Sequence[Article], index: "SearchIndex") -> "ndarray":
    """Return the vectors of articles, (n, d): the stored ones, and one made now where the index lacks an article."""
    import numpy as np  # here, not above: `--help` must not pay

    known = Pmids(frozenset(article.pmid for article in articles))
    held = list(map(int, index.pmids_of(index.select(known))))
    rows = dict(zip(held, index.vectors(held), strict=True)) if held else {}
    return np.stack([rows[one.pmid] if one.pmid in rows else index.encode(encoded_text(one)) for one in articles])


def _unit(vector: "ndarray") -> "ndarray":
    return vector / ((vector @ vector) ** 0.5 or 1.0)


def _telling_words(given: Sequence[TermWeights], away: Sequence[TermWeights]) -> str:
    """Return the words that weigh most in the given articles once those of the unlike are taken away."""
    weights, against = mean_weights(given), mean_weights(away) if away else {}
    left = {stem: weight - UNLIKE_SHARE * against.get(stem, 0.0) for stem, weight in weights.items()}
    best = sorted((stem for stem in left if left[stem] > 0), key=lambda stem: (-left[stem], stem))
    forms = {stem: form for one in given for stem, form in one.forms.items()}
    return " ".join(forms[stem] for stem in best[:TELLING_WORDS])
