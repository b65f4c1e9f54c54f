"""Values of articles on disk: a sorted vocabulary, and for each value the rows that have it.

A field is a folder of plain arrays, mapped into memory: the values folded (`keys`), as written (`labels`, where facets
show them) and the rows of each value, ascending. Facets count along the rows, so that nothing is stored twice: for all
of PubMed that takes some tenths of a second for the authors.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from index.core.errors import LibraryError
from index.engine.columns import read_array

_SETS_CACHED = 2000  # sets of values whose positions are cached
_QUALIFIED_CACHED = 50  # the same with all their qualifiers, which takes more memory


class StringArray(Sequence[bytes]):
    """Byte strings, joined in one array."""

    def __init__(self, folder: Path, name: str) -> None:
        # Views, not arrays: a binary search reads one string after the other, and numpy takes 10 times as long.
        self._bytes = read_array(folder / f"{name}.npy", "u1", (None,)).data
        self._ends = _read_ends(folder, name).data

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


@dataclass(frozen=True, slots=True)
class ValueEntry:
    """One value of a field.

    Attributes:
        key: Folded, as it is looked up.
        label: As the first of its articles writes it.
        first: The PMID of that article; 0 where no article has the value.
        articles: How many articles have it, of those that are counted.
    """

    key: str
    label: str
    first: int
    articles: int


class ValueColumn:
    """The values of one field, read-only."""

    def __init__(self, folder: Path, key: Callable[[str], str], *, rows: int, labels: bool) -> None:
        """Open a field's folder.

        Args:
            folder: The folder with the arrays of a `ValueWriter`.
            key: Returns what makes two values equal.
            rows: How many rows the index has.
            labels: Whether it was written with labels.

        Raises:
            LibraryError: Its arrays do not fit together.
        """
        self._folder = folder
        self._key = key
        self._row_count = rows
        self._keys = StringArray(folder, "keys")
        self._labels = StringArray(folder, "labels") if labels else self._keys
        self._rows = read_array(folder / "rows.npy", "i4", (None,))
        # A facet of headings looks up each with all narrower headings: tens of thousands of values, always the same.
        self._numbers = lru_cache(_SETS_CACHED)(partial(_find, self._keys, self._key))
        self._qualified = lru_cache(_QUALIFIED_CACHED)(partial(_find_qualified, self._keys, self._key))
        self._ends = _read_ends(folder, "rows")
        if not len(self._keys) == len(self._labels) == len(self._ends) - 1 or not (np.diff(self._ends) > 0).all():
            raise LibraryError(f"{folder} holds different numbers of values, labels and rows")

    def __len__(self) -> int:
        """Return how many different values there are."""
        return len(self._keys)

    def rows(self, values: frozenset[str]) -> NDArray[np.int32]:
        """Return the rows that have one of these values; a row with several comes several times."""
        spans = (self._rows[self._ends[number] : self._ends[number + 1]] for number in self._numbers(values))
        return self._checked(np.concatenate([self._rows[:0], *spans]))

    def has(self, value: str, *, start: bool = False) -> bool:
        """Return whether a row has a value, with `start` one that begins so."""
        key = self._key(value).encode(errors="replace")
        number = bisect_left(self._keys, key)
        found = self._keys[number] if number < len(self._keys) else b""
        return bool(key) and (found.startswith(key) if start else found == key)

    def beginning(self, start: str) -> Iterator[tuple[str, str, int]]:
        """Yield key, label and number of rows of the values whose keys begin so, in order."""
        first = start.encode(errors="replace")
        number = bisect_left(self._keys, first)
        while number < len(self._keys) and (key := self._keys[number]).startswith(first):
            rows = int(self._ends[number + 1] - self._ends[number])
            yield key.decode(errors="replace"), self._labels[number].decode(errors="replace"), rows
            number += 1

    def rows_with_prefix(self, prefix: str) -> NDArray[np.int32]:
        """Return the rows that have a value with this prefix; a space at the end counts."""
        space = " " if prefix[-1:].isspace() else ""
        start = (self._key(prefix) + space).encode(errors="replace")
        first = bisect_left(self._keys, start)
        end = bisect_right(self._keys, start, key=lambda key: key[: len(start)])
        rows: NDArray[np.int32] = self._rows[self._ends[first] : self._ends[end]]
        return self._checked(rows)

    def rows_qualified(self, headings: frozenset[str], qualifiers: frozenset[str]) -> NDArray[np.int32]:
        """Return the rows that have "heading/qualifier" for any two of these."""
        endings = {self._key(qualifier).encode(errors="replace") for qualifier in qualifiers}
        spans = (
            self._rows[self._ends[number] : self._ends[number + 1]]
            for number, ending in self._qualified(headings)
            if ending in endings
        )
        return self._checked(np.concatenate([self._rows[:0], *spans]))

    def commonest(self, mask: NDArray[np.bool_] | None, size: int) -> list[tuple[str, str, int]]:
        """Return (key, label, rows in the mask) of the values with the most rows in the mask, equal ones by key."""
        counts = self._counts(mask)
        best = _highest(counts, size)
        return [
            (self._keys[n].decode(errors="replace"), self._labels[n].decode(errors="replace"), int(counts[n]))
            for n in best
            if counts[n]
        ]

    def with_at_least(self, mask: NDArray[np.bool_] | None, least: int) -> dict[str, int]:
        """Return the keys of the values that so many rows of the mask have, 1 or more, and how many do."""
        counts = self._counts(mask)
        numbers = np.flatnonzero(counts >= least).tolist()
        return {self._keys[n].decode(errors="replace"): int(counts[n]) for n in numbers}

    def entries(
        self, keys: Sequence[str], pmids: NDArray[np.int64], mask: NDArray[np.bool_] | None = None
    ) -> list[ValueEntry]:
        """Describe some values by their keys, in the same order.

        Args:
            keys: The values, folded.
            pmids: Of each row.
            mask: The rows that are counted; None for all.
        """
        return [self._entry(key, bisect_left(self._keys, key.encode(errors="replace")), pmids, mask) for key in keys]

    def _entry(self, key: str, number: int, pmids: NDArray[np.int64], mask: NDArray[np.bool_] | None) -> ValueEntry:
        if number == len(self._keys) or self._keys[number] != key.encode(errors="replace"):
            return ValueEntry(key, "", 0, 0)
        rows = self._checked(self._rows[self._ends[number] : self._ends[number + 1]])
        count = len(rows) if mask is None else int(np.count_nonzero(mask[rows]))
        return ValueEntry(key, self._labels[number].decode(errors="replace"), int(pmids[rows[0]]), count)

    def _counts(self, mask: NDArray[np.bool_] | None) -> NDArray[np.integer[Any]]:
        """Return how many rows of the mask each value has, shape (values,)."""
        counts = np.diff(self._ends)
        if mask is not None and len(counts):
            counts = np.add.reduceat(mask[self._checked(self._rows)], self._ends[:-1], dtype=np.int64)
        return counts

    def _checked(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the rows if they can be; not looked at when the field is opened, since that would read all of it."""
        if len(rows) and not (rows.min() >= 0 and rows.max() < self._row_count):
            raise LibraryError(f"The values in {self._folder} are damaged. Build the index again:\n  rebuild-index")
        return rows


