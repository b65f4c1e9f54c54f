"""Recent answers of a library, kept so that going back, turning a page or opening a filter costs nothing.

Keys hold the build, so that a rebuild is searched again. All values are immutable and shared between sessions.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from index.engine.selection import FacetCount
from search import Page, Searcher, SentencePage
from search.filters.filter_parts import WithoutFilter, count_without_each
from search.recording.saved_searches import REMEMBERED
from search.recording.search_record import SearchRecord
from ui.state.url_state import Address

PAGE_SIZE = 20
PAGES_KEPT = 200
COUNTS_KEPT = 500
VALUES_COUNTED = 300
"""Of one filter; more than a page shows, so that a value chosen earlier still has its count beside rarer ones."""


def result_page(searcher: Searcher, address: Address) -> Page:
    """Return the page of results that an address asks for; of a page past the last one, the first.

    Raises:
        QueryError: Nothing was typed, or it cannot be read.
    """
    page = _search(searcher, searcher.corpus().build, replace(address, view="list"))
    return page if page.hits or address.page == 1 else result_page(searcher, replace(address, page=1))


@lru_cache(PAGES_KEPT)
def _search(searcher: Searcher, build: str, address: Address) -> Page:  # noqa: ARG001 - the build is part of the key
    return searcher.search(
        address.question,
        limit=PAGE_SIZE,
        offset=(address.page - 1) * PAGE_SIZE,
        sort=address.sort,
        filters=address.filters,
        mapping=address.mapping,
        whole=address.whole,
    )


def sentence_page(searcher: Searcher, address: Address) -> SentencePage:
    """Return the page of sentences that an address asks for; of a page past the last one, the first.

    Raises:
        QueryError: Nothing was typed, or it cannot be read.
        NotIndexedError: The index was built without sentences.
    """
    # What is of the list of articles only is no part of the key.
    page = _sentences(searcher, searcher.corpus().build, replace(address, view="list", sort="relevance", whole=False))
    return page if page.hits or address.page == 1 else sentence_page(searcher, replace(address, page=1))


@lru_cache(PAGES_KEPT)
def _sentences(searcher: Searcher, build: str, address: Address) -> SentencePage:  # noqa: ARG001 - part of the key
    offset = (address.page - 1) * PAGE_SIZE
    return searcher.sentences(
        address.question, limit=PAGE_SIZE, offset=offset, filters=address.filters, mapping=address.mapping
    )


def counts(searcher: Searcher, address: Address, fields: Iterable[str]) -> dict[str, tuple[FacetCount, ...]]:
    """Count the values of some fields among the articles of a list.

    Args:
        searcher: The library.
        address: The question, blank for the whole library, and what decides which articles are listed.
        fields: Of `search.explore.facets.FACETS`.
    """
    build, unique = searcher.corpus().build, tuple(dict.fromkeys(fields))
    counted = Address(address.question, address.filters, mapping=address.mapping, whole=address.whole)
    return _counts(searcher, build, counted, unique)


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


def total_of(searcher: Searcher, question: str) -> int:
    """Count the articles of a question's list without filters."""
    return _total(searcher, searcher.corpus().build, question)


@lru_cache(COUNTS_KEPT)
def _total(searcher: Searcher, build: str, question: str) -> int:  # noqa: ARG001 - the build is part of the key
    return searcher.total(question)


def without_each(searcher: Searcher, address: Address) -> list[WithoutFilter]:
    """Return for each filter how many articles there would be without it, most first."""
    question, mapping, whole = address.question, address.mapping, address.whole
    return count_without_each(
        address.filters, lambda filters: searcher.total(question, filters, mapping=mapping, whole=whole)
    )


def record_of(searcher: Searcher, address: Address) -> SearchRecord:
    """Return the record of an address's search: all articles of its list, the best where it lists every article.

    Raises:
        QueryError: As `Searcher.search` does.
    """
    question, filters, mapping, whole = address.question, address.filters, address.mapping, address.whole
    limit = REMEMBERED if whole else None
    return searcher.record(question, limit=limit, filters=filters, sort=address.sort, mapping=mapping, whole=whole)
