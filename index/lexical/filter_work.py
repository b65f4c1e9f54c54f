"""How much of an index one filter may read: counted, not timed, so that the same one always gets the same answer."""

from dataclasses import dataclass
from typing import Self

from index.core.errors import QueryError

UNITS_PER_ARTICLE = 2_500
LEAST_LIMIT = 50_000_000
"""One processor second, at some 20 ns a unit: what `UNITS_PER_ARTICLE` gives for 20,000 articles."""

TERM = 100
"""Looking up a word in one field. A unit is one article in the list of a word."""

PHRASE = 4_000
"""Preparing a phrase in one field. Each article in the list of its rarest word costs `POSITIONS` more."""

POSITIONS = 5
PLACE = 10
"""The same where the rows are taken one by one, as for words near each other."""

COMPARED = 5
"""One row of such words compared with the rows of another."""

SEARCH = 10_000
"""One query of words. Each article that it finds costs `ROW` more."""

ROW = 10
VALUE = 500
"""Looking up one value of a field, or one range of dates. Each date that is compared with all ranges is one more."""


@dataclass(slots=True)
class FilterWork:
    """The work of one filter.

    Attributes:
        limit: The most that it may do, in units.
        done: What it has done so far.
    """

    limit: int
    done: int = 0

    @classmethod
    def on(cls, articles: int) -> Self:
        """Return the work that a filter may do in an index of so many articles."""
        return cls(max(LEAST_LIMIT, UNITS_PER_ARTICLE * articles))

    def add(self, units: int) -> None:
        """Count work before it is done.

        Raises:
            QueryError: It is more than the filter may do.
        """
        self.done += units
        if self.done > self.limit:
            raise QueryError(
                f"This search would read more than {self.limit:,} entries of the index, the most that one search may. "
                "Write more letters before each *, use fewer terms, or search in parts."
            )