def _highest(counts: NDArray[np.integer[Any]], size: int) -> NDArray[np.int64]:
    """Return where the highest counts stand, highest first, equal ones in their order; millions are not sorted."""
    if not 0 < size < len(counts):
        chosen = np.arange(len(counts) if size > 0 else 0)
    else:
        lowest = np.partition(counts, len(counts) - size)[len(counts) - size]
        higher = np.flatnonzero(counts > lowest)
        chosen = np.concatenate([higher, np.flatnonzero(counts == lowest)[: size - len(higher)]])
    return chosen[np.lexsort((chosen, -counts[chosen]))]


def _find(keys: StringArray, key_of_value: Callable[[str], str], values: frozenset[str]) -> tuple[int, ...]:
    """Return the numbers of those values that there are."""
    sought = (key_of_value(value).encode(errors="replace") for value in values)
    positions = ((bisect_left(keys, key), key) for key in sought)
    return tuple(n for n, key in positions if n < len(keys) and keys[n] == key)


def _find_qualified(
    keys: StringArray, key_of_value: Callable[[str], str], headings: frozenset[str]
) -> tuple[tuple[int, bytes], ...]:
    """Return the number and the qualifier of each "heading/qualifier" that there is."""
    found = []
    for heading in headings:
        start = (key_of_value(heading) + "/").encode(errors="replace")
        number = bisect_left(keys, start)
        while number < len(keys) and (key := keys[number]).startswith(start):
            found.append((number, key[len(start) :]))
            number += 1
    return tuple(found)


def _read_ends(folder: Path, name: str) -> NDArray[Any]:
    """Read where each part of the array `name` ends: ascending from 0 to the length of that array.

    Raises:
        LibraryError: It is something else.
    """
    ends = read_array(folder / f"{name}_ends.npy", "i4 i8", (None,))
    length = read_array(folder / f"{name}.npy", "u1 i4", (None,)).size
    if not len(ends) or ends[0] != 0 or ends[-1] != length or (ends[1:] < ends[:-1]).any():
        raise LibraryError(f"{folder / name}_ends.npy does not divide {name}.npy")
    return ends
