"""What was encoded outlives every index, and is found by the text it was made from.

Encoding all of PubMed takes days, so a vector is kept under the hash of its text and the fingerprint of its model, and
every later index uses it. Batches are cut from the same order each time and a shard is written whole or not at all: a
run that was killed continues where its last shard ended, and its vectors equal an uninterrupted run's bit for bit.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.embedding.shard import Shard, number_of, shard_paths
from index.records.passages import HASH_BYTES, EncodingKey

BATCH = 512  # texts in a shard: on a small machine a kill costs half a minute at most

_log = logging.getLogger(__name__)
_KEY = np.dtype(f"S{HASH_BYTES}")
_SHARDS_IN_MEMORY = 64  # neighbours in an index are mostly neighbours in the shards


class ShardStore:
    """All shards of one model in a library, of texts or of their sentences; one writer at a time.

    Attributes:
        folder: The folder of the shards.
    """

    def __init__(self, folder: Path, *, fingerprint: str, model: str, of_sentences: bool) -> None:
        """Open the shards of one model; a damaged one is set aside, so that its texts count as missing.

        Args:
            folder: The folder of the shards; it need not exist.
            fingerprint: The model's, precision included.
            model: The model's name, kept in the shards.
            of_sentences: Whether the shards hold codes of sentences.
        """
        self.folder = folder
        self._of_sentences = of_sentences
        self._fingerprint = fingerprint
        self._model = model
        self._dimensions: int | None = None
        self._paths: list[Path] = []
        self._hashes: list[NDArray[np.bytes_]] = []
        self._sorted_table: tuple[NDArray[np.bytes_], NDArray[np.int64]] | None = None
        self._read = lru_cache(_SHARDS_IN_MEMORY)(self._read_shard)
        for path in shard_paths(self.folder):
            self._load(path)
        # Numbers that no shard has, and none that was set aside.
        numbers = map(number_of, self.folder.glob("*.safetensors*"))
        self._numbers = count(max((number for number in numbers if number is not None), default=-1) + 1)

    def _load(self, path: Path) -> None:
        try:
            shard = Shard.read(path)
            if shard.fingerprint != self._fingerprint:
                raise LibraryError(f"The vectors in {path} are of another model, {shard.model}")
            if (shard.counts is not None) != self._of_sentences:
                raise LibraryError(f"{path} holds {'vectors of texts' if self._of_sentences else 'sentences'}")
            if len(shard.pmids) > BATCH:
                raise LibraryError(f"{path} holds {len(shard.pmids):,} texts; a shard has at most {BATCH}")
            if self._dimensions not in (None, shard.vectors.shape[1]):
                raise LibraryError(f"The vectors in {path} have another length than those of the other shards")
        except LibraryError as error:
            damaged_path = path.with_name(f"{path.name}.damaged")
            path.replace(damaged_path)
            _log.warning("%s; set aside as %s, its texts are encoded again", error, damaged_path.name)
        else:
            self._register(path, shard)

    def _register(self, path: Path, shard: Shard) -> None:
        self._dimensions = shard.vectors.shape[1]
        self._paths.append(path)
        self._hashes.append(np.ascontiguousarray(shard.text_hashes).view(_KEY).ravel())
        self._sorted_table = None

    def __len__(self) -> int:
        """Return the number of texts."""
        return sum(map(len, self._hashes))

    def missing(self, keys: Sequence[EncodingKey]) -> list[EncodingKey]:
        """Return the keys whose text has no vector yet, in the same order, each text once."""
        return missing_keys(keys, self.text_hashes())

    def text_hashes(self) -> NDArray[np.bytes_]:
        """Return the hashes of all texts in order, shape (n,); later shards do not change this array."""
        return self._sorted()[0]

    def _append(
        self, keys: Sequence[EncodingKey], vectors: NDArray[Any], counts: NDArray[np.uint16] | None = None
    ) -> None:
        """Write one batch as a shard; once this returns it survives a power loss.

        Raises:
            ValueError: There are no keys, or too many for one shard.
        """
        if not 0 < len(keys) <= BATCH:
            raise ValueError(f"{len(keys)} keys; a shard takes 1 to {BATCH}")
        pmids = np.array([key.pmid for key in keys], dtype=np.int64)
        hashes = _hashes_of(keys).view(np.uint8).reshape(len(keys), HASH_BYTES)
        shard = Shard(self._fingerprint, self._model, vectors, pmids, hashes, counts)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._register(shard.write(self.folder, next(self._numbers)), shard)

    def _locate(self, keys: Sequence[EncodingKey]) -> Iterator[tuple[Shard, int]]:
        """Yield the shard of each text, and its row there.

        Raises:
            LibraryError: A text has no vector.
        """
        positions = self._find(_hashes_of(keys))
        if (positions < 0).any():
            pmid = keys[int(np.argmin(positions))].pmid
            raise LibraryError(f"The text of PMID {pmid} has no vector yet. Encode it:\n  rebuild-index")
        for position in positions.tolist():
            yield self._read(position // BATCH), position % BATCH

    def _read_shard(self, number: int) -> Shard:
        return Shard.read(self._paths[number])

    def _find(self, hashes: NDArray[np.bytes_]) -> NDArray[np.int64]:
        """Return for each hash its position, shard number times `BATCH` plus row, or -1."""
        stored_hashes, positions = self._sorted()
        if not len(stored_hashes):
            return np.full(len(hashes), -1, dtype=np.int64)
        nearest = np.minimum(np.searchsorted(stored_hashes, hashes), len(stored_hashes) - 1)
        return np.where(stored_hashes[nearest] == hashes, positions[nearest], -1)

    def _sorted(self) -> tuple[NDArray[np.bytes_], NDArray[np.int64]]:
        """Return all hashes in order and where each is; arrays, because a dict of 36 million would take gigabytes."""
        if self._sorted_table is None:
            hashes = np.concatenate([*self._hashes, np.zeros(0, dtype=_KEY)])
            positions = [number * BATCH + np.arange(len(rows)) for number, rows in enumerate(self._hashes)]
            order = np.argsort(hashes, kind="stable")  # of two equal hashes the older shard's row is used
            self._sorted_table = hashes[order], np.concatenate([*positions, np.zeros(0, dtype=np.int64)])[order]
        return self._sorted_table


def hash_array(hashes: Iterable[bytes]) -> NDArray[np.bytes_]:
    """Return text hashes as one array, shape (n,), that can be sorted and searched."""
    return np.frombuffer(b"".join(hashes), dtype=_KEY)


def missing_keys(keys: Sequence[EncodingKey], known: NDArray[np.bytes_]) -> list[EncodingKey]:
    """Return the keys whose text is not among the `known` hashes, which are in order; each text once."""
    hashes = _hashes_of(keys)
    first_rows = np.unique(hashes, return_index=True)[1]
    is_missing = np.zeros(len(keys), dtype=bool)
    is_missing[first_rows] = True
    if len(known):
        nearest = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        is_missing &= known[nearest] != hashes
    return [keys[row] for row in np.flatnonzero(is_missing).tolist()]


def _hashes_of(keys: Sequence[EncodingKey]) -> NDArray[np.bytes_]:
    return hash_array(key.text_hash for key in keys)
