"""Vectors of sentences in a few bits a dimension, compared with a query in full precision.

The components of a unit vector of many dimensions are spread like a normal distribution of variance 1/dimensions, so
each is replaced by the mean of its share of that distribution: above or below its median, or between its quartiles.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

BITS: Final = 2
"""Bits a dimension. What other numbers rank like stands in docs/decisions/012-sentences-in-two-bits.md."""

CODE: Final = f"{BITS}bit"
"""What names the folder of shards: codes of another kind are never mixed with these."""

# Between which bounds a component is replaced by which value, of a standard normal distribution.
_BOUNDS: Final = {1: (0.0,), 2: (-0.9816, 0.0, 0.9816)}[BITS]
_VALUES: Final = {1: (-0.7979, 0.7979), 2: (-1.510, -0.4528, 0.4528, 1.510)}[BITS]
_PER_BYTE: Final = 8 // BITS
_SHIFTS: Final = BITS * np.arange(_PER_BYTE, dtype=np.uint8)
# What each byte stands for, shape (dimensions in a byte, 256).
_MEANINGS: Final = np.array(_VALUES, dtype=np.float32)[
    (np.arange(256, dtype=np.uint8)[None, :] >> _SHIFTS[:, None]) & (2**BITS - 1)
]
_AT_ONCE: Final = 256  # codes whose values the processor's cache holds: a fifth of the time of all 9,000 of a search


def code_bytes(dimensions: int) -> int:
    """Return the bytes of a code."""
    return -(-dimensions // _PER_BYTE)


def encode_codes(vectors: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the codes of some vectors.

    Args:
        vectors: Shape (n, dimensions), rows of length 1.

    Returns:
        Shape (n, code_bytes(dimensions)).
    """
    rows, dimensions = vectors.shape
    components = np.zeros((rows, code_bytes(dimensions) * _PER_BYTE), dtype=np.uint8)
    for bound in _BOUNDS:  # three comparisons take a tenth of the time of a binary search for each component
        components[:, :dimensions] += vectors * np.float32(np.sqrt(dimensions)) > bound
    parts = components.reshape(rows, code_bytes(dimensions), _PER_BYTE) << _SHIFTS
    codes: NDArray[np.uint8] = np.bitwise_or.reduce(parts, axis=2)
    return codes


def code_cosines(codes: NDArray[np.uint8], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return about the cosine of each code with a vector.

    Args:
        codes: Shape (n, bytes of a code).
        query: Shape (dimensions,), of length 1.

    Returns:
        Shape (n,).
    """
    padded = np.zeros(codes.shape[1] * _PER_BYTE, dtype=np.float32)
    padded[: len(query)] = query
    # What each value of each byte adds: looked up, so that nothing is unpacked. (bytes, in a byte) @ (in a byte, 256)
    table = (padded.reshape(-1, _PER_BYTE) @ _MEANINGS) / np.float32(np.sqrt(len(query)))
    places = np.arange(0, table.size, 256, dtype=np.min_scalar_type(table.size))
    values, cosines = table.ravel(), np.empty(len(codes), dtype=np.float32)
    for start in range(0, len(codes), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        # No place is outside of the table; "clip" only saves the copy that "raise" makes.
        cosines[part] = values.take(codes[part] + places, mode="clip").sum(axis=1)
    return cosines


def decode_codes(codes: NDArray[np.uint8], dimensions: int) -> NDArray[np.float32]:
    """Return the vectors that codes stand for, shape (n, dimensions), of length about 1."""
    vectors: NDArray[np.float32] = _MEANINGS.T[codes].reshape(len(codes), codes.shape[1] * _PER_BYTE)[:, :dimensions]
    return vectors / np.float32(np.sqrt(dimensions))
