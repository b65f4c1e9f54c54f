"""A ranked list of any length, and the slice of it that is requested."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from index.records.article import Article
from search.filters.validation import pmid_of, whole_number
from search.retrieval.ranked import Ranked

if TYPE_CHECKING:
    from index.store.article_store import ArticleStore

FETCHED_AT_ONCE = 200
"""Articles read from the store in one round trip."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of the ranked list is requested.

    Attributes:
        limit: How many hits, 1 or more.
        offset: How many to skip first, 0 or more.
    """

    limit: int
    offset: int

    def __post_init__(self) -> None:
        if whole_number(self.limit, "limit") < 1:
            raise ValueError(f"limit is the number of hits, 1 or more, not {self.limit}")
        if whole_number(self.offset, "offset") < 0:
            raise ValueError(f"offset is the number of hits to skip, 0 or more, not {self.offset}")

    @property
    def end(self) -> int:
        """Rank after the last one requested; a limit beyond every list means all of it."""
        return min(self.offset + self.limit, sys.maxsize)


@dataclass(frozen=True, slots=True)
class RankedArticle:
    """A ranked article with its record."""

    ranked: Ranked
    article: Article


@dataclass(frozen=True, slots=True)
class ResultList:
    """A list of articles that can be paged through to its end.

    Attributes:
        head: The ranked ones.
        tail: Yields what comes after them, PMIDs or ranked articles; those of the head are skipped.
        count: How many there are in all.
        known: What named the first of them, or None.
        complete: Whether `count` is all of them; else there may be more that no ranking reached.
    """

    head: Sequence[Ranked]
    tail: Callable[[], Iterator[int] | Iterator[Ranked]]
    count: int
    known: str | None = None
    complete: bool = True

    @property
    def count_is(self) -> str:
        """What `count` is: "exact", or "at least"."""
        return "exact" if self.complete else "at least"

    def __iter__(self) -> Iterator[Ranked]:
        """Yield the articles in order."""
        yield from self.head
        listed = {item.pmid for item in self.head}
        for item in self.tail():
            ranked = item if isinstance(item, Ranked) else Ranked(item, 0.0, None, None)
            if ranked.pmid not in listed:
                yield ranked


def fetch(listing: ResultList, store: "ArticleStore", window: Window) -> tuple[RankedArticle, ...]:
    """Fetch the requested slice of a list, without articles that the store no longer has.

    Everything above the slice is looked up too: an article deleted there would otherwise move the slice, and one
    hit would be on two pages.
    """
    if window.offset >= listing.count:
        return ()
    return tuple(islice(_with_articles(listing, store, min(window.end, listing.count)), window.offset, window.end))


def _with_articles(listing: ResultList, store: "ArticleStore", end: int) -> Iterator[RankedArticle]:
    remaining, size = iter(listing), min(end, FETCHED_AT_ONCE)
    while batch := list(islice(remaining, size)):
        articles = store.articles([candidate.pmid for candidate in batch])
        yield from (
            RankedArticle(candidate, articles[candidate.pmid]) for candidate in batch if candidate.pmid in articles
        )


def stored(pmids: Iterable[int | str], read: Callable[[list[int]], Mapping[int, Article]]) -> Iterator[Article]:
    """Yield the articles of `pmids` in their order, without those that the store no longer has.

    Args:
        pmids: Any number, read as they are needed.
        read: Reads some articles; returns those that it finds, in the order requested.
    """
    remaining = iter(pmids)
    while batch := [pmid_of(pmid) for pmid in islice(remaining, FETCHED_AT_ONCE)]:
        yield from read(batch).values()
