"""What the reader's terminal can show."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, TextIO

WIDTH_UNKNOWN, WIDTH_LEAST, WIDTH_MOST = 80, 40, 100
PLAIN = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the reader's terminal can show.

    Attributes:
        width: Columns to fill.
        colour: Whether bold and colour may be used.
    """

    width: int = WIDTH_UNKNOWN
    colour: bool = False

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str] = os.environ) -> Self:
        """Look at a stream; colour needs a terminal and respects `NO_COLOR` (https://no-color.org)."""
        is_terminal = stream.isatty()
        columns = shutil.get_terminal_size((WIDTH_UNKNOWN, 24)).columns if is_terminal else WIDTH_UNKNOWN
        colour = is_terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
        return cls(max(WIDTH_LEAST, min(columns, WIDTH_MOST)), colour)

    def paint(self, text: str, code: str) -> str:
        """Return the text in a colour or weight, or unchanged if the terminal has none."""
        return f"{code}{text}{PLAIN}" if self.colour and text else text
