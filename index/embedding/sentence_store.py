"""The codes of the sentences of articles."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.embedding.sentence_codes import CODE
from index.embedding.shard_store import ShardStore
from index.records.passages import EncodingKey

MOST_SENTENCES: Final = 65_535
"""Of one article; later ones have no code. The longest abstract of the sample has 42."""


class SentenceStore(ShardStore):
    """The codes of all sentences of one model in a library, by the hash of an article's sentences; one writer."""

    def __init__(self, vectors: Path, *, fingerprint: str, model: str) -> None:
        """Open the shards of one model, as `ShardStore` does.

        Args:
            vectors: The library's folder of vectors; it need not exist.
            fingerprint: The model's, precision included.
            model: The model's name, kept in the shards.
        """
        super().__init__(
            vectors / f"{fingerprint[:16]}-{CODE}", fingerprint=fingerprint, model=model, of_sentences=True
        )

    def append(self, keys: Sequence[EncodingKey], codes: Sequence[NDArray[np.uint8]]) -> None:
        """Write one batch as a shard; once this returns it survives a power loss.

        Args:
            keys: 1 to `BATCH` keys, from `missing`.
            codes: For each key the codes of its sentences, shape (sentences, bytes of a code).

        Raises:
            ValueError: Keys and codes differ in number, or are too many for one shard.
        """
        if len(keys) != len(codes):
            raise ValueError(f"{len(keys)} keys and codes of {len(codes)}")
        self._append(keys, np.concatenate(codes), np.array(list(map(len, codes)), dtype=np.uint16))

    def codes(self, keys: Sequence[EncodingKey]) -> list[NDArray[np.uint8]]:
        """Return for each key the codes of its sentences, shape (sentences, bytes of a code).

        Raises:
            LibraryError: A text has no codes, or a shard is found damaged; the next run encodes its sentences again.
        """
        found: dict[int, NDArray[np.uint8]] = {}
        for which, shard, rows in self._located(keys):
            for one, row in zip(which.tolist(), rows.tolist(), strict=True):
                found[one] = shard.rows_of(row).copy()  # what lies in a file keeps it open
        return [found[one] for one in range(len(keys))]
