"""Many questions at once, and one answer to its end."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Unpack

from index.core.errors import QueryError
from search.evidence.answers import answer_page, whole_answer
from search.filters.filters import Filters, FilterValues, takes_filters
from search.recording.recorder import RANKING
from search.results import Hit, Page
from search.retrieval.ordering import Order
from search.retrieval.pipeline import PreparedQuery, encoded
from search.retrieval.result_list import Window
from search.serving.open_library import OpenLibrary

if TYPE_CHECKING:
    from search.serving.open_build import OpenBuild


class ManyAnswers(OpenLibrary):
    """What a searcher does for programs that ask a lot."""

    @takes_filters
    def search_many(  # noqa: PLR0913 - one search, each of its parts by name
        self,
        texts: Iterable[str],
        *,
        limit: int = 20,
        sort: str = "relevance",
        recency: float | None = None,
        filters: Filters | None = None,
        mapping: bool = True,
        whole: bool = False,
        **single_filters: Unpack[FilterValues],
    ) -> list[Page]:
        """Answer several questions as `search` would one by one, faster: encoded in one batch, ranked on threads.

        Args:
            texts: The questions or queries; all are answered by the same build.
            limit: How many hits of each, 1 or more.
            sort: As in `search`, the same for each question; so are all of the following.
            recency: As in `search`.
            filters: As in `search`.
            mapping: As in `search`.
            whole: As in `search`.
            single_filters: As in `search`.

        Returns:
            One page a question, in their order. `Page.seconds` leaves out reading and encoding, which are shared.

        Raises:
            QueryError: One of the queries cannot be read; a note of the error names it.
            TypeError, ValueError: As `search` does.

        Example:
            >>> pages = pubmed.search_many(["metformin and cancer", "cancer[ti]"], limit=2)
            >>> [(page.query.text, len(page)) for page in pages]
            [('metformin and cancer', 1), ('cancer[ti]', 1)]
        """
        if isinstance(texts, str):
            raise TypeError(f"texts is a list of questions; for one, use search({texts[:40]!r})")
        questions, window, filters = list(texts), Window(limit, 0), Filters.of(filters, **single_filters)
        order = Order(sort, recency, self._reranker)
        with self._serving() as serving, ThreadPoolExecutor(os.cpu_count()) as threads:

            def read(text: str) -> PreparedQuery:
                return _read(text, filters, serving, order, mapping=mapping, whole=whole)

            def answer(prepared: PreparedQuery) -> Page:
                return answer_page(prepared, window, filters=filters, serving=serving, ranking=RANKING)

            return list(threads.map(answer, encoded(list(threads.map(read, questions)))))

    @takes_filters
    def iter_all(  # noqa: PLR0913 - one search, each of its parts by name
        self,
        text: str,
        *,
        sort: str = "relevance",
        recency: float | None = None,
        filters: Filters | None = None,
        mapping: bool = True,
        whole: bool = False,
        **single_filters: Unpack[FilterValues],
    ) -> Iterator[Hit]:
        """Iterate over every hit of a search to the last of `Page.total`, explained as it is reached.

        The list is that of one build, the one in service now, also where a new build is published meanwhile. Articles
        are read when they are reached; those deleted since are left out.

        Args:
            text: The question or query.
            sort: As in `search`.
            recency: As in `search`.
            filters: As in `search`.
            mapping: As in `search`.
            whole: As in `search`.
            single_filters: As in `search`.

        Raises:
            QueryError, TypeError, ValueError: As `search` does, at once.

        Example:
            >>> [hit.article.pmid for hit in pubmed.iter_all("metformin[ti] OR obesity[ti]", sort="newest")]
            [900000006, 900000001]
        """
        filters, order = Filters.of(filters, **single_filters), Order(sort, recency, self._reranker)
        with self._serving() as serving:
            prepared = PreparedQuery.prepare(text, filters, serving, order=order, mapping=mapping, whole=whole)
            return whole_answer(prepared, prepared.listing(), self._fetch)


def _read(  # noqa: PLR0913 - one search, each of its parts by name
    text: str, filters: Filters, serving: "OpenBuild", order: Order, *, mapping: bool, whole: bool
) -> PreparedQuery:
    try:
        return PreparedQuery.unencoded(text, filters, serving, order=order, mapping=mapping, whole=whole)
    except QueryError as error:
        error.add_note(f"The query is: {text[:200]}")
        raise
