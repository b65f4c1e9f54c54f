"""One query answered from one build: rank, fetch, explain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Self

from index.records import Article
from index.restriction import Between, Everything
from search.closeness import closest
from search.evidence import Reading, Sentence, read_article, weigh
from search.filters import Window, Years
from search.hits import Evidence, Hit, Why
from search.query import Query, read_query
from search.ranking import CANDIDATES, Ranked, fuse

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine import SearchIndex
    from index.matches import Selection
    from index.store import ArticleStore

FETCHED_AT_ONCE = 200
"""Articles read from the store in one round trip."""


@dataclass(frozen=True, slots=True)
class Found:
    """A ranked article with its record."""

    ranked: Ranked
    article: Article


@dataclass(frozen=True, slots=True)
class Question:
    """A query put to one build.

    Attributes:
        query: The query as read.
        vector: Its embedding, float32 (d,), of length 1.
        index: The build.
    """

    query: Query
    vector: "ndarray"
    index: "SearchIndex"

    @classmethod
    def put(cls, text: str, years: Years | None, index: "SearchIndex") -> Self:
        """Read a query with the build's analyser and encode it with the build's model.

        Raises:
            QueryError: Nothing was typed.
        """
        query = read_query(text, years, index.stems)
        return cls(query, index.encode(query.plain), index)

    def total(self) -> int:
        """Count the articles that pass the query's filters."""
        return self.index.count(self._within)

    def rank(self) -> tuple[Ranked, ...]:
        """Rank the articles that pass the query's filters, best first, 2,000 at most."""
        nearest = self.index.nearest(self.vector, CANDIDATES, self._within)
        matching = self.index.matching(self.query.keywords, CANDIDATES, self._within)
        return fuse(nearest, matching.matches)

    def whole(self) -> Iterator[int]:
        """Return every article that passes the query's filters: the ranked ones best first, then the highest PMID."""
        ranked = dict.fromkeys(candidate.pmid for candidate in self.rank())
        rest = self.index.pmids_of(self._within)
        return chain(ranked, (pmid for pmid in map(int, rest) if pmid not in ranked))

    def explain(self, found: Sequence[Found]) -> tuple[Hit, ...]:
        """Say for each article why it was found, and with which sentence."""
        terms = self.query.read_as.distinct
        weights = weigh(terms, self.index)
        readings = [read_article(one.article, terms, weights, self.index) for one in found]
        evidence = self._evidence(readings)
        return tuple(map(_hit, found, readings, evidence))

    def _evidence(self, readings: Sequence[Reading]) -> list[Evidence | None]:
        wordless = [reading.sentences for reading in readings if reading.evidence is None]
        nearest = iter(closest(wordless, self.vector, self.index.encoder))
        return [reading.evidence or _whole(next(nearest)) for reading in readings]

    @property
    def _within(self) -> "Selection":
        years = self.query.read_as.years
        return self.index.select(Between("year", *years.pair) if years else Everything())


def _hit(found: Found, reading: Reading, evidence: Evidence | None) -> Hit:
    ranked = found.ranked
    return Hit(found.article, ranked.score, evidence, Why(ranked.meaning, ranked.words, reading.matched))


def _whole(sentence: Sentence | None) -> Evidence | None:
    return sentence.as_evidence() if sentence else None


def fetch(ranked: Sequence[Ranked], store: "ArticleStore", window: Window) -> tuple[Found, ...]:
    """Fetch the wanted slice of a ranked list, passing over articles that the store no longer holds.

    Everything above the slice is looked up too: an article deleted there would otherwise move the slice, and one
    hit would stand on two pages.
    """
    return tuple(islice(_stored(ranked, store, window.end), window.offset, window.end))


def _stored(ranked: Sequence[Ranked], store: "ArticleStore", wanted: int) -> Iterator[Found]:
    step = min(wanted, FETCHED_AT_ONCE)
    for start in range(0, len(ranked), step):
        part = ranked[start : start + step]
        articles = store.articles([candidate.pmid for candidate in part])
        yield from (Found(candidate, articles[candidate.pmid]) for candidate in part if candidate.pmid in articles)
