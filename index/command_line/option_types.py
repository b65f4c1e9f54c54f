"""Readers of option values, for argparse's `type`: each refuses what no number of that kind can be."""

import argparse
import math
from collections.abc import Callable

# What every library that gets these numbers can hold.
MOST = 2**31 - 1


def whole_number(lowest: int, highest: int = MOST) -> Callable[[str], int]:
    """Return a reader of a whole number within bounds, both included."""

    def read(text: str) -> int:
        digits = text.removeprefix("-")
        # Ten digits are more than `MOST` has; of thousands, Python itself refuses to make a number.
        number = (
            int(text) if digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) <= len(str(MOST)) else None
        )
        if number is None or not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(f"expected a whole number from {lowest} to {highest}, not {_short(text)}")
        return number

    return read


def above_zero(text: str) -> float:
    """Read a number above 0 that is not infinite."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number above 0, not {_short(text)}")
    return number


def zero_or_more(text: str) -> float:
    """Read a number of 0 or more that is not infinite."""
    return 0.0 if text.strip() in {"0", "0.0"} else above_zero(text)


positive = whole_number(1)


def _short(text: str, most: int = 60) -> str:
    return repr(text if len(text) <= most else f"{text[:most]}…")
