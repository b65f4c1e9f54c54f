"""The answer to a prepared query: one page of it, or hit after hit to its end."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from index.records.article import Article
from search.evidence.absence import absent_word
from search.evidence.explainer import Explainer
from search.filters.filters import Filters
from search.query.query import Query
from search.results import Hit, Page
from search.retrieval.pipeline import PreparedQuery
from search.retrieval.ranked import Ranked
from search.retrieval.result_list import RankedArticle, ResultList, Window, fetch

if TYPE_CHECKING:
    from search.serving.open_build import OpenBuild

EXPLAINED_AT_ONCE = 50
"""Hits of a whole list that are explained in one go."""


def answer_page(  # noqa: PLR0913 - what a page says of itself
    prepared: PreparedQuery,
    window: Window,
    *,
    filters: Filters,
    serving: "OpenBuild",
    ranking: Mapping[str, object],
    started: float | None = None,
) -> Page:
    """Rank, fetch and explain one page.

    Args:
        prepared: The query.
        window: Which part of the list.
        filters: The chosen filters, which the query was prepared with.
        serving: The build.
        ranking: How the list is ranked, without its order.
        started: When the search began, by `time.perf_counter`; now, if None.
    """
    started = time.perf_counter() if started is None else started
    listing, manifest = prepared.listing(), serving.index.manifest
    explainer = Explainer.of(prepared.query, prepared.vector, serving.index)
    hits = explainer.explain(fetch(listing, serving.store, window))
    query = _with_end(prepared.read(listing), listing, window)
    if window.offset == 0 and prepared.order.by_relevance and not listing.known:
        query = replace(query, absent=absent_word(prepared, hits, filters, serving))
    return Page(
        query=query,
        hits=hits,
        offset=window.offset,
        total=listing.count,
        total_is=listing.count_is,
        passing=prepared.within.count,
        build=manifest.build,
        model=manifest.model,
        seconds=time.perf_counter() - started,
        fingerprint=manifest.fingerprint,
        filters=filters,
        sort=prepared.order.sort,
        ranking=dict(ranking) | prepared.order.to_json(),
    )


def whole_answer(
    prepared: PreparedQuery, listing: ResultList, read: Callable[[Sequence[int]], Mapping[int, Article]]
) -> Iterator[Hit]:
    """Yield every hit of a list, without articles that the store no longer has.

    Args:
        prepared: The query.
        listing: Its list.
        read: Reads some articles.
    """
    return _explained(iter(listing), Explainer.of(prepared.query, prepared.vector, prepared.index), read)


def _explained(
    ranked: Iterator[Ranked], explainer: Explainer, read: Callable[[Sequence[int]], Mapping[int, Article]]
) -> Iterator[Hit]:
    while batch := list(islice(ranked, EXPLAINED_AT_ONCE)):
        articles = read([item.pmid for item in batch])
        yield from explainer.explain(
            [RankedArticle(item, articles[item.pmid]) for item in batch if item.pmid in articles]
        )


def _with_end(query: Query, listing: ResultList, window: Window) -> Query:
    """Say where the list ends if the page begins behind it."""
    if not 0 < listing.count <= window.offset:
        return query
    warning = f"The list ends after {listing.count:,} articles, before the offset {window.offset:,}."
    return replace(query, read_as=replace(query.read_as, warnings=(*query.read_as.warnings, warning)))
