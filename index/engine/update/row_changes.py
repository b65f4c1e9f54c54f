"""Which rows of a build go, which come, and where the others lie in the next one."""

from dataclasses import dataclass
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

GONE = -1

Element = TypeVar("Element", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class RowChanges:
    """The rows of one build and of the next; an article that changed goes, and comes.

    Attributes:
        pmids: Of the next build, int64, shape (rows,), descending.
        moved: int32, shape (old rows,): where each row of the old build lies in the next, or `GONE`.
        gone: int64: the rows of the old build that the next one lacks, ascending.
        fresh: int64, shape (fresh,): the rows of the next build that are written new, ascending.
        before: int64, shape (fresh,): in front of which old row each of them comes.
    """

    pmids: NDArray[np.int64]
    moved: NDArray[np.int32]
    gone: NDArray[np.int64]
    fresh: NDArray[np.int64]
    before: NDArray[np.int64]

    @classmethod
    def of(cls, old: NDArray[np.int64], gone: NDArray[np.int64], fresh: NDArray[np.int64]) -> Self:
        """Find the rows.

        Args:
            old: The PMIDs of the old build, descending.
            gone: The PMIDs of its articles that are deleted or changed.
            fresh: The PMIDs of those that are new or changed, each once.
        """
        is_gone = np.isin(old, gone)
        added = np.sort(fresh)[::-1]
        kept = old[~is_gone]
        # Each row moves down by the fresh ones in front of it, and up by those that are gone.
        in_front = len(added) - np.searchsorted(added[::-1], old, side="right")
        moved = (np.cumsum(~is_gone) - 1 + in_front).astype(np.int32)
        moved[is_gone] = GONE
        fresh_rows = np.arange(len(added)) + len(kept) - np.searchsorted(kept[::-1], added, side="right")
        pmids = np.empty(len(kept) + len(added), dtype=np.int64)
        pmids[moved[~is_gone]] = kept
        pmids[fresh_rows] = added
        before = len(old) - np.searchsorted(old[::-1], added, side="right")
        return cls(pmids, moved, np.flatnonzero(is_gone), fresh_rows, before)

    def column(self, old: NDArray[Element], fresh: NDArray[Any]) -> NDArray[Element]:
        """Return what each row of the next build has, shape (rows, ...), from what the old and the fresh ones have."""
        kept = self.moved != GONE
        column = np.empty((len(self.pmids), *old.shape[1:]), dtype=old.dtype)
        column[self.moved[kept]] = old[kept]
        column[self.fresh] = fresh
        return column
