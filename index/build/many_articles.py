"""Many articles are encoded in another way than few, however often the build that does it ends early."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from index.library.layout import Library
from index.library.shard_place import place_of

MANY_ARTICLES: Final = 10_000
"""From so many articles on; of fewer, minutes would be saved at most."""


@contextmanager
def encoding(library: Library, missing: int) -> Iterator[bool]:
    """Say whether a build encodes many articles, while it does.

    A build that ends early leaves a note, so that the next one encodes the others alike: a library's bytes do not
    depend on it. Shards count for all of their split library, and encode as one library of all articles would.

    Args:
        library: The library, locked by the caller.
        missing: How many articles are to be encoded, or have sentences that are.

    Raises:
        OSError: The note cannot be written.
    """
    place = place_of(library)
    if missing * (place.count if place else 1) >= MANY_ARTICLES:
        library.many.touch()
    yield library.many.exists()
    library.many.unlink(missing_ok=True)
