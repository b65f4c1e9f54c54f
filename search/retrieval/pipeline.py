"""One query answered from one build: rank, fetch, explain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Self

from index.engine.filter_expression import Everything, FilterExpression, Pmids, all_of
from search.filters.date_ranges import Years
from search.filters.filters import Filters
from search.query.clauses import select_and_count
from search.query.did_you_mean import check_spelling, correct
from search.query.empty_fields import NO_HEADINGS, empty_field_warnings
from search.query.mapping.automatic_mapping import AutomaticMapping
from search.query.mapping.library_vocabulary import LibraryVocabulary
from search.query.mapping.short_forms import find_abbreviations
from search.query.mapping.term_mapping import ORDINARY
from search.query.query import Interpretation, Query, Suggestion
from search.query.query_reader import CHARACTERS_READ, cleaned_query, read_query
from search.query.terms.filter_values import absent_value_warnings, check_filter_values
from search.query.terms.headings import NOT_LOADED
from search.retrieval.candidates import Candidates, candidates
from search.retrieval.known_items import KnownItem, find_known_item, known_first
from search.retrieval.ordering import Order, by_date
from search.retrieval.ranked import Ranked, RankedList
from search.retrieval.result_list import ResultList

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex
    from index.engine.selection import Selection
    from index.store.article_store import ArticleStore
    from search.serving.open_build import OpenBuild


def select_articles(
    text: str, filters: Filters, serving: "OpenBuild", *, mapping: bool = True, whole: bool = False
) -> "Selection":
    """Select the articles of a list, "" for no query; see `PreparedQuery.selection`.

    Args:
        text: The query; a plain question is encoded and ranked, unless `whole`.
        filters: The filters.
        serving: The build.
        mapping: Whether to map the untagged words of a Boolean query.
        whole: Whether a plain question lists what is not relevant to it, too.

    Raises:
        QueryError: The query cannot be read.
    """
    query = _read(text, None, serving, mapping=mapping) if text.strip() else None
    if query and query.read_as.clause is None and not whole:
        return PreparedQuery.prepare(text, filters, serving, mapping=mapping).selection()
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
        whole: Whether a plain question lists what is not relevant to it, too.
    """

    query: Query
    vector: "ndarray | None"
    index: "SearchIndex"
    store: "ArticleStore"
    within: "Selection"
    filter_expression: FilterExpression
    order: Order
    whole: bool = False

    @classmethod
    def prepare(  # noqa: PLR0913 - one search, each of its parts by name
        cls,
        text: str,
        filters: Filters,
        serving: "OpenBuild",
        *,
        order: Order | None = None,
        mapping: bool = True,
        whole: bool = False,
    ) -> Self:
        """Read a query with the build's analyser and encode it with the build's model.

        Args:
            text: The query.
            filters: The filters.
            serving: The build.
            order: How the list is ordered.
            mapping: Whether to map the untagged words of a Boolean query, as PubMed does.
            whole: Whether a plain question lists what is not relevant to it, too.

        Raises:
            QueryError: Nothing was typed, it cannot be read, or it would read too much of the index.
        """
        read = cls.unencoded(text, filters, serving, order=order, mapping=mapping, whole=whole)
        return replace(read, vector=read.index.encode(read.query.plain)) if read.query.plain else read

    @classmethod
    def unencoded(  # noqa: PLR0913 - as above
        cls,
        text: str,
        filters: Filters,
        serving: "OpenBuild",
        *,
        order: Order | None = None,
        mapping: bool = True,
        whole: bool = False,
    ) -> Self:
        """Read a query as `prepare` does, and leave it to `encoded` to give it its vector."""
        index = serving.index
        query, misspelled, suggestions = _read_corrected(text, filters.years, serving, mapping=mapping)
        check_filter_values(filters, index, serving.mesh)
        chosen = filters.expression(serving.mesh)
        filter_expression = all_of(chosen, query.read_as.filter_expression)
        selected, clause = select_and_count(query.read_as.clause, index) if query.read_as.clause else (None, None)
        within = index.select(chosen, selected)
        read_as = replace(query.read_as, clause=clause)
        query = replace(query, read_as=_check_against_index(read_as, misspelled, suggestions, filters, serving))
        return cls(query, None, index, serving.store, within, filter_expression, order or Order(), whole)

    @property
    def by_relevance(self) -> bool:
        """Whether only relevant articles are listed: no operator or tag says which ones to list."""
        return self.query.read_as.clause is None and not self.whole

    def selection(self) -> "Selection":
        """Return the articles of the list: of a plain question the relevant ones that pass, else all that pass."""
        if not self.by_relevance:
            return self.within
        return self.index.select(Pmids(frozenset(article.pmid for article in self.listing())))

    def listing(self) -> ResultList:
        """Order the articles of the list; by relevance known items come first, and what was not ranked last."""
        found = self._candidates()
        if self.by_relevance:
            return self._relevant_list(found)
        ranked = found.fused if found else None
        ordered = self.order.apply(self.query.plain, ranked or (), self.index, self.store)
        if not self.order.by_relevance:
            return ResultList((), lambda: self._everything_by_date(ordered), self.within.count)
        known = self._known_item(ranked)
        head = known_first(ordered, known.pmids) if known else ordered
        return ResultList(head, self._rest, self.within.count, known.description if known else None)

    def _relevant_list(self, found: Candidates | None) -> ResultList:
        """List what the rule keeps, and what the query names, in whatever order."""
        from search.retrieval.relevance import relevant

        if found is None or self.vector is None:  # without any word nothing is relevant
            return ResultList((), lambda: iter(()), 0)
        by_rule = relevant(found, self.query, self.vector, self.index, self._within)
        fused = found.fused
        known = self._known_item(fused)
        ranked: Sequence[Ranked] = fused.only(by_rule.pmids)
        # What the second ranking by meaning has lost, and what is only named.
        if missing := {*by_rule.pmids, *(known.pmids if known else ())}.difference(article.pmid for article in ranked):
            ranked = [*ranked, *(Ranked(pmid, 0.0, None, None) for pmid in sorted(missing, reverse=True))]
        ordered = self.order.apply(self.query.plain, ranked, self.index, self.store)
        if not known or not self.order.by_relevance:
            return ResultList(ordered, lambda: iter(()), len(ordered), complete=by_rule.complete)
        head = known_first(ordered, known.pmids)
        return ResultList(head, lambda: iter(()), len(head), known.description, complete=by_rule.complete)

    def known_item(self) -> KnownItem | None:
        """Return the articles that the query names, or None where it names none."""
        found = self._candidates()
        return self._known_item(found.fused if found else None)

    def read(self, listing: ResultList) -> Query:
        """Return the query as it was finally read, with the known item in its description."""
        if not listing.known:
            return self.query
        read_as = self.query.read_as
        description = f"known item ({listing.known}) first; {read_as.description}"
        return replace(self.query, read_as=replace(read_as, description=description, known=listing.known))

    @property
    def _within(self) -> "Selection | None":
        return None if self.filter_expression == Everything() else self.within

    def _candidates(self) -> Candidates | None:
        return None if self.vector is None else candidates(self.query, self.vector, self.index, self._within)

    def _known_item(self, head: RankedList | None) -> KnownItem | None:
        typed = cleaned_query(self.query.searched)[:CHARACTERS_READ]
        return find_known_item(typed, head, self.within, self.index, self.store)

    def _rest(self) -> Iterator[int]:
        return map(int, self.index.pmids_of(self.within))

    def _everything_by_date(self, head: Sequence[Ranked]) -> Iterator[Ranked]:
        by_pmid = {article.pmid: article for article in head}
        for pmid in by_date(self.index.pmids_of(self.within), self.order.sort, self.index):
            yield by_pmid.get(pmid) or Ranked(pmid, 0.0, None, None)


