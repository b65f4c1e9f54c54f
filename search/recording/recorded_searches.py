"""Searches that are written down, saved and run again."""

from typing import Unpack

from index.core.errors import QueryError, ReplayError
from search.filters.filters import Filters, FilterValues, takes_filters
from search.recording.recorder import write_down
from search.recording.replay import Replay
from search.recording.saved_searches import SavedSearches
from search.recording.search_record import SearchRecord
from search.retrieval.ordering import Order
from search.retrieval.pipeline import PreparedQuery
from search.retrieval.result_list import Window
from search.serving.open_library import OpenLibrary


class RecordedSearches(OpenLibrary):
    """What a searcher does for searches that must be repeatable."""

    @property
    def saved(self) -> SavedSearches:
        """The searches that were saved in this library."""
        return SavedSearches(self._library)

    @takes_filters
    def record(  # noqa: PLR0913 - one search, each of its parts by name
        self,
        text: str,
        *,
        limit: int | None = None,
        filters: Filters | None = None,
        sort: str = "relevance",
        recency: float | None = None,
        mapping: bool = True,
        whole: bool = False,
        **single_filters: Unpack[FilterValues],
    ) -> SearchRecord:
        """Search, and record the query, the library, the software and the result, for `replay` and for people.

        Args:
            text: The question.
            limit: How many articles to list; None for the whole result.
            filters: The filters that an article must pass.
            sort: "relevance", "newest" or "oldest".
            recency: Of the order by relevance, the years after which a score counts half.
            mapping: Whether untagged words of a Boolean query are mapped as in PubMed, where MeSH is loaded.
            whole: Whether a plain question lists every article that passes the filters, relevant ones first.
            single_filters: Filters by the names of the fields of `Filters`.

        Raises:
            QueryError, TypeError, ValueError: As `search` does.
        """
        filters = Filters.of(filters, **single_filters)
        order = Order(sort, recency, self._reranker)
        return self._record(text, filters, order, limit, mapping=mapping, whole=whole)

    def _record(  # noqa: PLR0913 - as above
        self, text: str, filters: Filters, order: Order, limit: int | None, *, mapping: bool, whole: bool
    ) -> SearchRecord:
        end = None if limit is None else Window(limit, 0).end
        with self._serving() as serving:
            prepared = PreparedQuery.prepare(text, filters, serving, order=order, mapping=mapping, whole=whole)
            return write_down(prepared, filters, end, mapping=mapping, serving=serving, library=self._library)

    def replay(self, record: SearchRecord) -> Replay:
        """Run a recorded search again and compare.

        Raises:
            ReplayError: This version cannot run it, or it used a reranker that this library was not opened with.
        """
        request = record.request
        try:
            order = Order(request.sort, request.recency, self._reranker if request.reranker else None)
            if order.reranked_by != request.reranker:
                actual = order.reranked_by or "none"
                raise ReplayError(
                    f"The recorded search used the reranker {request.reranker}, this library is open with {actual}. "
                    f"Name it:\n  pubmed-search --replay FILE --rerank {request.reranker}"
                )
            text, filters = request.text, Filters.from_json(request.filters)
            mapping, whole = request.mapping, request.whole
            return Replay(record, self._record(text, filters, order, request.limit, mapping=mapping, whole=whole))
        except (QueryError, TypeError, ValueError) as error:
            raise ReplayError(f"The recorded search cannot be repeated: {error}") from error
