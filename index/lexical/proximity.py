"""Words near each other in any order: which places, relative to the first word, they can have.

The words stand within a stretch of text that has at most `distance` other words. tantivy's own slop counts otherwise
for three words and more, so each arrangement is one exact phrase with gaps; only those that can occur are looked up.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

Arrangement: TypeAlias = tuple[int, ...]
"""The place of each word, the first word's being 0."""


def arrangements(
    words: int,
    distance: int,
    rows_of_pair: Callable[[int, int], frozenset[int]],
    spend: Callable[[int], None],
) -> Iterator[tuple[Arrangement, frozenset[int]]]:
    """Yield every arrangement that articles can have, with these articles.

    Args:
        words: How many words there are, 2 or more.
        distance: How many other words may stand between them, all gaps together.
        rows_of_pair: Returns the rows in which word `n` stands at this place relative to the first word.
        spend: Counts the rows that are compared, before they are.

    Yields:
        An arrangement, and the rows in which each word stands rightly to the first one somewhere: perhaps not to the
        same occurrence of it.
    """
    length = words + distance
    places = [place for place in range(1 - length, length) if place]
    pairs = [{place: rows for place in places if (rows := rows_of_pair(number, place))} for number in range(1, words)]

    def extended(chosen: Arrangement, rows: frozenset[int] | None) -> Iterator[tuple[Arrangement, frozenset[int]]]:
        if len(chosen) == words:
            yield chosen, rows or frozenset()
            return
        low, high = min(chosen), max(chosen)
        for place, rows_there in pairs[len(chosen) - 1].items():
            if place in chosen or max(high, place) - min(low, place) >= length:
                continue
            spend(1 + (0 if rows is None else min(len(rows), len(rows_there))))
            both = rows_there if rows is None else rows & rows_there
            if both:
                yield from extended((*chosen, place), both)

    yield from extended((0,), None)


def phrase_of(words: Sequence[str], arrangement: Arrangement) -> list[str | tuple[int, str]]:
    """Return the words with their places, the leftmost at 0, from left to right."""
    first = min(arrangement)
    return [*sorted((place - first, word) for word, place in zip(words, arrangement, strict=True))]
