"""The least and the greatest value of each component of vectors: between these an index without cells codes them.

An index learns them from its own vectors. The shards of a split library share those of all of them, so that each codes
a vector as one library of all articles would.
"""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.core.files import replacing
from index.engine.columns import read_array


def bounds_of(parts: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the bounds of vectors that come in parts, each of shape (n, dimensions), n above 0.

    Returns:
        Shape (2, dimensions), the least values first: two vectors from which Faiss learns the same as from all.
    """
    extremes = [np.stack([part.min(axis=0), part.max(axis=0)]) for part in parts]
    return np.stack([np.min([low for low, _ in extremes], axis=0), np.max([high for _, high in extremes], axis=0)])


def read_bounds(path: Path) -> NDArray[np.float32] | None:
    """Return the bounds in a file, shape (2, dimensions); None where there is no file.

    Raises:
        LibraryError: It holds something else.
    """
    return np.array(read_array(path, "f4", (2, None))) if path.exists() else None


def write_bounds(path: Path, bounds: NDArray[np.float32]) -> None:
    """Write bounds into a file, whole or not at all."""
    with replacing(path) as file:
        np.save(file, bounds.astype(np.float32))


def bounds_digest(bounds: NDArray[np.float32]) -> str:
    """Return 32 hexadecimal digits that differ where bounds do."""
    return blake2b(bounds.tobytes(), digest_size=16).hexdigest()
