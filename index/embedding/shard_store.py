"""What was encoded outlives every index, and is found by the text it was made from.

Encoding all of PubMed takes days, so a vector is kept under the hash of its text and the fingerprint of its model, and
every later index uses it. Batches are cut from the same order each time and a shard is written whole or not at all: a
run that was killed continues where its last shard ended, and its vectors equal an uninterrupted run's bit for bit.

The table of the shards says where a text lies. A shard that it does not list is read and listed when the store is
opened; any other one is read, and checked, when its rows are needed.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.embedding.shard import KEY, Shard, number_of, shard_sizes
from index.embedding.shard_table import TABLE, ListedShard, ShardTable
from index.records.encoding_keys import EncodingKeys
from index.records.passages import HASH_BYTES, EncodingKey

BATCH = 512  # texts that are encoded and written together: on a small machine a kill costs half a minute at most

_log = logging.getLogger(__name__)
_GO_ON = "Run the same command again:\n  rebuild-index"


class ShardStore:
    """All shards of one model in a library, of texts or of their sentences; one writer at a time.

    Attributes:
        folder: The folder of the shards.
    """

    def __init__(self, folder: Path, *, fingerprint: str, model: str, of_sentences: bool) -> None:
        """Open the shards of one model by their table, which is made again where it does not fit.

        A shard that is not as the table lists it is read; a damaged one is set aside, so that its texts count as
        missing.

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
        self._open()

    def _open(self) -> None:
        self._checked: set[Path] = set()
        self._saved = self._table = self._read_table()
        self._added: dict[ListedShard, NDArray[np.bytes_]] = {}
        sizes = shard_sizes(self.folder)
        listed = {shard.name for shard in self._table.shards if sizes.get(self.folder / shard.name) == shard.size}
        gone = {shard.name for shard in self._table.shards} - listed
        self._width = self._table.width if listed else 0
        for path in sizes:
            if path.name not in listed:
                self._load(path)
        if gone or self._added:
            self._fold(gone)
        self.save_table()
        # Numbers that no shard has, and none that was set aside.
        numbers = (number_of(path.name) for path in self.folder.glob("*.safetensors*"))
        self._numbers = count(max((number for number in numbers if number is not None), default=-1) + 1)

    def _read_table(self) -> ShardTable:
        empty = ShardTable(self._fingerprint, self._of_sentences)
        try:
            table = ShardTable.read(self.folder) or empty
        except LibraryError as error:
            _log.warning("%s; the shards are read and it is made again", error)
            return empty
        is_ours = (table.fingerprint, table.of_sentences) == (self._fingerprint, self._of_sentences)
        return table if is_ours else empty

    def _load(self, path: Path) -> None:
        try:
            shard = self._read(path)
        except LibraryError as error:
            _log.warning("%s; %s", error, self._set_aside(path))
        else:
            self._register(path, shard)

    def _read(self, path: Path) -> Shard:
        shard = Shard.read(path, checked=path in self._checked)
        if shard.fingerprint != self._fingerprint:
            raise LibraryError(f"The vectors in {path} are of another model, {shard.model}")
        if (shard.counts is not None) != self._of_sentences:
            raise LibraryError(f"{path} holds {'vectors of texts' if self._of_sentences else 'sentences'}")
        if self._width not in (0, shard.vectors.shape[1]):
            raise LibraryError(f"The vectors in {path} have another length than those of the other shards")
        self._checked.add(path)
        return shard

    def _set_aside(self, path: Path) -> str:
        damaged_path = path.with_name(f"{path.name}.damaged")
        path.replace(damaged_path)
        return f"set aside as {damaged_path.name}, its texts are encoded again"

    def _register(self, path: Path, shard: Shard) -> None:
        self._width = shard.vectors.shape[1]
        listed = ListedShard(path.name, path.stat().st_size, len(shard.pmids))
        self._added[listed] = shard.hashes.copy()  # not the file's own bytes, which it would keep open

    @property
    def table(self) -> ShardTable:
        """The table of all shards; later shards do not change it."""
        if self._added:
            self._fold(())
        return self._table

    def _fold(self, gone: Collection[str]) -> None:
        self._table = self._table.updated(gone, self._added, width=self._width)
        self._added = {}

    def save_table(self) -> None:
        """Write the table, where the file does not list what there is."""
        if self.table is not self._saved:
            self._table.write(self.folder)
            self._saved = self._table

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.table.rows)

    def missing(self, keys: Sequence[EncodingKey]) -> Sequence[EncodingKey]:
        """Return the keys whose text has no vector yet, in the same order, each text once."""
        return missing_keys(keys, self.text_hashes())

    def text_hashes(self) -> NDArray[np.bytes_]:
        """Return the hashes of all texts in order, shape (n,); later shards do not change this array."""
        return self.table.hashes

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
        self.folder.mkdir(parents=True, exist_ok=True)
        self.add(Shard(self._fingerprint, self._model, vectors, pmids, hashes, counts), next(self._numbers))

    def add(self, shard: Shard, number: int) -> Path:
        """Write a shard and return its path; once this returns it survives a power loss."""
        path = shard.write(self.folder, number)
        self._register(path, shard)
        return path

    def remove(self, names: Collection[str]) -> None:
        """Remove shards whose texts are all in others, once the table on the disk lists these others only."""
        self._fold(names)
        self.save_table()
        for name in names:
            (self.folder / name).unlink()

    def read(self, name: str) -> Shard:
        """Map a shard of the table into memory; it is checked when it is first read.

        Raises:
            LibraryError: It is damaged. It was set aside, and its texts count as missing.
        """
        path = self.folder / name
        try:
            return self._read(path)
        except LibraryError as error:
            done = self._set_aside(path) if path.exists() or path.is_symlink() else "its texts are encoded again"
            self._open()
            raise LibraryError(f"{error}; {done}. {_GO_ON}") from error

    def confirm(self, hashes: NDArray[np.bytes_]) -> None:
        """Read the shards where the table finds these texts, all of which it lists.

        Raises:
            LibraryError: A shard is damaged, or the table does not fit; the next run puts it right.
        """
        for _ in self._read_at(self.table.find(hashes), hashes):
            pass

    def _located(self, keys: Sequence[EncodingKey]) -> Iterator[tuple[NDArray[np.int64], Shard, NDArray[np.int64]]]:
        """Yield for each shard that holds some of these texts: which of the keys, the shard, their rows there.

        Raises:
            LibraryError: A text has no vector, a shard is damaged, or the table does not fit.
        """
        hashes = _hashes_of(keys)
        rows = self.table.find(hashes)
        if (rows < 0).any():
            pmid = keys[int(np.argmin(rows))].pmid
            raise LibraryError(f"The text of PMID {pmid} has no vector yet. Encode it:\n  rebuild-index")
        return self._read_at(rows, hashes)

    def _read_at(
        self, rows: NDArray[np.int64], hashes: NDArray[np.bytes_]
    ) -> Iterator[tuple[NDArray[np.int64], Shard, NDArray[np.int64]]]:
        table = self.table
        numbers = np.searchsorted(table.ends, rows, side="right")
        for number in np.unique(numbers).tolist():
            which, listed = np.flatnonzero(numbers == number), table.shards[number]
            shard = self.read(listed.name)
            own_rows = rows[which] - (table.ends[number] - listed.texts)
            if len(shard.hashes) != listed.texts or (shard.hashes[own_rows] != hashes[which]).any():
                (self.folder / TABLE).unlink(missing_ok=True)
                self._open()
                raise LibraryError(f"{self.folder / TABLE} did not fit {listed.name} and was made again. {_GO_ON}")
            yield which, shard, own_rows


def hash_array(hashes: Iterable[bytes]) -> NDArray[np.bytes_]:
    """Return text hashes as one array, shape (n,), that can be sorted and searched."""
    return np.frombuffer(b"".join(hashes), dtype=KEY)


def missing_keys(keys: Sequence[EncodingKey], known: NDArray[np.bytes_]) -> Sequence[EncodingKey]:
    """Return the keys whose text is not among the `known` hashes, which are in order; each text once."""
    hashes = _hashes_of(keys)
    first_rows = np.unique(hashes, return_index=True)[1]
    is_missing = np.zeros(len(keys), dtype=bool)
    is_missing[first_rows] = True
    if len(known):
        nearest = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        is_missing &= known[nearest] != hashes
    rows = np.flatnonzero(is_missing)
    return keys.take(rows) if isinstance(keys, EncodingKeys) else [keys[row] for row in rows.tolist()]


def _hashes_of(keys: Sequence[EncodingKey]) -> NDArray[np.bytes_]:
    if isinstance(keys, EncodingKeys):
        return np.ascontiguousarray(keys.text_hashes).view(KEY).ravel()
    return hash_array(key.text_hash for key in keys)
