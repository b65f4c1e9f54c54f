"""Finds rows by meaning: Faiss with filters applied first, and a stable order.

The only module that searches with Faiss; it opens Faiss's file alone, no configuration beside it.
"""

import os
import threading
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.engine.faiss_file import check_faiss_file

VECTORS = "embeddings"
"""Faiss's file in a build's folder, as txtai calls it."""
_FAISS: Any = faiss  # its type stub describes C++ constructors, not those of Python
_MARGIN = 64  # more rows than requested, so that equal scores at the cut can be put in order
_FIRST_CELLS = 64  # where a build does not say how many it needs: recall@10 .975 at a million articles and 4,096 cells


class VectorIndex:
    """A finished Faiss index, read-only; any number of threads may search it."""

    def __init__(self, index: Any, first_cells: int | None = None) -> None:  # noqa: ANN401 - Faiss is untyped
        self._index = index
        self._first_cells = first_cells or _FIRST_CELLS
        self._map_lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, *, kind: str, articles: int, dimensions: int, first_cells: int | None = None) -> Self:
        """Map an index that Faiss wrote into memory, once its file is known to be a whole one of the expected kind.

        Args:
            path: The file.
            kind: Faiss's name for the kind of index.
            articles: How many vectors it should have.
            dimensions: Their length.
            first_cells: How many cells a search without filters looks into.

        Raises:
            LibraryError: The file holds something else.
            OSError: The file cannot be read.
            RuntimeError: Faiss cannot read it.
        """
        check_faiss_file(path, kind=kind, articles=articles, dimensions=dimensions)
        return cls(_FAISS.read_index(str(path), _FAISS.IO_FLAG_MMAP_IFC), first_cells)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def cells(self) -> int:
        """Into how many cells the vectors are divided; 0 where each is compared."""
        return int(getattr(self._index, "nlist", 0))

    @property
    def scale(self) -> NDArray[np.float32] | None:
        """The least value of each component, then the range of each; None where the vectors are divided into cells."""
        if self.cells:
            return None
        scale: NDArray[np.float32] = _FAISS.vector_to_array(_FAISS.downcast_index(self._index.index).sq.trained)
        return scale

    def nearest_rows(self, queries: NDArray[np.float32], limit: int, *, cells: int) -> NDArray[np.int64]:
        """Return the best rows for each of some queries, by so many cells, on all cores; -1 where there are no more.

        Args:
            queries: Shape (n, dimensions), rows of length 1.
            limit: How many rows a query.
            cells: How many cells to look into; all of them make an exact search.
        """
        _FAISS.omp_set_num_threads(os.cpu_count() or 1)
        parameters = _FAISS.SearchParametersIVF(nprobe=cells)
        rows: NDArray[np.int64] = self._index.search(queries, limit, params=parameters)[1]
        return rows

    def search(
        self, query: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the best rows, highest cosine first, equal ones by row.

        Args:
            query: Shape (dimensions,), length 1.
            limit: How many rows at most.
            allowed: Shape (rows,), which rows may be found; None for all.

        Returns:
            Rows and their cosines, both of shape (min(`limit`, number of allowed rows),).
        """
        # Two threads on half a million rows gain little, and beside another program they wait for each other: 20 ms
        # instead of 2 at 3,000 rows. OpenMP keeps the number by thread, so it is set with each search.
        _FAISS.omp_set_num_threads(1)
        matching = len(self) if allowed is None else int(np.count_nonzero(allowed))
        limit = min(limit, matching)
        if limit == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        selector = None if allowed is None else _FAISS.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        count = min(matching, limit + _MARGIN)
        rows, scores = self._search_cells(query[None, :], count, matching, selector)
        while limit <= len(rows) < matching and scores[-1] == scores[limit - 1]:
            count = min(matching, 2 * count)
            rows, scores = self._search_cells(query[None, :], count, matching, selector)
        if len(rows) < limit:  # it passes over vectors that are not numbers
            raise LibraryError(
                f"Only {len(rows):,} of {matching:,} vectors can be compared; the others are damaged. "
                "Build the index again:\n  rebuild-index"
            )
        order = np.lexsort((rows, -scores))[:limit]
        return rows[order], scores[order]

    def stored(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the stored vectors of rows, shape (n, dimensions)."""
        inner = _FAISS.downcast_index(self._index.index) if hasattr(self._index, "id_map") else self._index
        with self._map_lock:
            if hasattr(inner, "nlist"):  # rows are scattered over cells; the map is made once
                inner.make_direct_map()
        vectors: NDArray[np.float32] = inner.reconstruct_batch(rows)
        return vectors

    def _search_cells(
        self, query: NDArray[np.float32], count: int, matching: int, selector: "faiss.IDSelector | None"
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Search more and more cells until `count` rows are found: a filter never costs results."""
        cells = self.cells
        # The rarer the allowed rows, the more cells must be searched for the same number of them.
        probes = min(cells, self._first_cells * len(self) // matching)
        while True:
            # Given with each search: as the index's attribute it would be lost behind a pre-transform, and shared.
            options = {"nprobe": probes} if cells else {}
            parameters_type = _FAISS.SearchParametersIVF if cells else _FAISS.SearchParameters
            scores, rows = self._index.search(query, count, params=parameters_type(sel=selector, **options))
            found = rows[0] >= 0
            if found.all() or probes == cells:
                return rows[0][found], scores[0][found]
            probes = min(cells, 2 * probes)


def unit_rows(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return vectors of length 1, which half precision has only about; shape (n, dimensions)."""
    rows = vectors.astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows
