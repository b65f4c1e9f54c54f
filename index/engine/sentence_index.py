"""The codes of all sentences of an index, the sentences of each row one after the other.

`sentences/codes.npy` uint8 (sentences, bytes of a code), `sentences/ends.npy` int64 (rows,): where those of each row
end. Both are mapped into memory and read only for the rows that are compared.
"""

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.embedding.sentence_codes import code_bytes, code_cosines
from index.engine.columns import ArrayWriter, read_array

FOLDER: Final = "sentences"
CODES, ENDS = "codes.npy", "ends.npy"


class SentenceWriter:
    """Writes the codes of one row after the other; memory does not grow with them."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        """Begin.

        Args:
            folder: The index's folder.
            dimensions: Length of a vector.
        """
        self._folder = folder / FOLDER
        self._folder.mkdir()
        self._ends = array("q")
        self._codes = ArrayWriter(self._folder / CODES, np.uint8, width=code_bytes(dimensions))

    def add(self, codes: NDArray[np.uint8]) -> None:
        """Take the codes of the next row's sentences, shape (sentences, bytes of a code)."""
        self._codes.append(np.ascontiguousarray(codes).tobytes())
        self._ends.append((self._ends[-1] if self._ends else 0) + len(codes))

    def finish(self) -> None:
        """Write what is known at the end only."""
        self._codes.close()
        np.save(self._folder / ENDS, np.array(self._ends, dtype=np.int64))


class SentenceIndex:
    """The codes of an index's sentences, read-only; any number of threads may use it."""

    def __init__(self, codes: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        # A mapped array's own class costs more than what it reads.
        self._codes = np.asarray(codes)
        self._ends = np.asarray(ends)

    @classmethod
    def open(cls, folder: Path, *, articles: int, dimensions: int) -> Self | None:
        """Open the codes of an index; None where it was built without.

        Args:
            folder: The index's folder.
            articles: How many rows it has.
            dimensions: Length of a vector.

        Raises:
            LibraryError: The files hold something else.
            OSError: They cannot be read.
        """
        if not (folder / FOLDER).exists():
            return None
        codes = read_array(folder / FOLDER / CODES, "u1", (None, code_bytes(dimensions)))
        ends = read_array(folder / FOLDER / ENDS, "i8", (articles,))
        if ends[0] < 0 or (np.diff(ends) < 0).any() or ends[-1] != len(codes):
            raise LibraryError(
                f"{folder / FOLDER / ENDS} does not end with the {len(codes):,} sentences that there are"
            )
        return cls(codes, ends)

    def __len__(self) -> int:
        """Return the number of sentences."""
        return len(self._codes)

    def codes(self, rows: Sequence[int] | NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return the codes of the sentences of some rows.

        Returns:
            The codes, shape (sentences, bytes of a code), and for each row how many of them it has, shape (rows,).
        """
        chosen = np.asarray(rows, dtype=np.int64)
        ends = self._ends[chosen]
        starts = np.where(chosen > 0, self._ends[np.maximum(chosen, 1) - 1], 0)
        counts = ends - starts
        # Each sentence's place: the start of its row, and how many of the row came before.
        before = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        # Every place is in the array: "clip" only saves what "raise" costs.
        return self._codes.take(np.repeat(starts, counts) + before, axis=0, mode="clip"), counts

    def best(self, rows: NDArray[np.int64], query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return for each row about the cosine of its title, and the highest of its sentences, with a vector.

        Args:
            rows: Shape (n,).
            query: Shape (dimensions,), length 1.

        Returns:
            Shape (2, n): titles, then sentences; -1 for a row without any.
        """
        codes, counts = self.codes(rows)
        best = np.full((2, len(counts)), -1, dtype=np.float32)
        has_sentences = counts > 0
        if has_sentences.any():
            starts = (np.cumsum(counts) - counts)[has_sentences]
            cosines = code_cosines(codes, query)
            best[:, has_sentences] = cosines[starts], np.maximum.reduceat(cosines, starts)
        return best
