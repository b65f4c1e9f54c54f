"""One query answered from one build: rank, fetch, explain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Self

from index.engine.filter_expression import Everything, FilterExpression, Pmids, all_of
from index.records.passages import searched_title
from search.filters.filters import Filters
from search.query.clauses import with_counts
from search.query.did_you_mean import check_spelling
from search.query.query import Interpretation, Query
from search.query.query_reader import CHARACTERS_READ, cleaned_query, read_query
from search.retrieval.candidates import candidates
from search.retrieval.fusion import Ranked
from search.retrieval.known_items import MOST_KNOWN, TITLES_READ, clues, titles_in
from search.retrieval.ordering import Order, by_date
from search.retrieval.result_list import ResultList

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex
    from index.engine.selection import Selection
    from index.store.article_store import ArticleStore
    from search.serving.open_build import OpenBuild


def kept(text: str, filters: Filters, serving: "OpenBuild") -> "Selection":
    """Select what the filters and a query's demands keep, "" being no query; nothing is encoded or ranked.

    Raises:
        QueryError: The query cannot be read.
    """
    query = read_query(text, None, serving.index.stems, mesh=serving.mesh) if text.strip() else None
    own = query.read_as.restriction if query else Everything()
    return serving.index.select(all_of(filters.restriction(serving.mesh), own))


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query put to one build.

    Attributes:
        query: The query as read.
        vector: Its embedding, float32 (d,), of length 1; None where it has no words to rank by.
        index: The build.
        store: The articles.
        within: What the filters and the query's own demands keep.
        restriction: The same, to be joined with more; `Everything` for a plain question without filters.
        order: How the list is ordered.
    """

    query: Query
    vector: "ndarray | None"
    index: "SearchIndex"
    store: "ArticleStore"
    within: "Selection"
    restriction: FilterExpression
    order: Order

    @classmethod
    def prepare(cls, text: str, filters: Filters, serving: "OpenBuild", *, order: Order | None = None) -> Self:
        """Read a query with the build's analyser and encode it with the build's model.

        Raises:
            QueryError: Nothing was typed, or it cannot be read.
        """
        index = serving.index
        query = read_query(text, filters.years, index.stems, mesh=serving.mesh)
        restriction = all_of(filters.restriction(serving.mesh), query.read_as.restriction)
        query = replace(query, read_as=_checked(text, query.read_as, filters, index))
        vector = index.encode(query.plain) if query.plain else None
        within = index.select(restriction)
        return cls(query, vector, index, serving.store, within, restriction, order or Order())

    @property
    def restricted(self) -> bool:
        """Whether every article kept belongs to the list: a filter or a demand chose them."""
        return self.restriction != Everything()

    def total(self) -> int:
        """Count the articles that pass the query's demands and filters."""
        return self.within.count

    def listed(self) -> "Selection":
        """Return the articles of the list: all that pass, of a plain question those that it ranks."""
        if self.restricted:
            return self.within
        return self.index.select(Pmids(frozenset(one.pmid for one in self.listing())))

    def listing(self) -> ResultList:
        """Rank the articles: known items, then the candidates of both rankings, then what else passes."""
        found = self._candidates()
        head = self.order.apply(self.query.plain, found, self.index, self.store)
        if self.order.by_relevance and (known := self._known(found)):
            first = self._known_first(head, known)
            return ResultList(first, self._tail, self._count(head, known.pmids), known.description)
        if self.restricted and not self.order.by_relevance:
            return ResultList((), lambda: self._everything_by_date(head), self.within.count)
        return ResultList(head, self._tail, self._count(head, ()))

    def read(self, listing: ResultList) -> Query:
        """Return the query as it was read in the end: a known item is said so."""
        if not listing.known:
            return self.query
        read_as = self.query.read_as
        description = f"known item ({listing.known}) first; {read_as.description}"
        return replace(self.query, read_as=replace(read_as, description=description, known=listing.known))

    def whole(self, listing: ResultList | None = None) -> Iterator[int]:
        """Return every article that passes: the listed ones in their order, then the highest PMID."""
        listed = listing or self.listing()
        if self.restricted:
            return (ranked.pmid for ranked in listed)
        head = dict.fromkeys(ranked.pmid for ranked in listed)
        rest = map(int, self.index.pmids_of(self.within))
        return chain(head, (pmid for pmid in rest if pmid not in head))

    def _candidates(self) -> tuple[Ranked, ...]:
        if self.vector is None:
            return ()
        within = self.within if self.restricted else None
        return candidates(self.query, self.vector, self.index, within).fused

    def _count(self, head: Sequence[Ranked], known: Sequence[int]) -> int:
        return self.within.count if self.restricted else len({one.pmid for one in head}.union(known))

    def _tail(self) -> Iterator[int]:
        return map(int, self.index.pmids_of(self.within)) if self.restricted else iter(())

    def _everything_by_date(self, head: Sequence[Ranked]) -> Iterator[Ranked]:
        known = {one.pmid: one for one in head}
        for pmid in by_date(self.index.pmids_of(self.within), self.order.sort, self.index):
            yield known.get(pmid) or Ranked(pmid, 0.0, None, None)

    def _known(self, head: Sequence[Ranked]) -> "KnownItem | None":
        """Find the article that the query names, verified against the index and the store."""
        typed = cleaned_query(self.query.text)[:CHARACTERS_READ]
        for clue in clues(typed):
            foremost = self._kept(clue.first) if clue.first else []
            # Of a common surname many share a year and a word, and few are its first authors.
            if pmids := self._kept(clue.restriction) or foremost:
                order = {one.pmid: place for place, one in enumerate(head)}
                pmids.sort(key=lambda pmid: (pmid not in foremost, order.get(pmid, len(head)), -pmid))
                return KnownItem(tuple(pmids), clue.description)
        if titled := titles_in(typed, self._likeliest_titles(head)):
            return KnownItem(titled, "title")
        return None

    def _kept(self, restriction: FilterExpression) -> list[int]:
        kept = self.index.select(all_of(restriction, self.restriction))
        return list(map(int, self.index.pmids_of(kept))) if 0 < kept.count <= MOST_KNOWN else []

    def _likeliest_titles(self, head: Sequence[Ranked]) -> Iterator[tuple[int, str | None]]:
        worded = sorted((one for one in head if one.words is not None), key=lambda one: -(one.words or 0))
        likely = dict.fromkeys(one.pmid for one in (*worded[:TITLES_READ], *head[:TITLES_READ]))
        articles = self.store.articles(list(likely))
        return ((pmid, searched_title(articles[pmid])) for pmid in likely if pmid in articles)

    def _known_first(self, head: Sequence[Ranked], known: "KnownItem") -> tuple[Ranked, ...]:
        by_pmid = {one.pmid: one for one in head}
        first = []
        for pmid in known.pmids:
            one = by_pmid.pop(pmid, None)
            first.append(Ranked(pmid, 1.0, one.meaning if one else None, one.words if one else None))
        return (*first, *by_pmid.values())


@dataclass(frozen=True, slots=True)
class KnownItem:
    """Articles that a query names, the likeliest first, and what named them."""

    pmids: tuple[int, ...]
    description: str


def _checked(text: str, read_as: Interpretation, filters: Filters, index: "SearchIndex") -> Interpretation:
    """Add what only the index can say: a count for each demand, and words that no article has."""
    clause = with_counts(read_as.clause, index) if read_as.clause else None
    absent, suggestions = check_spelling(text, read_as.distinct, index)
    warnings = (*read_as.warnings, *absent)
    facts = str(replace(filters, years=None))
    description = "; ".join(part for part in (read_as.description, facts) if part)
    return replace(read_as, description=description, clause=clause, warnings=warnings, suggestions=suggestions)
