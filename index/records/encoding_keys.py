"""Which texts to encode, in arrays: a Python object for each article of PubMed would take gigabytes."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Self, overload

import numpy as np
from numpy.typing import NDArray

from index.records.passages import HASH_BYTES, EncodingKey


class EncodingKeys(Sequence[EncodingKey]):
    """The keys of some articles, in order; a key is made when it is read.

    Attributes:
        pmids: int64, shape (n,).
        text_hashes: uint8, shape (n, `HASH_BYTES`).
    """

    __slots__ = ("pmids", "text_hashes")

    def __init__(self, pmids: NDArray[np.int64], text_hashes: NDArray[np.uint8]) -> None:
        self.pmids = pmids
        self.text_hashes = text_hashes

    @classmethod
    def of(cls, rows: Iterable[tuple[int, bytes]]) -> Self:
        """Take (PMID, hash of the text) pairs, one after the other."""
        pmids, hashes = array("q"), bytearray()
        for pmid, text_hash in rows:
            pmids.append(pmid)
            hashes += text_hash
        return cls(np.array(pmids, dtype=np.int64), np.frombuffer(hashes, dtype=np.uint8).reshape(-1, HASH_BYTES))

    def __len__(self) -> int:
        return len(self.pmids)

    @overload
    def __getitem__(self, index: int) -> EncodingKey: ...
    @overload
    def __getitem__(self, index: slice) -> "EncodingKeys": ...
    def __getitem__(self, index: int | slice) -> "EncodingKey | EncodingKeys":
        if isinstance(index, slice):
            return EncodingKeys(self.pmids[index], self.text_hashes[index])
        return EncodingKey(int(self.pmids[index]), self.text_hashes[index].tobytes())

    def __iter__(self) -> Iterator[EncodingKey]:
        return (
            EncodingKey(pmid, row.tobytes()) for pmid, row in zip(self.pmids.tolist(), self.text_hashes, strict=True)
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as a list's: it is compared by what it holds

    def take(self, rows: NDArray[np.integer]) -> "EncodingKeys":
        """Return those at some places, in the order of the places."""
        return EncodingKeys(self.pmids[rows], self.text_hashes[rows])

    def newest_pmid_first(self) -> "EncodingKeys":
        """Return the same keys in descending order of PMID, the order of an index."""
        return self.take(np.argsort(-self.pmids, kind="stable"))
