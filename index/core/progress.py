"""Progress for people: bars on stderr when it is a terminal, and a file for other processes that show the progress."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from index.core.files import write_whole
from index.core.json_text import parse_json

_WRITE_INTERVAL_S = 1.0


class Bar(Protocol):
    """One running bar."""

    def update(self, n: float = 1, /) -> bool | None:
        """Count `n` more units as done."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """Draws bars with rate and time left; nothing ever goes to stdout.

    Attributes:
        shown: True draws always, False never, None only when stderr is a terminal.
        file: File to which the running bar is written each second, or None.
    """

    shown: bool | None = None
    file: Path | None = None

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        """Yield a bar that counts up to `total`.

        Args:
            what: The noun in front of the bar, such as "vectors".
            total: How many units there are, or None if unknown: then only count and rate are drawn.
            unit: What is counted, singular, such as "article".
        """
        with self._draw(what, total, unit) as bar:
            yield _FileBar(bar, self.file, Stage(what, 0, total, unit)) if self.file else bar

    @contextmanager
    def _draw(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        if not (sys.stderr.isatty() if self.shown is None else self.shown):
            yield _SilentBar()
            return
        from tqdm import tqdm  # here, not above: without a bar there is no need to wait for it

        with tqdm(total=total, desc=f"{what:<11}", unit=f" {unit}", unit_scale=unit == "B", dynamic_ncols=True) as bar:
            yield bar


@dataclass(frozen=True, slots=True)
class Stage:
    """The progress of one stage of a build.

    Attributes:
        what: Its noun, such as "vectors".
        done: Units done.
        total: Units in all, or None if unknown.
        unit: What is counted, singular.
    """

    what: str
    done: float
    total: float | None
    unit: str


def read_stage(file: Path) -> Stage | None:
    """Return the stage that a build wrote last, or None if there is none."""
    with suppress(OSError, ValueError, TypeError):
        return Stage(**parse_json(file.read_bytes()))
    return None


class _SilentBar:
    """A bar that is not drawn."""

    def update(self, n: float = 1, /) -> bool | None:  # noqa: ARG002
        return None


class _FileBar:
    """A bar that is also written to a file; a failure to write it must not stop a build."""

    def __init__(self, bar: Bar, file: Path, stage: Stage) -> None:
        self._bar, self._file, self._stage = bar, file, stage
        self._done = 0.0
        self._written_s = float("-inf")
        self.update(0)

    def update(self, n: float = 1, /) -> bool | None:
        self._done += n
        if time.monotonic() - self._written_s >= _WRITE_INTERVAL_S:
            self._written_s = time.monotonic()
            self._write()
        return self._bar.update(n)

    def _write(self) -> None:
        with suppress(OSError):
            write_whole(self._file, json.dumps({**asdict(self._stage), "done": self._done}).encode())


SILENT = Progress(shown=False)
"""For programs that call the library."""
