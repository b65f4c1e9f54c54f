"""The vectors of articles, one a text."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedding.shard_store import ShardStore
from index.records.passages import EncodingKey


class VectorStore(ShardStore):
    """All vectors of one model in a library; one writer at a time."""

    def __init__(self, vectors: Path, *, fingerprint: str, model: str) -> None:
        """Open the shards of one model, as `ShardStore` does.

        Args:
            vectors: The library's folder of vectors; it need not exist.
            fingerprint: The model's, precision included.
            model: The model's name, kept in the shards.
        """
        super().__init__(vectors / fingerprint[:16], fingerprint=fingerprint, model=model, of_sentences=False)

    def append(self, keys: Sequence[EncodingKey], vectors: NDArray[np.float32]) -> None:
        """Write one batch as a shard; once this returns it survives a power loss.

        Args:
            keys: 1 to `BATCH` keys, from `missing`.
            vectors: Shape (len(keys), dimensions).

        Raises:
            ValueError: Keys and vectors differ in number, or are too many for one shard.
        """
        if len(keys) != len(vectors):
            raise ValueError(f"{len(keys)} keys and {len(vectors)} vectors")
        self._append(keys, vectors.astype(np.float16))

    def rows(self, keys: Sequence[EncodingKey]) -> NDArray[np.float16]:
        """Return the vectors of these texts, shape (len(keys), dimensions), in their order.

        Raises:
            LibraryError: A text has no vector, or a shard is found damaged; the next run encodes its texts again.
        """
        found = [(which, shard.vectors[rows]) for which, shard, rows in self._located(keys)]
        order = np.argsort(np.concatenate([which for which, _ in found]))
        vectors: NDArray[np.float16] = np.concatenate([vectors for _, vectors in found])[order]
        return vectors
