"""Long arrays of parts, copied with few parts replaced: each stretch that stays is copied as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine.columns import ArrayWriter

_AT_ONCE = 1 << 24  # bytes


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """Parts that come in the place of others.

    Attributes:
        start: The first part that is replaced.
        stop: The first behind it that stays; `start` where nothing is replaced.
        parts: What comes there.
    """

    start: int
    stop: int
    parts: Sequence[NDArray[Any]] = ()


def splice(path: Path, content: NDArray[Any], ends: NDArray[np.integer[Any]], edits: Iterable[Edit]) -> NDArray[Any]:
    """Write an array with some of its parts replaced.

    Args:
        path: Receives the array.
        content: The old array, of one or two dimensions, mapped into memory.
        ends: Where each part begins, and at last where the last one ends, shape (parts + 1,).
        edits: What to replace; at one place what is put in comes before what goes, in the order given.

    Returns:
        The length of each part of the new array.
    """
    writer = ArrayWriter(path, content.dtype, width=content.shape[1] if content.ndim > 1 else None)
    old_lengths = np.diff(ends)
    lengths, place = [old_lengths[:0]], 0
    for edit in [*sorted(edits, key=lambda edit: (edit.start, edit.stop)), Edit(len(old_lengths), len(old_lengths))]:
        _copy(writer, content, int(ends[place]), int(ends[edit.start]))
        lengths.append(old_lengths[place : edit.start])
        for part in edit.parts:
            writer.append(part.tobytes())
        lengths.append(np.array(list(map(len, edit.parts)), dtype=old_lengths.dtype))
        place = edit.stop
    writer.close()
    return np.concatenate(lengths)


def _copy(writer: ArrayWriter, content: NDArray[Any], start: int, stop: int) -> None:
    rows = max(1, _AT_ONCE // max(1, content[:1].nbytes))
    for first in range(start, stop, rows):
        writer.append(content[first : min(stop, first + rows)].tobytes())
