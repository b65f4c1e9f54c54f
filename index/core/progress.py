"""Progress for people: bars on stderr, and only where somebody watches; a file for those who watch from elsewhere."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

_WRITTEN_EVERY_S = 1.0


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
        file: Where the bar that runs is written down each second, or None.
    """

    shown: bool | None = None
    file: Path | None = None

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        """Yield a bar that counts up to `total`.

        Args:
            what: The noun in front of the bar, such as "vectors".
            total: How many units there are, or None where nobody knows: then only count and rate are drawn.
            unit: What is counted, singular, such as "article".
        """
        with self._drawn(what, total, unit) as drawn:
            yield _WrittenBar(drawn, self.file, Stage(what, 0, total, unit)) if self.file else drawn

    @contextmanager
    def _drawn(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        if not (sys.stderr.isatty() if self.shown is None else self.shown):
            yield _Undrawn()
            return
        from tqdm import tqdm  # here, not above: who sees nothing need not wait for it

        with tqdm(
            total=total, desc=f"{what:<11}", unit=f" {unit}", unit_scale=unit == "B", dynamic_ncols=True
        ) as drawn:
            yield drawn


@dataclass(frozen=True, slots=True)
class Stage:
    """How far one stage of a build is.

    Attributes:
        what: Its noun, such as "vectors".
        done: Units done.
        total: Units in all, or None where nobody knows.
        unit: What is counted, singular.
    """

    what: str
    done: float
    total: float | None
    unit: str


def read_stage(file: Path) -> Stage | None:
    """Return the stage that a build wrote down last, or None where none did."""
    with suppress(OSError, ValueError, TypeError):
        return Stage(**json.loads(file.read_bytes()))
    return None


class _Undrawn:
    """A bar that nobody sees."""

    def update(self, n: float = 1, /) -> bool | None:  # noqa: ARG002
        return None


class _WrittenBar:
    """A bar that also writes itself down; that it cannot be written must not stop a build."""

    def __init__(self, drawn: Bar, file: Path, stage: Stage) -> None:
        self._drawn, self._file, self._stage = drawn, file, stage
        self._done = 0.0
        self._written = float("-inf")
        self.update(0)

    def update(self, n: float = 1, /) -> bool | None:
        self._done += n
        if time.monotonic() - self._written >= _WRITTEN_EVERY_S:
            self._written = time.monotonic()
            self._write()
        return self._drawn.update(n)

    def _write(self) -> None:
        aside = self._file.with_suffix(".partial")
        with suppress(OSError):
            aside.write_text(json.dumps({**asdict(self._stage), "done": self._done}))
            aside.replace(self._file)


SILENT = Progress(shown=False)
"""For those who call the library from their own programs."""
