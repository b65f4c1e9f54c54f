"""Writes the values of articles: a sorted vocabulary, and for each value the rows that have it.

Values come in the order of the rows and leave in the order of the alphabet. In between at most `MOST_VALUES` of them
are in memory: then all fields write what they hold as a run, sorted, and at the end the runs are merged.
"""

import heapq
import shutil
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.engine.columns import ArrayWriter

MOST_VALUES: Final = 1_000_000
"""Different values of all fields in memory, some 250 bytes each."""

MOST_ROWS: Final = 20_000_000
"""Rows of all their values in memory, 8 bytes each."""

_AT_ONCE: Final = 1 << 16  # values that are read from a run at a time


class ValueWriter:
    """Collects the values of one field."""

    def __init__(self, folder: Path, key: Callable[[str], str], label: Callable[[str], str] | None = None) -> None:
        """Begin.

        Args:
            folder: Receives the arrays of the field.
            key: Returns what makes two values equal.
            label: Returns a value as it is shown; None where it is only looked up.
        """
        self._folder = folder
        self._key = key
        self._label = label
        self._numbers: dict[str, int] = {}
        self._labels: list[str] = []
        self._pairs: tuple[array[int], array[int]] = (array("i"), array("i"))
        self._runs: list[Path] = []

    @property
    def in_memory(self) -> tuple[int, int]:
        """How many different values are in memory, and rows with them."""
        return len(self._numbers), len(self._pairs[0])

    def add(self, row: int, values: Iterable[str]) -> None:
        """Take the values of a row; rows come in ascending order."""
        for key, value in {self._key(value): value for value in values}.items():
            number = self._numbers.setdefault(key, len(self._numbers))
            if self._label and number == len(self._labels):
                self._labels.append(self._label(value))
            self._pairs[0].append(number)
            self._pairs[1].append(row)

    def spill(self) -> None:
        """Write what is in memory as a run."""
        if self._numbers:
            self._write(self._folder / f"run-{len(self._runs):06d}")
            self._runs.append(self._folder / f"run-{len(self._runs):06d}")

    def finish(self) -> None:
        """Write the field's arrays."""
        if not self._runs:
            self._write(self._folder)
            return
        self.spill()
        names = ("keys", "labels", "rows") if self._label else ("keys", "rows")
        _merge(self._folder, names, [_entries(run, number, names) for number, run in enumerate(self._runs)])
        for run in self._runs:
            shutil.rmtree(run)

    def _write(self, folder: Path) -> None:
        """Write the arrays of what is in memory, and forget it."""
        folder.mkdir(parents=True, exist_ok=True)
        ordered = sorted((key.encode(errors="replace"), number) for key, number in self._numbers.items())
        strings = {"keys": [key for key, _ in ordered]}
        if self._label:
            strings["labels"] = [self._labels[number].encode(errors="replace") for _, number in ordered]
        for name, texts in strings.items():
            np.save(folder / f"{name}.npy", np.frombuffer(b"".join(texts), dtype=np.uint8))
            save_ends(folder, name, np.array(list(map(len, texts)), dtype=np.int64))
        ranks = np.empty(len(ordered), dtype=np.int32)
        ranks[[number for _, number in ordered]] = np.arange(len(ordered), dtype=np.int32)
        values = ranks[np.frombuffer(self._pairs[0], dtype=np.int32)]
        rows = np.frombuffer(self._pairs[1], dtype=np.int32)
        np.save(folder / "rows.npy", rows[np.argsort(values, kind="stable")])
        save_ends(folder, "rows", np.bincount(values, minlength=len(ordered)))
        self._numbers, self._labels, self._pairs = {}, [], (array("i"), array("i"))


def save_ends(folder: Path, name: str, lengths: NDArray[np.integer[Any]]) -> None:
    """Write where each part of an array ends, from 0 on."""
    ends = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    fits_int32 = ends[-1] <= np.iinfo(np.int32).max  # all but the names and keywords of all of PubMed
    np.save(folder / f"{name}_ends.npy", ends.astype(np.int32 if fits_int32 else np.int64))


def _entries(run: Path, number: int, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the values of a run in the order of their keys: the key, the number of the run, what else is named."""
    for key, *others in zip(*(_parts(run, name) for name in names), strict=True):
        yield key.tobytes(), number, *others


def _parts(folder: Path, name: str) -> Iterator[NDArray[Any]]:
    content, ends = (np.load(folder / f"{part}.npy", mmap_mode="r") for part in (name, f"{name}_ends"))
    for start in range(0, len(ends) - 1, _AT_ONCE):
        places = ends[start : start + _AT_ONCE + 1].tolist()
        together = np.array(content[places[0] : places[-1]])
        for first, last in pairwise(places):
            yield together[first - places[0] : last - places[0]]


def _merge(folder: Path, names: Sequence[str], runs: Iterable[Iterator[tuple[Any, ...]]]) -> None:
    """Write the arrays of all runs together; of a value in several runs the first says how it is written."""
    with ExitStack() as stack:
        kinds = [np.int32 if name == "rows" else np.uint8 for name in names]
        writers = [
            stack.enter_context(closing(ArrayWriter(folder / f"{name}.npy", kind)))
            for name, kind in zip(names, kinds, strict=True)
        ]
        lengths = [array("q") for _ in names]
        # Two entries differ in key or number, so that nothing behind those is compared.
        for key, of_key in groupby(heapq.merge(*runs), key=itemgetter(0)):
            entries = list(of_key)
            _, _, *labels, _ = entries[0]
            rows = b"".join(entry[-1].tobytes() for entry in entries)
            for writer, counts, content in zip(
                writers, lengths, (key, *(label.tobytes() for label in labels), rows), strict=True
            ):
                counts.append(writer.append(content))
    for name, counts in zip(names, lengths, strict=True):
        save_ends(folder, name, np.frombuffer(counts, dtype=np.int64))
