"""Columns that filters need: one array for each field, in the order of the index's rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.records.article import Article

NO_YEAR = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One article as the index takes it.

    Attributes:
        article: The record from PubMed.
        words: All words that can find it.
        vector: float, shape (dimensions,), length 1.
    """

    article: Article
    words: str
    vector: NDArray[np.floating[Any]]


def write_columns(folder: Path, rows: Sequence[tuple[int, int]]) -> None:
    """Write the columns of an index.

    Args:
        folder: The index's folder.
        rows: (PMID, year or `NO_YEAR`) of each row.
    """
    np.save(folder / "pmids.npy", np.array([pmid for pmid, _ in rows], dtype=np.int64))
    np.save(folder / "years.npy", np.array([year for _, year in rows], dtype=np.int16))


def read_column(folder: Path, name: str) -> NDArray[Any]:
    """Map a column into memory."""
    column: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return column


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
