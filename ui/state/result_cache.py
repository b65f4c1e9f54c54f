"""Recent answers of a library, kept so that going back, turning a page or opening a filter costs nothing.

Keys hold the build, so that a rebuild is searched again. All values are immutable and shared between sessions.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from index.engine.selection import FacetCount
from search import Page, Searcher, SentencePage
from search.explore.similar_results import SimilarPage
from search.filters.filter_parts import WithoutFilter, count_without_each
from search.recording.saved_searches import REMEMBERED
from search.recording.search_record import SearchRecord
from ui.state.similar_address import SimilarAddress
from ui.state.url_state import Address

if TYPE_CHECKING:
    from search.explore.topic_map import TopicMap

PAGES_KEPT = 200
COUNTS_KEPT = 500
MAPS_KEPT = 50
VALUES_COUNTED = 300
"""Of one filter; more than a page shows, so that a value chosen earlier still has its count beside rarer ones."""


def result_page(searcher: Searcher, address: Address) -> Page:
    """Return the page of results that an address asks for; of a page past the last one, the last.

    Raises:
        QueryError: Nothing was typed, or it cannot be read.
    """
    page = _search(searcher, searcher.corpus().build, replace(address, view="list"))
    return page if page.hits or address.page == 1 else result_page(searcher, address.within(page.total))


@lru_cache(PAGES_KEPT)
def _search(searcher: Searcher, build: str, address: Address) -> Page:  # noqa: ARG001 - the build is part of the key
    return searcher.search(
        address.text,
        limit=address.per,
        offset=address.offset,
        sort=address.sort,
        filters=address.filters,
        mapping=address.mapping,
        whole=address.whole,
    )


def sentence_page(searcher: Searcher, address: Address) -> SentencePage:
    """Return the page of sentences that an address asks for; of a page past the last one, the last.

    Raises:
        QueryError: Nothing was typed, or it cannot be read.
        NotIndexedError: The index was built without sentences.
    """
    # What is of the list of articles only is no part of the key.
    page = _sentences(searcher, searcher.corpus().build, replace(address, view="list", sort="relevance", whole=False))
    return page if page.hits or address.page == 1 else sentence_page(searcher, address.within(page.listed))


@lru_cache(PAGES_KEPT)
def _sentences(searcher: Searcher, build: str, address: Address) -> SentencePage:  # noqa: ARG001 - part of the key
    return searcher.sentences(
        address.text, limit=address.per, offset=address.offset, filters=address.filters, mapping=address.mapping
    )


def similar_page(searcher: Searcher, address: SimilarAddress) -> SimilarPage:
    """Return the page of similar articles that an address asks for; of a page past the last one, the last.

    Raises:
        QueryError: The library lacks one of the articles, or they are too many.
    """
    page = _similar(searcher, searcher.corpus().build, address)
    return page if page.hits or address.page == 1 else similar_page(searcher, address.within(page.total))


@lru_cache(PAGES_KEPT)
def _similar(searcher: Searcher, build: str, address: SimilarAddress) -> SimilarPage:  # noqa: ARG001 - part of the key
    given, unlike = address.collection.pmids, address.collection.unlike
    return searcher.similar(given, unlike=unlike, limit=address.per, offset=address.offset, filters=address.filters)


def counts(searcher: Searcher, address: Address, fields: Iterable[str]) -> dict[str, tuple[FacetCount, ...]]:
    """Count the values of some fields among the articles of a list.

    Args:
        searcher: The library.
        address: The question, blank for the whole library, and what decides which articles are listed.
        fields: Of `search.explore.facets.FACETS`.
    """
    build, unique = searcher.corpus().build, tuple(dict.fromkeys(fields))
    return _counts(searcher, build, _counted(address), unique)


def _counted(address: Address) -> Address:
    return Address(address.counted_text, address.filters, mapping=address.mapping, whole=address.whole)


@lru_cache(COUNTS_KEPT)
def _counts(
    searcher: Searcher,
    build: str,  # noqa: ARG001 - part of the key
    address: Address,
    fields: tuple[str, ...],
) -> dict[str, tuple[FacetCount, ...]]:
    question, filters, mapping, whole = address.question, address.filters, address.mapping, address.whole
    facets = searcher.facets(question, filters, fields=fields, size=VALUES_COUNTED, mapping=mapping, whole=whole)
    return {facet.field: facet.counts for facet in facets}


def year_counts(
    searcher: Searcher, address: Address, field: str, values: tuple[str, ...]
) -> dict[str, tuple[FacetCount, ...]]:
    """Count by year the articles that a list shows under each of some values, as `Searcher.years_of` does."""
    return _year_counts(searcher, searcher.corpus().build, _counted(address), field, values)


@lru_cache(PAGES_KEPT)
def _year_counts(
    searcher: Searcher,
    build: str,  # noqa: ARG001 - part of the key
    address: Address,
    field: str,
    values: tuple[str, ...],
) -> dict[str, tuple[FacetCount, ...]]:
    return searcher.years_of(
        field, values, address.question, address.filters, mapping=address.mapping, whole=address.whole
    )


def topics(searcher: Searcher, address: Address) -> "TopicMap | None":
    """Return the map of topics of an address's search, None where it has too few articles."""
    kept = Address(address.text, address.filters, mapping=address.mapping, whole=address.whole)
    return _topics(searcher, searcher.corpus().build, kept)


@lru_cache(MAPS_KEPT)
def _topics(searcher: Searcher, build: str, address: Address) -> "TopicMap | None":  # noqa: ARG001 - part of the key
    return searcher.topics(address.question, filters=address.filters, mapping=address.mapping, whole=address.whole)


def total_of(searcher: Searcher, question: str) -> int:
    """Count the articles of a question's list without filters."""
    return _total(searcher, searcher.corpus().build, question)


@lru_cache(COUNTS_KEPT)
def _total(searcher: Searcher, build: str, question: str) -> int:  # noqa: ARG001 - the build is part of the key
    return searcher.total(question)


def without_each(searcher: Searcher, address: Address) -> list[WithoutFilter]:
    """Return for each filter how many articles there would be without it, most first."""
    question, mapping, whole = address.text, address.mapping, address.whole
    return count_without_each(
        address.filters, lambda filters: searcher.total(question, filters, mapping=mapping, whole=whole)
    )


def record_of(searcher: Searcher, address: Address) -> SearchRecord:
    """Return the record of an address's search: all articles of its list, the best where it lists every article.

    Raises:
        QueryError: As `Searcher.search` does.
    """
    question, filters, mapping, whole = address.text, address.filters, address.mapping, address.whole
    limit = REMEMBERED if whole else None
    return searcher.record(question, limit=limit, filters=filters, sort=address.sort, mapping=mapping, whole=whole)
