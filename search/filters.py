"""What restricts a search: the years, and the slice of the ranked list that is wanted."""

import operator
from dataclasses import dataclass
from typing import Self

from index.errors import QueryError

FIRST_YEAR = 1000
LAST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class Years:
    """A closed range of publication years; an article counts by the first year that its date can mean.

    Attributes:
        first: First year wanted, or None for no lower bound.
        last: Last year wanted, or None for no upper bound.
    """

    first: int | None
    last: int | None

    def __post_init__(self) -> None:
        for year in (self.first, self.last):
            if year is not None and not FIRST_YEAR <= _whole(year, "A year") <= LAST_YEAR:
                raise QueryError(f"{year} is not a year: give four digits, such as 2015-2021.")
        if self.first is not None and self.last is not None and self.first > self.last:
            raise QueryError(
                f"The years {self.first}-{self.last} run backwards. Did you mean {self.last}-{self.first}?"
            )

    @classmethod
    def between(cls, years: "Years | tuple[int | None, int | None] | None") -> Self | None:
        """Read a caller's (first, last) pair; None, or a pair without any bound, is no filter.

        Raises:
            QueryError: A year without four digits, or a range that runs backwards.
            TypeError: A year that is not a whole number, or not a pair.
        """
        if years is None:
            return None
        if isinstance(years, Years):
            years = years.pair
        if not isinstance(years, tuple | list) or len(years) != 2:  # noqa: PLR2004 - a pair
            raise TypeError(f"years is a pair such as (2015, 2021) or (2015, None), not {years!r}")
        return None if years[0] is None and years[1] is None else cls(*years)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2015-2021", "2015-", "-2021" or "2015".

        Raises:
            QueryError: The text is none of these, or the range runs backwards.
        """
        first, dash, last = text.strip().partition("-")
        bounds = [first.strip(), last.strip() if dash else first.strip()]
        if not any(bounds) or not all(bound.isascii() and bound.isdigit() for bound in bounds if bound):
            raise QueryError(f"The years {text!r} cannot be read. Write 2015-2021, 2015-, -2021 or 2015.")
        return cls(*(int(bound) if bound else None for bound in bounds))

    @property
    def pair(self) -> tuple[int | None, int | None]:
        """The range as the index takes it."""
        return (self.first, self.last)

    def __str__(self) -> str:
        """Return "2015-2021", "from 2015", "to 2021" or "2015"."""
        if self.first is None:
            return f"to {self.last}"
        if self.last is None:
            return f"from {self.first}"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of the ranked list is wanted.

    Attributes:
        limit: How many hits, 1 or more.
        offset: How many to pass over first, 0 or more.
    """

    limit: int
    offset: int

    def __post_init__(self) -> None:
        if _whole(self.limit, "limit") < 1:
            raise ValueError(f"limit is the number of hits wanted, 1 or more, not {self.limit}")
        if _whole(self.offset, "offset") < 0:
            raise ValueError(f"offset is the number of hits to pass over, 0 or more, not {self.offset}")

    @property
    def end(self) -> int:
        """Rank after the last one wanted."""
        return self.offset + self.limit


def _whole(number: object, what: str) -> int:
    # True is an int to Python, and a year of "1" by accident is worse than an error.
    if isinstance(number, bool) or not hasattr(number, "__index__"):
        raise TypeError(f"{what} is a whole number, not {number!r}")
    return operator.index(number)
