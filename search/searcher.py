"""The way into a library: search it, read an article, write a search down and repeat it."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from index.core.errors import QueryError, ReplayError
from index.records.article import Article
from search.evidence.explainer import Explainer
from search.explore.facets import FACETS, count_facet
from search.explore.more_like_this import TELLING_WORDS, UNLIKE_SHARE, MoreLikeThis
from search.explore.similar_results import SimilarPage
from search.export.formats import known_format
from search.filters.filters import Filters
from search.recording.recorder import RANKING, write_down
from search.recording.replay import Replay
from search.recording.saved_searches import SavedSearches
from search.recording.search_record import SearchRecord
from search.results import Facet, Page
from search.retrieval.ordering import Order
from search.retrieval.pipeline import PreparedQuery, kept
from search.retrieval.result_list import Window, fetch, stored
from search.serving.open_library import OpenLibrary

if TYPE_CHECKING:
    from search.explore.topic_map import TopicMap

AnyPage = TypeVar("AnyPage", Page, SimilarPage)


class Searcher(OpenLibrary):
    """Search one library; safe to share between threads, read-only.

    A rebuild is noticed at the next search, which then runs on the new build; searches under way finish on the old
    one, and pages already returned stay as they are.

    Example:
        >>> with Searcher.open("data/library") as pubmed:
        ...     page = pubmed.search("does metformin lower the risk of cancer?", limit=5, years=(2015, None))
    """

    @property
    def saved(self) -> SavedSearches:
        """The searches that were saved in this library."""
        return SavedSearches(self._library)

    def articles(self, pmids: Iterable[int]) -> Iterator[Article]:
        """Yield articles in the order of `pmids`, of any number, passing over those that the library does not hold."""
        return stored(pmids, self._fetch)

    def search(  # noqa: PLR0913 - one search, each part of it by its name
        self,
        text: str,
        *,
        limit: int = 20,
        offset: int = 0,
        sort: str = "relevance",
        recency: float | None = None,
        years: tuple[int | None, int | None] | None = None,
        filters: Filters | None = None,
        **facts: Any,  # noqa: ANN401 - the fields of `Filters`, each of its own type
    ) -> Page:
        """Find the articles that answer a question, or that a query in PubMed's language names.

        Args:
            text: The question. Field tags, AND, OR, NOT, quotes and `*` restrict the search as they do in PubMed.
            limit: How many hits, 1 or more.
            offset: How many better hits to pass over; past the last one the page is empty.
            sort: "relevance", "newest" or "oldest": by publication date, equal ones by PMID, undated ones last.
            recency: Of the order by relevance, the years after which a score counts half; None treats all ages alike.
            years: First and last publication year wanted, either of them None for no bound.
            filters: What an article must be to be found.
            facts: Single filters by the names of `Filters`; they replace those of `filters`.

        Raises:
            QueryError: Nothing was typed, it cannot be read, or a filter cannot be.
            TypeError, ValueError: An argument is not of its kind, or `limit` or `offset` out of range.
        """
        started = time.perf_counter()
        window, wanted = Window(limit, offset), Filters.of(filters, years=years, **facts)
        order = Order(sort, recency, self._reranker)
        with self._serving() as serving:
            question = PreparedQuery.prepare(text, wanted, serving, order=order)
            listing = question.listing()
            hits = Explainer.of(question.query, question.vector, serving).explain(fetch(listing, serving.store, window))
            return Page(
                query=question.read(listing),
                hits=hits,
                offset=offset,
                ranked=listing.count,
                total=question.total(),
                total_is="exact",
                build=serving.index.manifest.build,
                model=serving.index.manifest.model,
                seconds=time.perf_counter() - started,
                fingerprint=serving.index.manifest.fingerprint,
                filters=wanted,
                sort=sort,
                ranking=RANKING | order.to_json(),
            )

    def refine_evidence(self, page: AnyPage) -> AnyPage:
        """Choose the sentences of each hit by meaning, among those that share most words with what was asked.

        `search` and `similar` choose by words, at once; here a model reads a few sentences a hit. Those read last are
        remembered, so that the next page with the same articles costs little.

        Returns:
            The same page with its evidence, or its closest sentences, chosen anew.
        """
        with self._serving() as serving:
            if isinstance(page, SimilarPage):
                likeness = MoreLikeThis.prepare(page.pmids, page.unlike, page.filters, serving)
                return replace(page, hits=likeness.refine_evidence(page.hits, serving.sentences))
            plain = page.query.plain
            vector = serving.index.encode(plain) if plain else None
            return replace(page, hits=Explainer.of(page.query, vector, serving).refine_evidence(page.hits))

    sharpen = refine_evidence  # its name until 0.1, for one release more

    def similar(  # noqa: PLR0913 - one search, each part of it by its name
        self,
        pmids: Sequence[int],
        *,
        unlike: Sequence[int] = (),
        limit: int = 20,
        offset: int = 0,
        years: tuple[int | None, int | None] | None = None,
        filters: Filters | None = None,
        **facts: Any,  # noqa: ANN401 - the fields of `Filters`, each of its own type
    ) -> SimilarPage:
        """Find the articles most like some, by meaning and by their telling words.

        Args:
            pmids: The articles to be like, one or several.
            unlike: Articles to stay away from.
            limit: How many hits, 1 or more.
            offset: How many more similar hits to pass over; past the last one the page is empty.
            years: First and last publication year wanted, either of them None for no bound.
            filters: What an article must be to be found.
            facts: Single filters by the names of `Filters`; they replace those of `filters`.

        Raises:
            QueryError: The library does not hold one of the articles, one is given and unlike, or none is given.
            TypeError, ValueError: An argument is not of its kind, or `limit` or `offset` out of range.
        """
        started = time.perf_counter()
        window, wanted = Window(limit, offset), Filters.of(filters, years=years, **facts)
        with self._serving() as serving:
            likeness = MoreLikeThis.prepare(pmids, unlike, wanted, serving)
            listing, manifest = likeness.listing(), serving.index.manifest
            return SimilarPage(
                pmids=likeness.pmids,
                unlike=likeness.unlike,
                hits=likeness.explain(fetch(listing, serving.store, window)),
                offset=offset,
                total=listing.count,
                build=manifest.build,
                model=manifest.model,
                fingerprint=manifest.fingerprint,
                filters=wanted,
                ranking=RANKING | {"telling_words": TELLING_WORDS, "unlike_share": UNLIKE_SHARE},
                seconds=time.perf_counter() - started,
            )

    def facets(
        self,
        text: str,
        filters: Filters | None = None,
        *,
        fields: Sequence[str] = FACETS,
        size: int = 20,
        listed: bool = False,
    ) -> tuple[Facet, ...]:
        """Count what filtering by each value would leave of the articles that pass a query and its filters.

        A heading counts with all narrower ones where MeSH is loaded, and "Okafor N" with "Okafor NB", as filters do.

        Args:
            text: The question; "" for none.
            filters: What an article must be to be counted.
            fields: Which fields, of `FACETS`.
            size: How many values of each at most, the commonest as written.
            listed: Of a plain question without filters, which leaves nothing out, count only what it lists.
        """
        wanted = filters or Filters()
        with self._serving() as serving:
            if listed and text.strip():
                within = PreparedQuery.prepare(text, wanted, serving).listed()
            else:
                within = kept(text, wanted, serving)
            return tuple(
                Facet(field, count_facet(field, serving.index, within, size, serving.mesh)) for field in fields
            )

    def topics(self, text: str, *, filters: Filters | None = None) -> "TopicMap | None":
        """Map what the best articles of a search are about; a second's work.

        Args:
            text: The question.
            filters: What an article must be.

        Returns:
            The map, or None where the search finds too few articles for one.

        Raises:
            QueryError: As `search` does.
        """
        from search.explore.topic_map import MOST_MAPPED, map_topics  # here, not above: `--help` must not pay for numpy

        with self._serving() as serving:
            question = PreparedQuery.prepare(text, filters or Filters(), serving)
            listing = question.listing()
            pmids = [one.pmid for one in islice(listing, MOST_MAPPED)]
            return map_topics(pmids, listing.count, index=serving.index, store=serving.store)

    def total(self, text: str, filters: Filters | None = None) -> int:
        """Count the articles that pass a query and its filters; "" is no query.

        Raises:
            QueryError: The query cannot be read.
        """
        with self._serving() as serving:
            return kept(text, filters or Filters(), serving).count

    def pmids(
        self,
        text: str,
        *,
        years: tuple[int | None, int | None] | None = None,
        filters: Filters | None = None,
        sort: str = "relevance",
        recency: float | None = None,
        **facts: Any,  # noqa: ANN401 - the fields of `Filters`
    ) -> Iterator[int]:
        """List every article that passes a query and its filters: ranked ones first, the rest from the highest PMID.

        Raises:
            QueryError, TypeError: As `search` does.
        """
        with self._serving() as serving:
            wanted = Filters.of(filters, years=years, **facts)
            return PreparedQuery.prepare(text, wanted, serving, order=Order(sort, recency, self._reranker)).whole()

    def export(
        self,
        what: Page | SimilarPage | str | Iterable[int],
        format: str,  # noqa: A002 - the word people look for
        *,
        limit: int | None = None,
        years: tuple[int | None, int | None] | None = None,
        filters: Filters | None = None,
        **facts: Any,  # noqa: ANN401 - the fields of `Filters`
    ) -> Iterator[str]:
        """Write articles as a reference manager, a spreadsheet or a program reads them; see `search.export.formats`.

        Articles are read from the library as they are needed, as it is by then; one deleted meanwhile is passed over.

        Args:
            what: A page (its hits), PMIDs, or a query: the whole result of it, in its order.
            format: "ris", "nbib", "bibtex", "csv" or "jsonl".
            limit: How many articles at most; None for all.
            years: Of a query, first and last publication year wanted.
            filters: Of a query, what an article must be.
            facts: Of a query, `sort`, `recency`, and single filters by the names of `Filters`.

        Returns:
            Pieces of text of a file, to be written as UTF-8.

        Raises:
            ValueError: There is no such format, or `limit` is below 1.
            QueryError, TypeError: As `search` does.
        """
        write, end = known_format(format).write, None if limit is None else Window(limit, 0).end
        if isinstance(what, str):
            pmids = self.pmids(what, years=years, filters=filters, **facts)
        elif isinstance(what, Page | SimilarPage):
            pmids = iter([hit.article.pmid for hit in what.hits])
        else:
            pmids = iter(dict.fromkeys(what))
        return write(islice(self.articles(pmids), end))

    def record(  # noqa: PLR0913 - one search, each part of it by its name
        self,
        text: str,
        *,
        limit: int | None = None,
        years: tuple[int | None, int | None] | None = None,
        filters: Filters | None = None,
        sort: str = "relevance",
        recency: float | None = None,
        **facts: Any,  # noqa: ANN401 - the fields of `Filters`
    ) -> SearchRecord:
        """Search, and return what was asked, of what, with what, and what came back, for `replay` and for people.

        Args:
            text: The question.
            limit: How many articles to list; None for the whole result.
            years: First and last publication year wanted.
            filters: What an article must be.
            sort: "relevance", "newest" or "oldest".
            recency: Of the order by relevance, the years after which a score counts half.
            facts: Single filters by the names of `Filters`.

        Raises:
            QueryError, TypeError, ValueError: As `search` does.
        """
        wanted = Filters.of(filters, years=years, **facts)
        return self._record(text, wanted, Order(sort, recency, self._reranker), limit)

    def _record(self, text: str, wanted: Filters, order: Order, limit: int | None) -> SearchRecord:
        end = None if limit is None else Window(limit, 0).end
        with self._serving() as serving:
            question = PreparedQuery.prepare(text, wanted, serving, order=order)
            return write_down(question, wanted, end, serving=serving, library=self._library)

    def replay(self, record: SearchRecord) -> Replay:
        """Carry out a recorded search again and compare.

        Raises:
            ReplayError: This version cannot carry it out, or it used a reranker that this library was not opened with.
        """
        request = record.request
        try:
            order = Order(request.sort, request.recency, self._reranker if request.reranker else None)
            if order.reranked_by != request.reranker:
                found = order.reranked_by or "none"
                raise ReplayError(
                    f"The recorded search used the reranker {request.reranker}, this library is open with {found}. "
                    f"Name it:\n  pubmed-search --replay FILE --rerank {request.reranker}"
                )
            return Replay(record, self._record(request.text, Filters.from_json(request.filters), order, request.limit))
        except (QueryError, TypeError, ValueError) as error:
            raise ReplayError(f"The recorded search cannot be repeated: {error}") from error

    def _fetch(self, pmids: Sequence[int]) -> dict[int, Article]:
        # Entered for each piece anew: a reader that stops half-way keeps no old build open.
        with self._serving() as serving:
            return serving.store.articles(pmids)
