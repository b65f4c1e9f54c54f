"""Progress bars for people: on stderr, and only where somebody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol


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
    """

    shown: bool | None = None

    @contextmanager
    def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
        """Yield a bar that counts up to `total`.

        Args:
            what: The noun in front of the bar, such as "vectors".
            total: How many units there are, or None where nobody knows: then only count and rate are drawn.
            unit: What is counted, singular, such as "article".
        """
        from tqdm import tqdm

        disable = None if self.shown is None else not self.shown
        with tqdm(
            total=total,
            desc=f"{what:<11}",
            unit=f" {unit}",
            unit_scale=unit == "B",
            disable=disable,
            dynamic_ncols=True,
        ) as drawn:
            yield drawn


SILENT = Progress(shown=False)
"""For those who call the library from their own programs."""
