"""Articles read from the store a few at a time, for lists of any length."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from index.records import Article
from search.listing import FETCHED_AT_ONCE


def stored(pmids: Iterable[int], fetch: Callable[[list[int]], Mapping[int, Article]]) -> Iterator[Article]:
    """Yield the articles of `pmids` in their order, passing over those that the store no longer holds.

    Args:
        pmids: Any number, read as they are needed.
        fetch: Reads some articles; gives those that it finds in the order asked for.
    """
    left = iter(pmids)
    while piece := [int(pmid) for pmid in islice(left, FETCHED_AT_ONCE)]:
        yield from fetch(piece).values()
