"""The values of one field in the next build: rows renumbered, those that are gone left out, fresh ones put in.

The files are, byte for byte, those that a `ValueWriter` writes from all articles.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.engine.columns import read_array
from index.engine.update.row_changes import GONE, RowChanges
from index.engine.update.splice import Edit, splice
from index.engine.value_index import StringArray
from index.engine.value_writer import save_ends

Labels = Callable[[Sequence[tuple[bytes, int]]], Sequence[bytes]]
"""Returns how articles write values, given as (key, PMID) pairs."""


class _Field:
    """The arrays of one field."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder = folder
        self.keys = StringArray(folder, "keys")
        self.rows = np.asarray(read_array(folder / "rows.npy", "i4", (None,)))
        if len(self.rows) and not (self.rows.min() >= 0 and self.rows.max() < rows):
            raise LibraryError(f"The values in {folder} are damaged")
        self.ends = np.asarray(read_array(folder / "rows_ends.npy", "i4 i8", (None,)))

    def labels(self) -> StringArray:
        return StringArray(self.folder, "labels")


class ValueUpdate:
    """Makes the values of one field."""

    def __init__(self, old: Path, fresh: Path, changes: RowChanges) -> None:
        """Find what changes.

        Args:
            old: The field's folder in the old build.
            fresh: The same of the fresh rows alone, as if there were no others.
            changes: The rows.
        """
        self._changes = changes
        self._old, self._fresh = _Field(old, len(changes.moved)), _Field(fresh, len(changes.fresh))
        moved = changes.moved[self._old.rows]
        kept = moved != GONE
        self._kept_rows = moved[kept]
        # Where the rows of each old value end among those that stay.
        self._kept_ends = np.concatenate([[0], np.cumsum(kept)])[self._old.ends]
        self._lost_first = ~kept[self._old.ends[:-1]] if len(self._old.keys) else kept[:0]
        self._numbers = np.array([bisect_left(self._old.keys, key) for key in self._fresh.keys], dtype=np.int64)
        old_keys = len(self._old.keys)
        self._known = np.array(
            [n < old_keys and self._old.keys[n] == key for n, key in zip(self._numbers, self._fresh.keys, strict=True)],
            dtype=bool,
        )
        self._places = self._fresh_places()
        counts = np.diff(self._kept_ends)
        self._fresh_counts = np.diff(self._fresh.ends)
        counts[self._numbers[self._known]] += self._fresh_counts[self._known]
        self._counts = counts

    def write(self, folder: Path, labels: Labels | None) -> None:
        """Write the arrays.

        Args:
            folder: Receives them.
            labels: For a field with labels, says how articles write values of which they are the first now.
        """
        folder.mkdir(parents=True)
        fresh_rows = self._changes.fresh[self._fresh.rows].astype(np.int32)
        np.save(folder / "rows.npy", np.insert(self._kept_rows, self._places, fresh_rows))
        stays = self._counts > 0
        new = ~self._known
        stays_before = np.concatenate([[0], np.cumsum(stays)])
        counts = np.insert(self._counts[stays], stays_before[self._numbers[new]], self._fresh_counts[new])
        save_ends(folder, "rows", counts)
        dropped = [Edit(n, n + 1) for n in np.flatnonzero(~stays).tolist()]
        _write_strings(folder, "keys", self._old.folder, [*self._inserted(self._fresh.keys), *dropped])
        if labels is not None:
            edits = [*self._inserted(self._fresh.labels()), *dropped, *self._relabelled(labels)]
            _write_strings(folder, "labels", self._old.folder, edits)

    def _fresh_places(self) -> NDArray[np.int64]:
        """Return before which of the rows that stay each fresh row comes: with its value, in ascending order."""
        last = self._numbers + self._known
        counts = np.diff(self._fresh.ends)
        low, high = (np.repeat(self._kept_ends[numbers], counts) for numbers in (self._numbers, last))
        rows = self._changes.fresh[self._fresh.rows]
        while (searched := low < high).any():
            middle = (low + high) // 2
            is_behind = searched & (self._kept_rows[np.minimum(middle, len(self._kept_rows) - 1)] < rows)
            low = np.where(is_behind, middle + 1, low)
            high = np.where(searched & ~is_behind, middle, high)
        return low

    def _inserted(self, strings: StringArray) -> Iterator[Edit]:
        for n in np.flatnonzero(~self._known).tolist():
            number = int(self._numbers[n])
            yield Edit(number, number, (_bytes(strings[n]),))

    def _relabelled(self, labels: Labels) -> Iterator[Edit]:
        """Yield the labels of old values of which another article is the first now: that one says how it is written."""
        first_places = self._places[self._fresh.ends[:-1]] if len(self._fresh.keys) else self._places
        is_first = self._known & (first_places == self._kept_ends[self._numbers])
        written, fresh_labels = self._old.labels(), self._fresh.labels()
        by_number = {int(self._numbers[n]): fresh_labels[n] for n in np.flatnonzero(is_first).tolist()}
        handed_on = self._lost_first & (self._counts > 0)
        handed_on[list(by_number)] = False
        numbers = np.flatnonzero(handed_on)
        pmids = self._changes.pmids[self._kept_rows[self._kept_ends[numbers]]].tolist()
        asked = [(self._old.keys[n], pmid) for n, pmid in zip(numbers.tolist(), pmids, strict=True)]
        by_number |= dict(zip(numbers.tolist(), labels(asked) if asked else (), strict=True))
        for number, label in by_number.items():
            if label != written[number]:
                yield Edit(number, number + 1, (_bytes(label),))


def _write_strings(folder: Path, name: str, old: Path, edits: Sequence[Edit]) -> None:
    content = read_array(old / f"{name}.npy", "u1", (None,))
    ends = np.asarray(read_array(old / f"{name}_ends.npy", "i4 i8", (None,)))
    save_ends(folder, name, splice(folder / f"{name}.npy", content, ends, edits))


def _bytes(text: bytes) -> NDArray[Any]:
    return np.frombuffer(text, dtype=np.uint8)
