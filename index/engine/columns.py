"""Columns that filters need: one array for each field, in the order of the index's rows."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import DTypeLike, NDArray

from index.core.errors import LibraryError
from index.records.article import Article

NO_YEAR = 0
_COPIED_BYTES = 64 << 10
"""An array up to this size is copied, so that it holds no file descriptor: an index has some 200 arrays."""


@dataclass(frozen=True, slots=True)
class Document:
    """One article as the index takes it.

    Attributes:
        article: The record from PubMed.
        words: All words that can find it.
        vector: float, shape (dimensions,), length 1.
        codes: Of its sentences, uint8, shape (sentences, bytes of a code).
    """

    article: Article
    words: str
    vector: NDArray[np.floating[Any]]
    codes: NDArray[np.uint8]


class ArrayWriter:
    """Writes an array as `numpy.save` does, piece by piece: memory does not grow with it."""

    def __init__(self, path: Path, kind: DTypeLike, *, width: int | None = None) -> None:
        """Begin.

        Args:
            path: The file.
            kind: The type of its elements.
            width: Of an array of two dimensions, the length of a row.
        """
        self._kind = np.dtype(kind)
        self._width = width
        self._bytes = 0
        self._file: BinaryIO = path.open("wb")
        self._write_header()

    def append(self, content: bytes) -> int:
        """Write further elements, as bytes, and return how many they are."""
        self._file.write(content)
        self._bytes += len(content)
        return len(content) // self._kind.itemsize

    def close(self) -> None:
        """Write what is known at the end only, and close the file."""
        self._file.seek(0)
        self._write_header()
        self._file.close()

    def _write_header(self) -> None:
        # numpy's header leaves room for the number of rows to grow.
        length = self._bytes // self._kind.itemsize // (self._width or 1)
        shape = (length,) if self._width is None else (length, self._width)
        descriptor = np.lib.format.dtype_to_descr(self._kind)
        header = {"descr": descriptor, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)


def write_columns(
    folder: Path, pmids: "array[int] | NDArray[np.int64]", years: "array[int] | NDArray[np.int16]"
) -> None:
    """Write the columns of an index.

    Args:
        folder: The index's folder.
        pmids: The PMID of each row.
        years: Its year, or `NO_YEAR`.
    """
    np.save(folder / "pmids.npy", np.array(pmids, dtype=np.int64))
    np.save(folder / "years.npy", np.array(years, dtype=np.int16))


def read_array(path: Path, kinds: str, shape: tuple[int | None, ...]) -> NDArray[Any]:
    """Map an array into memory, or copy a small one; what it takes is known from its first bytes before that.

    Args:
        path: A file that `numpy.save` wrote.
        kinds: The types that it may have, as numpy abbreviates them: "i4", or "i4 i8".
        shape: The length of each dimension; None for any.

    Raises:
        LibraryError: It is not such an array.
        OSError: It cannot be opened.
    """
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        found = (array.dtype.str.lstrip("<|"), array.shape)
    except OSError:
        raise
    except Exception as error:  # numpy reads the first bytes as Python: damaged ones raise anything
        raise LibraryError(f"{path} holds no array ({error})") from error
    fits = len(found[1]) == len(shape) and all(
        one in (None, length) for length, one in zip(found[1], shape, strict=True)
    )
    if found[0] not in kinds.split() or not fits:
        raise LibraryError(f"{path} holds an array of {found[0]} {found[1]}, expected {kinds} {shape}")
    if array.nbytes > _COPIED_BYTES:
        return array
    copied = np.array(array)
    copied.flags.writeable = False
    return copied


def read_pmids(folder: Path, articles: int) -> NDArray[np.int64]:
    """Map the column of PMIDs into memory.

    Raises:
        LibraryError: They are not as many as the articles, positive and descending.
    """
    pmids = read_array(folder / "pmids.npy", "i8", (articles,))
    if pmids[-1] < 1 or not (pmids[:-1] > pmids[1:]).all():
        raise LibraryError(f"{folder / 'pmids.npy'} does not hold PMIDs in descending order")
    return pmids


def rows_of(pmids: Sequence[int] | NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of some PMIDs in a descending column of PMIDs.

    Raises:
        KeyError: A PMID is not in the column.
    """
    requested = np.asarray(pmids, dtype=np.int64)
    rows: NDArray[np.int64] = len(column) - 1 - np.searchsorted(column[::-1], requested)
    present = column[np.maximum(rows, 0)] == requested
    if not present.all():
        raise KeyError(f"PMID {requested[~present][0]} is not in the index")
    return rows
