"""The sentences of many articles are encoded with 8 bits a weight, however often the build that does it ends early."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from index.library.layout import Library
from index.library.shard_place import place_of

if TYPE_CHECKING:
    from index.embedding.text_encoder import LotEncoder

MANY_ARTICLES: Final = 10_000
"""From so many articles on; of fewer, minutes would be saved at most."""


@contextmanager
def for_many(library: Library, encoder: "LotEncoder", missing: int) -> Iterator["LotEncoder"]:
    """Choose what encodes the sentences of a build.

    A build that ends early leaves a note, so that the next one encodes the others alike: a library's bytes do not
    depend on it. Shards count for all of their split library, and encode as one library of all articles would.

    Args:
        library: The library, locked by the caller.
        encoder: The model.
        missing: How many articles have sentences to encode; 0 or less where there is none.

    Raises:
        OSError: The note cannot be written.
    """
    place = place_of(library)
    if missing * (place.count if place else 1) >= MANY_ARTICLES:
        library.many.touch()
    yield encoder.for_many() if missing > 0 and library.many.exists() else encoder
    library.many.unlink(missing_ok=True)
