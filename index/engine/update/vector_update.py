"""The vectors of the next build.

Up to `EXACT_UP_TO` of them all are taken, in a second or two: then the file is, byte for byte, that of a whole build.
Above, those that stay keep their cells and codes, and fresh ones get theirs as the old build would.
"""

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.engine.faiss_file import check_faiss_file
from index.engine.update.row_changes import GONE, RowChanges
from index.engine.vector_index import unit_rows

_FAISS: Any = faiss  # its type stub describes C++ constructors, not those of Python


def write_flat_vectors(
    path: Path, kind: str, vectors: NDArray[np.float16], bounds: NDArray[np.float32] | None = None
) -> None:
    """Write a Faiss index in which each vector is compared.

    Args:
        path: Receives it.
        kind: Faiss's name for the kind of index.
        vectors: Of all rows, shape (rows, dimensions).
        bounds: Those of the components, from `bounds_of`; None for those of these vectors.

    Raises:
        RuntimeError: Faiss cannot write it.
    """
    index = _FAISS.index_factory(vectors.shape[1], kind, _FAISS.METRIC_INNER_PRODUCT)
    unit_vectors = unit_rows(vectors)
    index.train(unit_vectors if bounds is None else bounds)
    index.add_with_ids(unit_vectors, np.arange(len(vectors)))
    _FAISS.write_index(index, str(path))


def update_cells(old: Path, path: Path, kind: str, changes: RowChanges, vectors: NDArray[np.float16]) -> None:
    """Write a Faiss index of cells: those of the old build, which also keeps the bounds of each component.

    A component beyond its bounds gets the nearest code.

    Args:
        old: Faiss's file in the old build.
        path: Receives the new one.
        kind: Faiss's name for the kind of index.
        changes: The rows.
        vectors: Of the fresh rows, shape (fresh, dimensions).

    Raises:
        LibraryError: The old file holds something else.
        OSError: It cannot be read.
        RuntimeError: Faiss cannot read it, or write the new one.
    """
    check_faiss_file(old, kind=kind, articles=len(changes.moved), dimensions=vectors.shape[1])
    index = _FAISS.read_index(str(old))
    index.remove_ids(_FAISS.IDSelectorBitmap(np.packbits(changes.moved == GONE, bitorder="little")))
    lists = index.invlists
    for cell in range(index.nlist):
        if size := lists.list_size(cell):
            rows = _FAISS.rev_swig_ptr(lists.get_ids(cell), size)
            rows[:] = changes.moved[rows]
    if len(vectors):
        index.add_with_ids(unit_rows(vectors), changes.fresh)
    _FAISS.write_index(index, str(path))
