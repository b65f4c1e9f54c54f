"""Columns that filters need: one array for each field, in the order of the index's rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def write_columns(folder: Path, rows: Sequence[tuple[int, int]]) -> None:
    """Write the columns of an index.

    Args:
        folder: The index's folder.
        rows: (PMID, year or `NO_YEAR`) of each row.
    """
    np.save(folder / "pmids.npy", np.array([pmid for pmid, _ in rows], dtype=np.int64))
    np.save(folder / "years.npy", np.array([year for _, year in rows], dtype=np.int16))


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
