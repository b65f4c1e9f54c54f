"""One query answered from one build: rank, fetch, explain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Self

from index.core.readable_text import readable
from index.engine.filter_expression import Everything, FilterExpression, Pmids, all_of
from search.filters.date_ranges import Years
from search.filters.filters import Filters
from search.query.clauses import select_and_count
from search.query.did_you_mean import check_spelling
from search.query.empty_fields import NO_HEADINGS, empty_field_warnings
from search.query.mapping.automatic_mapping import AutomaticMapping
from search.query.mapping.library_vocabulary import LibraryVocabulary
from search.query.mapping.short_forms import find_abbreviations
from search.query.mapping.term_mapping import ORDINARY
from search.query.query import Interpretation, Query
from search.query.query_reader import CHARACTERS_READ, cleaned_query, read_query
from search.query.terms.filter_values import absent_value_warnings, check_filter_values
from search.query.terms.headings import NOT_LOADED
from search.retrieval.candidates import candidates
from search.retrieval.known_items import TITLES_COMPARED, clues, titles_in
from search.retrieval.ordering import Order, by_date
from search.retrieval.ranked import Ranked
from search.retrieval.result_list import ResultList

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex
    from index.engine.selection import Selection
    from index.store.article_store import ArticleStore
    from search.serving.open_build import OpenBuild


def select_articles(text: str, filters: Filters, serving: "OpenBuild", *, mapping: bool = True) -> "Selection":
    """Select what the filters and a query's own filter keep, "" for no query; nothing is encoded or ranked.

    Args:
        text: The query.
        filters: The filters.
        serving: The build.
        mapping: Whether to map the untagged words of a Boolean query.

    Raises:
        QueryError: The query cannot be read.
    """
    query = _read(text, None, serving, mapping=mapping) if text.strip() else None
    filter_expression = query.read_as.filter_expression if query else Everything()
    check_filter_values(filters, serving.index, serving.mesh)
    return serving.index.select(all_of(filters.expression(serving.mesh), filter_expression))


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query put to one build.

    Attributes:
        query: The query as read.
        vector: Its embedding, float32 (d,), of length 1; None where it has no words to rank by.
        index: The build.
        store: The articles.
        within: What the filters and the query's own filter keep.
        filter_expression: The same, to be combined with others; `Everything` for a plain question without filters.
        order: How the list is ordered.
    """

    query: Query
    vector: "ndarray | None"
    index: "SearchIndex"
    store: "ArticleStore"
    within: "Selection"
    filter_expression: FilterExpression
    order: Order

    @classmethod
    def prepare(
        cls, text: str, filters: Filters, serving: "OpenBuild", *, order: Order | None = None, mapping: bool = True
    ) -> Self:
        """Read a query with the build's analyser and encode it with the build's model.

        Args:
            text: The query.
            filters: The filters.
            serving: The build.
            order: How the list is ordered.
            mapping: Whether to map the untagged words of a Boolean query, as PubMed does.

        Raises:
            QueryError: Nothing was typed, it cannot be read, or it would read too much of the index.
        """
        read = cls.unencoded(text, filters, serving, order=order, mapping=mapping)
        return replace(read, vector=read.index.encode(read.query.plain)) if read.query.plain else read

    @classmethod
    def unencoded(
        cls, text: str, filters: Filters, serving: "OpenBuild", *, order: Order | None = None, mapping: bool = True
    ) -> Self:
        """Read a query as `prepare` does, and leave it to `encoded` to give it its vector."""
        index = serving.index
        query = _read(text, filters.years, serving, mapping=mapping)
        check_filter_values(filters, index, serving.mesh)
        chosen = filters.expression(serving.mesh)
        filter_expression = all_of(chosen, query.read_as.filter_expression)
        selected, clause = select_and_count(query.read_as.clause, index) if query.read_as.clause else (None, None)
        within = index.select(chosen, selected)
        read_as = replace(query.read_as, clause=clause)
        query = replace(query, read_as=_check_against_index(text, read_as, filters, serving))
        return cls(query, None, index, serving.store, within, filter_expression, order or Order())

    @property
    def restricted(self) -> bool:
        """Whether the list holds every article kept: a filter, an operator or a tag restricts it."""
        return self.filter_expression != Everything()

    def total(self) -> int:
        """Count the articles that pass the query's own filter and the chosen filters."""
        return self.within.count

    def listed(self) -> "Selection":
        """Return the articles of the list: all that pass, or for a plain question those that it ranks."""
        if self.restricted:
            return self.within
        return self.index.select(Pmids(frozenset(article.pmid for article in self.listing())))

    def listing(self) -> ResultList:
        """Rank the articles: known items, then the candidates of both rankings, then what else passes."""
        ranked = self._candidates()
        ordered = self.order.apply(self.query.plain, ranked, self.index, self.store)
        if self.order.by_relevance and (known_item := self._find_known_item(ranked)):
            first = self._known_first(ordered, known_item)
            return ResultList(first, self._tail, self._count(ordered, known_item.pmids), known_item.description)
        if self.restricted and not self.order.by_relevance:
            return ResultList((), lambda: self._everything_by_date(ordered), self.within.count)
        return ResultList(ordered, self._tail, self._count(ordered, ()))

    def known_item(self) -> "KnownItem | None":
        """Return the articles that the query names, or None where it names none."""
        return self._find_known_item(self._candidates())

    def read(self, listing: ResultList) -> Query:
        """Return the query as it was finally read, with the known item in its description."""
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
        others = map(int, self.index.pmids_of(self.within))
        return chain(head, (pmid for pmid in others if pmid not in head))

    def _candidates(self) -> Sequence[Ranked]:
        if self.vector is None:
            return ()
        within = self.within if self.restricted else None
        return candidates(self.query, self.vector, self.index, within).fused

    def _count(self, head: Sequence[Ranked], known: Sequence[int]) -> int:
        if self.restricted or not known:
            return self.within.count if self.restricted else len(head)
        return len({article.pmid for article in head}.union(known))

    def _tail(self) -> Iterator[int]:
        return map(int, self.index.pmids_of(self.within)) if self.restricted else iter(())

    def _everything_by_date(self, head: Sequence[Ranked]) -> Iterator[Ranked]:
        by_pmid = {article.pmid: article for article in head}
        for pmid in by_date(self.index.pmids_of(self.within), self.order.sort, self.index):
            yield by_pmid.get(pmid) or Ranked(pmid, 0.0, None, None)

    def _find_known_item(self, head: Sequence[Ranked]) -> "KnownItem | None":
        """Find the article that the query names, verified against the index and the store."""
        typed = cleaned_query(self.query.text)[:CHARACTERS_READ]
        for clue in clues(typed):
            pmids = self._few_matching(clue.filter_expression, clue.most)
            first_author_pmids = self._few_matching(clue.first, clue.most) if clue.first else []
            # Many authors with a common surname share a year and a word; few of them are first authors.
            if pmids := pmids or first_author_pmids:
                ranks = {article.pmid: rank for rank, article in enumerate(head)}
                pmids.sort(key=lambda pmid: (pmid not in first_author_pmids, ranks.get(pmid, len(head)), -pmid))
                return KnownItem(tuple(pmids), clue.description)
        if titled_pmids := titles_in(typed, self._likeliest_titles(head)):
            return KnownItem(titled_pmids, "title")
        return None

    def _few_matching(self, filter_expression: FilterExpression, most: int) -> list[int]:
        selection = self.index.select(filter_expression, self.within)
        return list(map(int, self.index.pmids_of(selection))) if 0 < selection.count <= most else []

    def _likeliest_titles(self, head: Sequence[Ranked]) -> Iterator[tuple[int, str | None]]:
        best_by_words = sorted(
            (article for article in head if article.words is not None), key=lambda article: -(article.words or 0)
        )
        likeliest = dict.fromkeys(
            article.pmid for article in (*best_by_words[:TITLES_COMPARED], *head[:TITLES_COMPARED])
        )
        articles = self.store.articles(list(likeliest))
        for article in (articles[pmid] for pmid in likeliest if pmid in articles):
            yield from ((article.pmid, readable(title)) for title in (article.title, article.vernacular_title) if title)

    def _known_first(self, head: Sequence[Ranked], known_item: "KnownItem") -> tuple[Ranked, ...]:
        by_pmid = {article.pmid: article for article in head}
        first = []
        for pmid in known_item.pmids:
            ranked = by_pmid.pop(pmid, None)
            first.append(Ranked(pmid, 1.0, ranked.meaning if ranked else None, ranked.words if ranked else None))
        return (*first, *by_pmid.values())


