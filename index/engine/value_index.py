"""Values of articles on disk: a sorted vocabulary, and for each value the rows that have it.

A field is a folder of plain arrays, mapped into memory: the values folded (`keys`), as written (`labels`, where facets
show them) and the rows of each value, ascending. Facets count along the rows, so that nothing is stored twice: for all
of PubMed that takes some tenths of a second for the authors.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from index.core.text_normalization import folded_value

_SETS_CACHED = 2000  # sets of values whose positions are cached


class _StringArray(Sequence[bytes]):
    """Byte strings, joined in one array."""

    def __init__(self, folder: Path, name: str) -> None:
        # Views, not arrays: a binary search reads one string after the other, and numpy takes 10 times as long.
        self._bytes = _read(folder, name).data
        self._ends = _read(folder, f"{name}_ends").data

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            return [self[i] for i in range(len(self))[index]]
        return self._bytes[self._ends[index] : self._ends[index + 1]].tobytes()


class ValueWriter:
    """Collects the values of one field; some 100 bytes of memory for each value and 8 for each row with it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._labels: list[str] = []
        self._pairs: tuple[array[int], array[int]] = (array("i"), array("i"))

    def add(self, row: int, values: Iterable[str]) -> None:
        """Take the values of a row; rows come in ascending order."""
        for key, label in {folded_value(value): value for value in values}.items():
            number = self._numbers.setdefault(key, len(self._numbers))
            if number == len(self._labels):
                self._labels.append(" ".join(label.split()))
            self._pairs[0].append(number)
            self._pairs[1].append(row)

    def write(self, folder: Path, *, labels: bool) -> None:
        """Write the field into a new folder, with `labels` where the values are shown."""
        folder.mkdir(parents=True)
        ordered = sorted((key.encode(errors="replace"), number) for key, number in self._numbers.items())
        _write_strings(folder, "keys", [key for key, _ in ordered])
        if labels:
            _write_strings(folder, "labels", [self._labels[number].encode(errors="replace") for _, number in ordered])
        ranks = np.empty(len(ordered), dtype=np.int32)
        ranks[[number for _, number in ordered]] = np.arange(len(ordered), dtype=np.int32)
        values = ranks[np.frombuffer(self._pairs[0], dtype=np.int32)]
        rows = np.frombuffer(self._pairs[1], dtype=np.int32)
        np.save(folder / "rows.npy", rows[np.argsort(values, kind="stable")])
        _write_ends(folder, "rows", np.bincount(values, minlength=len(ordered)))


class ValueColumn:
    """The values of one field, read-only."""

    def __init__(self, folder: Path) -> None:
        self._keys = _StringArray(folder, "keys")
        self._labels = _StringArray(folder, "labels") if (folder / "labels.npy").exists() else self._keys
        self._rows = _read(folder, "rows")
        # A facet of headings looks up each with all narrower headings: tens of thousands of values, always the same.
        self._numbers = lru_cache(_SETS_CACHED)(partial(_find, self._keys))
        self._ends = _read(folder, "rows_ends")

    @classmethod
    def open_all(cls, folder: Path, fields: Iterable[str]) -> dict[str, Self]:
        """Open every field's folder below `folder`."""
        return {field: cls(folder / field) for field in fields}

    def rows(self, values: frozenset[str]) -> NDArray[np.int32]:
        """Return the rows that have one of these values; a row with several comes several times."""
        spans = (self._rows[self._ends[number] : self._ends[number + 1]] for number in self._numbers(values))
        return np.concatenate([self._rows[:0], *spans])

    def rows_with_prefix(self, prefix: str) -> NDArray[np.int32]:
        """Return the rows that have a value with this prefix; a space at the end counts."""
        space = " " if prefix[-1:].isspace() else ""
        start = (folded_value(prefix) + space).encode(errors="replace")
        first = bisect_left(self._keys, start)
        end = bisect_right(self._keys, start, key=lambda key: key[: len(start)])
        rows: NDArray[np.int32] = self._rows[self._ends[first] : self._ends[end]]
        return rows

    def commonest(self, mask: NDArray[np.bool_] | None, size: int) -> list[tuple[str, str, int]]:
        """Return (key, label, rows in the mask) of the values with the most rows in the mask, equal ones by key."""
        counts = np.diff(self._ends)
        if mask is not None and len(counts):
            counts = np.add.reduceat(mask[self._rows], self._ends[:-1], dtype=np.int64)
        best = np.lexsort((np.arange(len(counts)), -counts))[:size] if len(counts) else ()
        return [(self._keys[n].decode(), self._labels[n].decode(), int(counts[n])) for n in best if counts[n]]


def _find(keys: _StringArray, values: frozenset[str]) -> tuple[int, ...]:
    """Return the numbers of those values that there are."""
    sought = (folded_value(value).encode(errors="replace") for value in values)
    positions = ((bisect_left(keys, key), key) for key in sought)
    return tuple(n for n, key in positions if n < len(keys) and keys[n] == key)


def _write_strings(folder: Path, name: str, strings: Sequence[bytes]) -> None:
    np.save(folder / f"{name}.npy", np.frombuffer(b"".join(strings), dtype=np.uint8))
    _write_ends(folder, name, np.array([len(string) for string in strings], dtype=np.int64))


def _write_ends(folder: Path, name: str, lengths: NDArray[np.integer[Any]]) -> None:
    ends = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    fits_int32 = ends[-1] <= np.iinfo(np.int32).max  # all but the names and keywords of all of PubMed
    np.save(folder / f"{name}_ends.npy", ends.astype(np.int32 if fits_int32 else np.int64))


def _read(folder: Path, name: str) -> NDArray[Any]:
    column: NDArray[Any] = np.load(folder / f"{name}.npy", allow_pickle=False, mmap_mode="r")
    return column
