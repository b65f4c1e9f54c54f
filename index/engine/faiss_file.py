"""Checks a Faiss file before Faiss reads it: Faiss takes memory, and reads vectors, as the file itself says.

Only the two kinds that are written here are known. Every size follows from the kind, the number of vectors and their
length, so that each byte is either one of theirs or can be predicted.

Source:
    faiss/impl/index_write.cpp of Faiss 1.7 to 1.15: little-endian, each array behind its length.
"""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError

EXACT_UP_TO = 100_000
"""Each vector is compared up to here, in 8 ms of one thread. One byte a dimension costs no place: see decision 005."""
_INT8 = 0  # Faiss's number for how a component is stored


def check_faiss_file(path: Path, *, kind: str, articles: int, dimensions: int) -> None:
    """Check that a file is a whole index of this kind, its vectors numbered from 0 to `articles` - 1.

    Args:
        path: The file.
        kind: "IDMap,SQ8", or "IVF<cells>,SQ8".
        articles: How many vectors it should have.
        dimensions: Their length.

    Raises:
        LibraryError: It is not.
        OSError: It cannot be read.
    """
    content = np.memmap(path, dtype=np.uint8, mode="r") if path.stat().st_size else np.zeros(0, dtype=np.uint8)
    if kind.startswith("IDMap"):
        identifiers = _flat_identifiers(content, articles, dimensions)
    else:
        cells = int(kind.removeprefix("IVF").partition(",")[0])
        identifiers = _cell_identifiers(content, cells, articles, dimensions)
        identifiers = None if identifiers is None else np.sort(identifiers)
    if identifiers is None or not np.array_equal(identifiers, np.arange(articles)):
        raise LibraryError(f"{path} is not a Faiss index {kind} of {articles:,} vectors of {dimensions} dimensions")


def _flat_identifiers(content: NDArray[np.uint8], articles: int, dimensions: int) -> NDArray[np.int64] | None:
    head = b"IxMp" + _header(dimensions, articles) + b"IxSQ" + _header(dimensions, articles) + _quantizer(dimensions)
    codes_at = len(head) + 8 * dimensions
    codes = struct.pack("<Q", dimensions * articles)
    ids_at = codes_at + len(codes) + dimensions * articles
    ids = struct.pack("<Q", articles)
    fixed = ((0, head), (codes_at, codes), (ids_at, ids))
    if len(content) != ids_at + len(ids) + 8 * articles or not all(_has(content, at, part) for at, part in fixed):
        return None
    return np.frombuffer(content[ids_at + len(ids) :].tobytes(), dtype=np.int64)


def _cell_identifiers(
    content: NDArray[np.uint8], cells: int, articles: int, dimensions: int
) -> NDArray[np.int64] | None:
    head = b"IwSq" + _header(dimensions, articles) + struct.pack("<Q", cells)
    centroids = b"IxFI" + _header(dimensions, cells) + struct.pack("<Q", cells * dimensions)
    at = len(head) + 8  # between them stands how many cells to search, which each search says by itself
    after_centroids = at + len(centroids) + 4 * cells * dimensions
    quantizer = struct.pack("<BQ", 0, 0) + _quantizer(dimensions)
    after_quantizer = after_centroids + len(quantizer) + 8 * dimensions
    lists = struct.pack("<QB", dimensions, 1) + b"ilar" + struct.pack("<QQ", cells, dimensions)
    sizes_at = after_quantizer + len(lists)
    fixed = ((0, head), (at, centroids), (after_centroids, quantizer), (after_quantizer, lists))
    if sizes_at > len(content) or not all(_has(content, start, part) for start, part in fixed):
        return None
    return _listed_identifiers(content, sizes_at, cells, articles, dimensions)


def _listed_identifiers(
    content: NDArray[np.uint8], at: int, cells: int, articles: int, dimensions: int
) -> NDArray[np.int64] | None:
    at, sizes = _cell_sizes(content, at, cells)
    if sizes is None or (sizes > articles).any() or int(sizes.sum()) != articles:
        return None
    if len(content) != at + articles * (dimensions + 8):
        return None
    ends = at + np.cumsum(sizes.astype(np.int64)) * (dimensions + 8)
    parts = [content[end - 8 * size : end] for end, size in zip(ends.tolist(), sizes.tolist(), strict=True)]
    return np.frombuffer(np.concatenate(parts).tobytes(), dtype=np.int64)


def _cell_sizes(content: NDArray[np.uint8], at: int, cells: int) -> tuple[int, NDArray[np.uint64] | None]:
    """Return the sizes of all cells and where they end; Faiss writes only those of filled ones if these are few."""
    count = int(content[at + 4 : at + 12].view("<u8")[0]) if at + 12 <= len(content) else -1
    end = at + 12 + 8 * count
    if not 0 <= count <= 2 * cells or end > len(content):
        return at, None
    numbers = content[at + 12 : end].view("<u8")
    if _has(content, at, b"full") and count == cells:
        return end, numbers.copy()
    if not _has(content, at, b"sprs") or count % 2 or (numbers[::2] >= cells).any():
        return at, None
    sizes = np.zeros(cells, dtype=np.uint64)
    sizes[numbers[::2].astype(np.int64)] = numbers[1::2]
    return end, sizes


def _header(dimensions: int, vectors: int) -> bytes:
    """Length, number, two numbers without a meaning, trained, and the inner product as the measure."""
    return struct.pack("<iqqq?i", dimensions, vectors, 1 << 20, 1 << 20, True, 0)


def _quantizer(dimensions: int) -> bytes:
    """One byte a dimension, between the least and the greatest value of each, which follow."""
    return struct.pack("<iifQQQ", _INT8, 0, 0.0, dimensions, dimensions, 2 * dimensions)


def _has(content: NDArray[np.uint8], at: int, expected: bytes) -> bool:
    return content[at : at + len(expected)].tobytes() == expected
