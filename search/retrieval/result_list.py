"""A ranked list of any length, and the slice of it that is wanted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from index.records.article import Article
from search.retrieval.fusion import Ranked

if TYPE_CHECKING:
    from index.store.article_store import ArticleStore

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from search.filters.validation import whole_number

FETCHED_AT_ONCE = 200
"""Articles read from the store in one round trip."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of the ranked list is wanted.

    Attributes:
        limit: How many hits, 1 or more.
        offset: How many to pass over first, 0 or more.
    """

    limit: int
    offset: int

    def __post_init__(self) -> None:
        if whole_number(self.limit, "limit") < 1:
            raise ValueError(f"limit is the number of hits wanted, 1 or more, not {self.limit}")
        if whole_number(self.offset, "offset") < 0:
            raise ValueError(f"offset is the number of hits to pass over, 0 or more, not {self.offset}")

    @property
    def end(self) -> int:
        """Rank after the last one wanted."""
        return self.offset + self.limit


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
        tail: Gives what comes after them, PMIDs or ranked articles; those of the head are passed over.
        count: How many there are in all.
        known: What named the first of them, or None.
    """

    head: tuple[Ranked, ...]
    tail: Callable[[], Iterator[int] | Iterator[Ranked]]
    count: int
    known: str | None = None

    def __iter__(self) -> Iterator[Ranked]:
        """Yield the articles in order."""
        yield from self.head
        passed = {one.pmid for one in self.head}
        for one in self.tail():
            ranked = one if isinstance(one, Ranked) else Ranked(one, 0.0, None, None)
            if ranked.pmid not in passed:
                yield ranked


def fetch(listing: ResultList, store: "ArticleStore", window: Window) -> tuple[RankedArticle, ...]:
    """Fetch the wanted slice of a list, passing over articles that the store no longer holds.

    Everything above the slice is looked up too: an article deleted there would otherwise move the slice, and one
    hit would stand on two pages.
    """
    if window.offset >= listing.count:
        return ()
    return tuple(islice(_stored(listing, store, min(window.end, listing.count)), window.offset, window.end))


def _stored(listing: ResultList, store: "ArticleStore", wanted: int) -> Iterator[RankedArticle]:
    left, step = iter(listing), min(wanted, FETCHED_AT_ONCE)
    while part := list(islice(left, step)):
        articles = store.articles([candidate.pmid for candidate in part])
        yield from (
            RankedArticle(candidate, articles[candidate.pmid]) for candidate in part if candidate.pmid in articles
        )


def stored(pmids: Iterable[int], fetch: Callable[[list[int]], Mapping[int, Article]]) -> Iterator[Article]:
    """Yield the articles of `pmids` in their order, passing over those that the store no longer holds.

    Args:
        pmids: Any number, read as they are needed.
        fetch: Reads some articles; gives those that it finds in the order asked for.
    """
    left = iter(pmids)
    while piece := [int(pmid) for pmid in islice(left, FETCHED_AT_ONCE)]:
        yield from fetch(piece).values()
