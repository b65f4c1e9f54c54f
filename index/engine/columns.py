"""What filters need of each article: one array a fact, in the order of the index's rows."""

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
        article: What PubMed says.
        words: Everything that can find it by its words.
        vector: float, shape (dimensions,), length 1.
    """

    article: Article
    words: str
    vector: NDArray[np.floating[Any]]


def write_columns(folder: Path, facts: Sequence[tuple[int, int]]) -> None:
    """Write the columns of an index.

    Args:
        folder: The index's.
        facts: (PMID, year or `NO_YEAR`) of each row.
    """
    np.save(folder / "pmids.npy", np.array([pmid for pmid, _ in facts], dtype=np.int64))
    np.save(folder / "years.npy", np.array([year for _, year in facts], dtype=np.int16))


def read_column(folder: Path, name: str) -> NDArray[Any]:
    """Map a column into memory."""
    column: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return column


def rows_of(pmids: Sequence[int] | NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of some PMIDs in a column of them that descends.

    Raises:
        KeyError: One of them is not in the column.
    """
    wanted = np.asarray(pmids, dtype=np.int64)
    rows: NDArray[np.int64] = len(column) - 1 - np.searchsorted(column[::-1], wanted)
    present = column[np.maximum(rows, 0)] == wanted
    if not present.all():
        raise KeyError(f"PMID {wanted[~present][0]} is not in the index")
    return rows
