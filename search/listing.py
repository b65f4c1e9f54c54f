"""A ranked list of any length, and the slice of it that is wanted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from index.records import Article
from search.filters import Window
from search.ranking import Ranked

if TYPE_CHECKING:
    from index.store import ArticleStore

FETCHED_AT_ONCE = 200
"""Articles read from the store in one round trip."""


@dataclass(frozen=True, slots=True)
class Found:
    """A ranked article with its record."""

    ranked: Ranked
    article: Article


@dataclass(frozen=True, slots=True)
class Listing:
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


def fetch(listing: Listing, store: "ArticleStore", window: Window) -> tuple[Found, ...]:
    """Fetch the wanted slice of a list, passing over articles that the store no longer holds.

    Everything above the slice is looked up too: an article deleted there would otherwise move the slice, and one
    hit would stand on two pages.
    """
    if window.offset >= listing.count:
        return ()
    return tuple(islice(_stored(listing, store, min(window.end, listing.count)), window.offset, window.end))


def _stored(listing: Listing, store: "ArticleStore", wanted: int) -> Iterator[Found]:
    left, step = iter(listing), min(wanted, FETCHED_AT_ONCE)
    while part := list(islice(left, step)):
        articles = store.articles([candidate.pmid for candidate in part])
        yield from (Found(candidate, articles[candidate.pmid]) for candidate in part if candidate.pmid in articles)
