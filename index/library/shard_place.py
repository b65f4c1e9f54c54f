"""Which shard of a split library a library is: of a split library each article lies in one of several ordinary ones."""

import argparse
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.core.errors import LibraryError
from index.core.files import write_whole
from index.library.layout import Library

MOST_SHARDS = 1000
_PLACE = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")
# 2**64 divided by the golden ratio: the products of neighbouring numbers lie far apart.
_SPREAD = 0x9E3779B97F4A7C15


def shard_of(pmid: int, count: int) -> int:
    """Return to which of `count` shards an article belongs, from 1; on every machine the same.

    Source:
        Multiplicative hashing: Knuth, The Art of Computer Programming 3, 6.4. The upper half of the product decides.
    """
    return ((pmid * _SPREAD % 2**64 >> 32) * count >> 32) + 1


@dataclass(frozen=True, slots=True)
class ShardPlace:
    """One of the shards of a split library.

    Attributes:
        number: From 1.
        count: How many shards there are.
    """

    number: int
    count: int

    def __str__(self) -> str:
        """Return it as it is typed, "2/4"."""
        return f"{self.number}/{self.count}"

    def holds(self, pmid: int) -> bool:
        """Return whether an article belongs to this shard."""
        return shard_of(pmid, self.count) == self.number


def shard_place(text: str) -> ShardPlace:
    """Read the value of `--shard`, for argparse's `type`: "2/4"."""
    found = _PLACE.fullmatch(text)
    number, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= count <= MOST_SHARDS:
        raise argparse.ArgumentTypeError(
            f"expected a shard and how many there are, such as 2/4, at most {MOST_SHARDS}; not {text[:60]!r}"
        )
    return ShardPlace(number, count)


def place_of(library: Library) -> ShardPlace | None:
    """Return which shard a library is; None for one that is not split.

    Raises:
        LibraryError: Its file says something else.
    """
    try:
        text = library.shard.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"{library.shard} cannot be read ({error}); it says which shard this library is.") from error
    with suppress(argparse.ArgumentTypeError):
        return shard_place(text.strip())
    raise LibraryError(f"{library.shard} says {text[:60]!r}, expected a shard of a split library, such as 2/4.")


def settle_place(library: Library, wanted: ShardPlace | None) -> ShardPlace | None:
    """Return which shard a library is; one that is built for the first time becomes the one that is wanted.

    Args:
        library: The library, locked by the caller.
        wanted: The shard that it is to be; None for what it is.

    Raises:
        LibraryError: It is another one.
    """
    place = place_of(library)
    if wanted is None or wanted == place:
        return place
    if place is not None or library.store.exists():
        held = f"shard {place} of a split library" if place else "a whole library"
        raise LibraryError(
            f"{library.path} is {held}, and cannot become shard {wanted}. Name another folder:\n"
            f"  rebuild-index --shard {wanted} --library FOLDER"
        )
    write_whole(library.shard, f"{wanted}\n".encode())
    return wanted


def in_order(libraries: Sequence[Library]) -> list[Library]:
    """Return the shards of one split library by their numbers.

    Raises:
        LibraryError: One is missing, comes twice, or is none; the message names it.
    """
    places = {library.path: place_of(library) for library in libraries}
    if whole := next((path for path, place in places.items() if place is None), None):
        raise LibraryError(
            f"{whole} is no shard of a split library. Build it as one:\n  rebuild-index --shard K/S --library FOLDER"
        )
    known = [(place, path) for path, place in places.items() if place]
    count = known[0][0].count if known else 0
    if other := next(((place, path) for place, path in known if place.count != count), None):
        raise LibraryError(
            f"{other[1]} is shard {other[0]}, and {known[0][1]} is shard {known[0][0]}: of another split."
        )
    by_number: dict[int, Path] = {}
    for place, path in known:
        if place.number in by_number:
            raise LibraryError(f"{path} and {by_number[place.number]} are both shard {place}; name each once.")
        by_number[place.number] = path
    if missing := [f"{number}/{count}" for number in range(1, count + 1) if number not in by_number]:
        raise LibraryError(f"Shard {', '.join(missing)} is missing. Name the folders of all {count}.")
    return [Library(by_number[number]) for number in sorted(by_number)]
