"""The entry point to a library: search it, read an article, record a search and repeat it."""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Unpack

from index.records.article import Article
from search.evidence.answers import answer_page
from search.explore.facets import FACETS, count_facet
from search.explore.many_answers import ManyAnswers
from search.explore.more_like_this import TELLING_WORDS, UNLIKE_SHARE, MoreLikeThis
from search.explore.sentence_results import SentencePage
from search.explore.sentence_search import SentenceSearcher
from search.explore.similar_results import SimilarPage
from search.explore.year_counts import YearCounts
from search.export.formats import known_format
from search.export.sentence_rows import export_sentences
from search.filters.filters import Filters, FilterValues, SimilarFilterValues, takes_filters
from search.filters.validation import pmid_of
from search.pasting.history import with_history
from search.query.query_reader import has_syntax
from search.recording.recorded_searches import RecordedSearches
from search.recording.recorder import RANKING
from search.results import Facet, Page
from search.retrieval.ordering import Order
from search.retrieval.pipeline import PreparedQuery, select_articles
from search.retrieval.result_list import Window, fetch, stored
from search.review.bench import ReviewBench

if TYPE_CHECKING:
    from search.explore.topic_map import TopicMap


class Searcher(ManyAnswers, SentenceSearcher, RecordedSearches, YearCounts, ReviewBench):
    """Search one library; safe to share between threads, read-only.

    A rebuild is noticed at the next search, which then runs on the new build; running searches finish on the old one,
    and pages already returned do not change.

    Example:
        >>> page = pubmed.search("does metformin lower the risk of cancer?", limit=5, years=(2015, None))
        >>> best = page.hits[0]
        >>> best.article.pmid, best.article.year, best.evidence.text[:35]
        (900000001, 2019, 'Ever-users of metformin had a lower')
        >>> pubmed.search("cancer", types=["Revieww"])
        Traceback (most recent call last):
        index.core.errors.FilterValueError: PubMed has no publication type 'Revieww'. Did you mean 'Review'?
    """

    def articles(self, pmids: Iterable[int | str]) -> Iterator[Article]:
        """Yield articles in the order of `pmids`, any number of them, without those that the library does not have."""
        return stored(pmids, self._fetch)

    @takes_filters
    def search(  # noqa: PLR0913 - one search, each of its parts by name
        self,
        text: str,
        *,
        limit: int = 20,
        offset: int = 0,
        sort: str = "relevance",
        recency: float | None = None,
        filters: Filters | None = None,
        mapping: bool = True,
        whole: bool = False,
        history: Sequence[str] = (),
        **single_filters: Unpack[FilterValues],
    ) -> Page:
        """Find the articles that are relevant to a question, or that match a query in PubMed's language.

        Args:
            text: The question. Field tags, AND, OR, NOT, quotes and `*` restrict the search as they do in PubMed.
            limit: How many hits, 1 or more.
            offset: How many better hits to skip; after the last one the page is empty.
            sort: "relevance", "newest" or "oldest": by publication date, equal ones by PMID, undated ones last.
            recency: Of the order by relevance, the years after which a score counts half; None to ignore age.
            filters: The filters that an article must pass.
            mapping: Whether untagged words of a Boolean query are mapped as in PubMed, where MeSH is loaded.
            whole: Whether a plain question lists every article that passes the filters, relevant ones first.
            history: Earlier queries, which the question may call #1, #2; `page.query.text` holds them with it.
            single_filters: Filters by the names of the fields of `Filters`; they replace those of `filters`.

        Raises:
            QueryError: Nothing was typed, or the query or a filter cannot be read.
            TypeError, ValueError: An argument has the wrong type, or `limit` or `offset` is out of range.
        """
        started = time.perf_counter()
        window, filters = Window(limit, offset), Filters.of(filters, **single_filters)
        text = with_history(text, dict(enumerate(history, 1)), has_syntax) if history else text
        order = Order(sort, recency, self._reranker)
        with self._serving() as serving:
            prepared = PreparedQuery.prepare(text, filters, serving, order=order, mapping=mapping, whole=whole)
            return answer_page(prepared, window, filters=filters, serving=serving, ranking=RANKING, started=started)

    @takes_filters
    def similar(
        self,
        pmids: Iterable[int | str],
        *,
        unlike: Iterable[int | str] = (),
        limit: int = 20,
        offset: int = 0,
        filters: Filters | None = None,
        **single_filters: Unpack[SimilarFilterValues],
    ) -> SimilarPage:
        """Find the articles most similar to the given ones, by meaning and by their characteristic words.

        Args:
            pmids: The articles to be similar to, one or several.
            unlike: Articles to be dissimilar to.
            limit: How many hits, 1 or more.
            offset: How many more similar hits to skip; after the last one the page is empty.
            filters: The filters that an article must pass.
            single_filters: Filters by the names of the fields of `Filters`; they replace those of `filters`.

        Raises:
            QueryError: The library lacks one of the articles, one is in both lists, or `pmids` is empty.
            TypeError, ValueError: An argument has the wrong type, or `limit` or `offset` is out of range.
        """
        started = time.perf_counter()
        window, filters = Window(limit, offset), Filters.of(filters, **single_filters)
        with self._serving() as serving:
            likeness = MoreLikeThis.prepare(pmids, unlike, filters, serving)
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
                filters=filters,
                ranking=RANKING | {"meaning": "article", "telling_words": TELLING_WORDS, "unlike_share": UNLIKE_SHARE},
                seconds=time.perf_counter() - started,
            )

    @takes_filters
    def facets(  # noqa: PLR0913 - each by name
        self,
        text: str,
        filters: Filters | None = None,
        *,
        fields: Sequence[str] = FACETS,
        size: int = 20,
        mapping: bool = True,
        whole: bool = False,
        **single_filters: Unpack[FilterValues],
    ) -> tuple[Facet, ...]:
        """Count the articles of a list that pass in addition a filter by each value.

        A heading includes all narrower ones where MeSH is loaded, and "Okafor N" includes "Okafor NB", as in filters.

        Args:
            text: The question; "" for none.
            filters: The filters that an article must pass.
            fields: Which fields, of `FACETS`.
            size: How many values of each at most: those that most articles have as written.
            mapping: As in `search`.
            whole: As in `search`.
            single_filters: Filters by the names of the fields of `Filters`; they replace those of `filters`.
        """
        filters = Filters.of(filters, **single_filters)
        with self._serving() as serving:
            selection = select_articles(text, filters, serving, mapping=mapping, whole=whole)
            return tuple(
                Facet(field, count_facet(field, serving.index, selection, size, serving.mesh)) for field in fields
            )

    @takes_filters
    def topics(
        self,
        text: str,
        *,
        filters: Filters | None = None,
        mapping: bool = True,
        whole: bool = False,
        **single_filters: Unpack[FilterValues],
    ) -> "TopicMap | None":
        """Map what the best articles of a search are about, in a second; None where it finds too few articles.

        Args:
            text: The question.
            filters: The filters that an article must pass.
            mapping: As in `search`.
            whole: As in `search`.
            single_filters: Filters by the names of the fields of `Filters`; they replace those of `filters`.

        Raises:
            QueryError: As `search` does.
        """
        from search.explore.topic_map import MOST_MAPPED, map_topics  # here, not above: `--help` must not pay for numpy

        with self._serving() as serving:
            filters = Filters.of(filters, **single_filters)
            listing = PreparedQuery.prepare(text, filters, serving, mapping=mapping, whole=whole).listing()
            pmids = [article.pmid for article in islice(listing, MOST_MAPPED)]
            index, store, mesh = serving.index, serving.store, serving.mesh
            return map_topics(pmids, listing.count, index=index, store=store, mesh=mesh)

    @takes_filters
    def total(
        self,
        text: str,
        filters: Filters | None = None,
        *,
        mapping: bool = True,
        whole: bool = False,
        **single_filters: Unpack[FilterValues],
    ) -> int:
        """Count the articles of a list, as `Page.total` does; "" for no query.

        Raises:
            QueryError: The query cannot be read.
        """
        with self._serving() as serving:
            filters = Filters.of(filters, **single_filters)
            return select_articles(text, filters, serving, mapping=mapping, whole=whole).count

    @takes_filters
    def pmids(  # noqa: PLR0913 - one search, each of its parts by name
        self,
        text: str,
        *,
        filters: Filters | None = None,
        sort: str = "relevance",
        recency: float | None = None,
        mapping: bool = True,
        whole: bool = False,
        **single_filters: Unpack[FilterValues],
    ) -> Iterator[int]:
        """List every article of a search: ranked ones first, the rest from the highest PMID.

        Raises:
            QueryError, TypeError: As `search` does.
        """
        with self._serving() as serving:
            filters = Filters.of(filters, **single_filters)
            order = Order(sort, recency, self._reranker)
            prepared = PreparedQuery.prepare(text, filters, serving, order=order, mapping=mapping, whole=whole)
            return (article.pmid for article in prepared.listing())

    @takes_filters
    def export(  # noqa: PLR0913 - one search, each of its parts by name
        self,
        what: Page | SimilarPage | SentencePage | str | Iterable[int | str],
        format: str,  # noqa: A002 - the word people look for
        *,
        limit: int | None = None,
        filters: Filters | None = None,
        sort: str = "relevance",
        recency: float | None = None,
        mapping: bool = True,
        whole: bool = False,
        **single_filters: Unpack[FilterValues],
    ) -> Iterator[str]:
        """Write articles for a reference manager, a spreadsheet or a program; see `search.export.formats`.

        Articles are read from the library when they are needed, in its state at that time; deleted ones are skipped.

        Args:
            what: A page (its hits; of sentences, see `search.export.sentence_rows`), PMIDs, or a query (its whole
                result, in its order).
            format: A name of `search.export.formats.FORMATS`: "ris", "nbib", "bibtex", "csv", ... or a style, "apa".
            limit: How many articles at most; None for all.
            filters: Of a query, the filters that an article must pass.
            sort: Of a query, "relevance", "newest" or "oldest".
            recency: Of a query, as in `search`.
            mapping: Of a query, as in `search`.
            whole: Of a query, as in `search`.
            single_filters: Of a query, filters by the names of the fields of `Filters`.

        Returns:
            The text of a file in pieces, to be written as UTF-8.

        Raises:
            ValueError: There is no such format, or `limit` is below 1.
            QueryError, TypeError: As `search` does.
        """
        write, end = known_format(format).write, None if limit is None else Window(limit, 0).end
        if isinstance(what, SentencePage):
            return export_sentences(what.rows()[:end], format)
        if isinstance(what, str):
            filters = Filters.of(filters, **single_filters)
            pmids = self.pmids(what, filters=filters, sort=sort, recency=recency, mapping=mapping, whole=whole)
        elif isinstance(what, Page | SimilarPage):
            pmids = iter([hit.article.pmid for hit in what.hits])
        else:
            pmids = iter(dict.fromkeys(map(pmid_of, what)))
        return write(islice(self.articles(pmids), end))