def encoded(read: Sequence[PreparedQuery]) -> list[PreparedQuery]:
    """Return queries of one build with their vectors, encoded in one batch."""
    texts = dict.fromkeys(each.query.plain for each in read if each.query.plain)
    if not texts:
        return list(read)
    vectors = dict(zip(texts, read[0].index.encoder.encode(list(texts)), strict=True))
    return [replace(each, vector=vectors.get(each.query.plain)) for each in read]


@dataclass(frozen=True, slots=True)
class KnownItem:
    """Articles that a query names, the likeliest first, and what named them."""

    pmids: tuple[int, ...]
    description: str


def _read(text: str, years: Years | None, serving: "OpenBuild", *, mapping: bool) -> Query:
    """Read a query; without a MeSH vocabulary nothing can be mapped."""
    mesh, index = serving.mesh, serving.index
    mapped = AutomaticMapping(LibraryVocabulary(mesh, index)) if mapping and mesh else None
    is_ordinary = partial(_is_ordinary, index)
    known = partial(find_abbreviations, index=index, mesh=mesh)
    return read_query(text, years, index.stems, mesh=mesh, mapping=mapped, is_ordinary=is_ordinary, abbreviations=known)


def _is_ordinary(index: "SearchIndex", words: str) -> bool:
    stems = [token.stem for token in index.stems(words)]
    return len(stems) == 1 and index.document_frequency(stems[0]) * ORDINARY > len(index.pmids)


def _check_against_index(text: str, read_as: Interpretation, filters: Filters, serving: "OpenBuild") -> Interpretation:
    """Add what only the index knows, words, fields and values that no article has, and describe the filters."""
    index = serving.index
    spelling_warnings, suggestions = check_spelling(text, read_as.distinct, index)
    empty = empty_field_warnings(read_as.clause, filters.expression(), index)
    # Where there are no headings at all, it does not matter which are narrower.
    read = (warning for warning in read_as.warnings if NO_HEADINGS not in empty or warning != NOT_LOADED)
    absent = absent_value_warnings(filters, index, serving.mesh)
    warnings = (*read, *empty, *absent, *spelling_warnings)
    # What has a known meaning is no slip of the pen.
    known = {word for translation in read_as.translations for word in translation.words.split()}
    suggestions = tuple(suggestion for suggestion in suggestions if suggestion.found not in known)
    other_filters = str(replace(filters, years=None))
    description = "; ".join(part for part in (read_as.description, other_filters) if part)
    return replace(read_as, description=description, warnings=warnings, suggestions=suggestions)