def encoded(read: Sequence[PreparedQuery]) -> list[PreparedQuery]:
    """Return queries of one build with their vectors, encoded in one batch."""
    texts = dict.fromkeys(each.query.plain for each in read if each.query.plain)
    if not texts:
        return list(read)
    vectors = dict(zip(texts, read[0].index.encoder.encode(list(texts)), strict=True))
    return [replace(each, vector=vectors.get(each.query.plain)) for each in read]


def _read(text: str, years: Years | None, serving: "OpenBuild", *, mapping: bool) -> Query:
    """Read a query; without a MeSH vocabulary nothing can be mapped."""
    mesh, index = serving.mesh, serving.index
    mapped = AutomaticMapping(LibraryVocabulary(mesh, index)) if mapping and mesh else None
    is_ordinary = partial(_is_ordinary, index)
    known = partial(find_abbreviations, index=index, mesh=mesh)
    return read_query(text, years, index.stems, mesh=mesh, mapping=mapped, is_ordinary=is_ordinary, abbreviations=known)


def _read_corrected(
    text: str, years: Years | None, serving: "OpenBuild", *, mapping: bool
) -> tuple[Query, tuple[str, ...], tuple[Suggestion, ...]]:
    """Read a query, a plain question with its misspelled words put right; return with it what is still misspelled."""
    query = _read(text, years, serving, mapping=mapping)
    warnings, suggestions = _check_spelling(text, query, serving)
    correction = correct(text, suggestions, serving.mesh) if suggestions and not query.read_as.clause else None
    if correction is None:
        return query, warnings, suggestions
    read = replace(_read(correction.searched, years, serving, mapping=mapping), text=query.text, corrected=correction)
    return read, *_check_spelling(correction.searched, read, serving)


def _check_spelling(text: str, query: Query, serving: "OpenBuild") -> tuple[tuple[str, ...], tuple[Suggestion, ...]]:
    warnings, suggestions = check_spelling(text, query.read_as.distinct, serving.index)
    # What has a known meaning is no slip of the pen.
    known = {word for translation in query.read_as.translations for word in translation.words.split()}
    return warnings, tuple(suggestion for suggestion in suggestions if suggestion.found not in known)


def _is_ordinary(index: "SearchIndex", words: str) -> bool:
    stems = [token.stem for token in index.stems(words)]
    return len(stems) == 1 and index.document_frequency(stems[0]) * ORDINARY > len(index.pmids)


def _check_against_index(
    read_as: Interpretation,
    misspelled: tuple[str, ...],
    suggestions: tuple[Suggestion, ...],
    filters: Filters,
    serving: "OpenBuild",
) -> Interpretation:
    """Add what only the index knows, words, fields and values that no article has, and describe the filters."""
    index = serving.index
    empty = empty_field_warnings(read_as.clause, filters.expression(), index)
    # Where there are no headings at all, it does not matter which are narrower.
    read = (warning for warning in read_as.warnings if NO_HEADINGS not in empty or warning != NOT_LOADED)
    absent = absent_value_warnings(filters, index, serving.mesh)
    other_filters = str(replace(filters, years=None))
    description = "; ".join(part for part in (read_as.description, other_filters) if part)
    warnings = (*read, *empty, *absent, *misspelled)
    return replace(read_as, description=description, warnings=warnings, suggestions=suggestions)
