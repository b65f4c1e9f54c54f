"""Sentences that answer a question, of the best articles of its list."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, Unpack

from index.core.errors import NotIndexedError, QueryError
from search.evidence.evidence import EvidenceTerms, read_article
from search.evidence.sentence_similarity import LAST, WORDS, scored
from search.explore.sentence_results import SentenceHit, SentencePage, WhySentence
from search.filters.filters import Filters, FilterValues, takes_filters
from search.pasting.history import with_history
from search.query.query_reader import has_syntax
from search.recording.recorder import RANKING
from search.retrieval.pipeline import PreparedQuery
from search.retrieval.result_list import RankedArticle, Window, fetch
from search.serving.open_library import OpenLibrary

if TYPE_CHECKING:
    from numpy import ndarray

    from index.engine.search_index import SearchIndex

SEARCHED = 200
"""Of how many articles the sentences are compared, the best of the list.

Source: docs/decisions/012-sentences-in-two-bits.md: the sentences that annotators marked for 490 of SciFact's training
claims, among the 44,642 of its abstracts: nDCG@10 is .648 with the 50, 100, 200 and 1,000 best articles alike. An
exact scan of all codes finds no more than the best 1,000 do (.550 both, by cosine and words alone).
"""

ARTICLE = 0.5
"""What the score of its article counts beside the cosine of a sentence: "it halved the risk" says of what elsewhere.

Source: as above, nDCG@10 without it .573, .25 .623, .5 .648, 1 .670; more would repeat the list of articles.
"""

OF_EACH = 3
"""Sentences of one article that are listed at most. Source: as above, claims with a marked sentence among the first ten
and different articles there: 1 .635 and 10, 2 .800 and 7.1, 3 .845 and 6.0, 5 .892 and 5.0, all .900 and 4.5."""

MOST_LISTED = SEARCHED * OF_EACH

_HIGHEST = 1 + WORDS + LAST + ARTICLE
_WEIGHTS = {"searched": SEARCHED, "of_each": OF_EACH, "words": WORDS, "last": LAST, "article": ARTICLE}


class SentenceSearcher(OpenLibrary):
    """Searches a library for sentences."""

    @takes_filters
    def sentences(  # noqa: PLR0913 - one search, each of its parts by name
        self,
        text: str,
        *,
        limit: int = 20,
        offset: int = 0,
        filters: Filters | None = None,
        mapping: bool = True,
        history: Sequence[str] = (),
        **single_filters: Unpack[FilterValues],
    ) -> SentencePage:
        """Find the sentences of abstracts that answer a question, best first, each with its article.

        The sentences of the `SEARCHED` best articles of the list are compared, or of all where it has fewer; at most
        `OF_EACH` of an article are listed.

        Args:
            text: The question; a query in PubMed's language restricts the articles, and its words rank.
            limit: How many sentences, 1 or more.
            offset: How many better sentences to skip; after the last one the page is empty.
            filters: The filters that an article must pass.
            mapping: Whether untagged words of a Boolean query are mapped as in PubMed, where MeSH is loaded.
            history: Earlier queries, which the question may call #1, #2.
            single_filters: As in `search`.

        Raises:
            QueryError: Nothing was typed, the query or a filter cannot be read, or it has no words to compare.
            NotIndexedError: The index was built without sentences.
            TypeError, ValueError: An argument has the wrong type, or `limit` or `offset` is out of range.
        """
        started = time.perf_counter()
        window, filters = Window(limit, offset), Filters.of(filters, **single_filters)
        text = with_history(text, dict(enumerate(history, 1)), has_syntax) if history else text
        with self._serving() as serving:
            prepared = PreparedQuery.prepare(text, filters, serving, mapping=mapping)
            found, manifest = SentenceList.of(prepared), serving.index.manifest
            return SentencePage(
                query=prepared.query,
                hits=found.hits[window.offset : window.end],
                offset=offset,
                listed=len(found.hits),
                searched=found.searched,
                without_abstract=found.without_abstract,
                of_each=OF_EACH,
                total=found.total,
                total_is=found.total_is,
                build=manifest.build,
                model=manifest.model,
                seconds=time.perf_counter() - started,
                fingerprint=manifest.fingerprint,
                filters=filters,
                ranking=RANKING | {"sentences": _WEIGHTS},
            )


@dataclass(frozen=True, slots=True)
class SentenceList:
    """The sentences of the best articles of a list.

    Attributes:
        hits: The sentences, best first; equal ones by PMID, the highest first, and by their place.
        searched: How many articles there were.
        without_abstract: How many of them have no sentence.
        total: How many articles the list has.
        total_is: "exact" or "at least".
    """

    hits: tuple[SentenceHit, ...]
    searched: int
    without_abstract: int
    total: int
    total_is: str

    @classmethod
    def of(cls, prepared: PreparedQuery) -> Self:
        """Compare the sentences of the best articles of a query with it.

        Raises:
            QueryError: The query has no words to compare.
            NotIndexedError: The index was built without sentences.
        """
        index = prepared.index
        if prepared.vector is None:
            raise QueryError(
                "Sentences are compared with words, and this query has none that rank: add some, or list its articles."
            )
        listing = prepared.listing()
        articles = fetch(listing, prepared.store, Window(SEARCHED, 0))
        cosines = index.sentence_cosines([found.article.pmid for found in articles], prepared.vector)
        if cosines is None:
            raise NotIndexedError(
                "This index was built without sentences, so that only articles can be searched. Add them:\n"
                "  rebuild-index"
            )
        terms = EvidenceTerms.of(prepared.query.read_as, index)
        hits = [
            hit
            for found, own in zip(articles, cosines, strict=True)
            # The first cosine is the title's.
            for hit in _best_of(found, own[1:], terms, index)
        ]
        hits.sort(key=lambda hit: (-hit.score, -hit.article.pmid, hit.sentence.start))
        without_abstract = sum(not found.article.sections for found in articles)
        return cls(tuple(hits), len(articles), without_abstract, listing.count, listing.count_is)


def _best_of(
    found: RankedArticle, cosines: "ndarray", terms: EvidenceTerms, index: "SearchIndex"
) -> Iterator[SentenceHit]:
    """Yield the best sentences of an article."""
    import numpy as np  # here, not above: `--help` must not pay

    matches = read_article(found.article, terms, index)
    known = len(cosines) == len(matches.sentences)
    if not known:  # the store's abstract is newer than the index
        cosines = np.zeros(len(matches.sentences), dtype=np.float32)
    best = sorted(scored(matches, cosines), key=lambda one: (-one.score, one.candidate.sentence.start))
    for one in best[:OF_EACH]:
        score = max(0.0, min(1.0, (one.score + ARTICLE * found.ranked.score) / _HIGHEST))
        why = WhySentence(one.cosine if known else None, one.candidate.share, found.ranked.score)
        yield SentenceHit(found.article, one.candidate.evidence, score, why)
