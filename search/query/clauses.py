"""What a query demands, part by part, in words and with counts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.engine.filter_expression import AllOf, AnyOf, FilterExpression, Without

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

PARTS_COUNTED = 100
"""A search strategy has a few dozen parts; each is counted by itself."""

_JOINED = {"AND": " AND ", "OR": " OR ", "NOT": " NOT "}


@dataclass(frozen=True, slots=True)
class Clause:
    """One demand, or several joined.

    Attributes:
        description: The demand in words.
        restriction: What it keeps.
        words: What of it can rank articles by meaning and words.
        operator: What joins its parts: "AND", "OR", "NOT", or "" where it has none.
        parts: The parts, in the order typed.
        count: How many articles it keeps by itself; None where it was not counted.
    """

    description: str
    restriction: FilterExpression
    words: str = ""
    operator: str = ""
    parts: tuple["Clause", ...] = ()
    count: int | None = None

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `demands`."""
        own: dict[str, object] = {"says": self.description, "count": self.count}
        return own | ({"operator": self.operator, "parts": [p.to_json() for p in self.parts]} if self.parts else {})


def join(operator: str, parts: tuple[Clause, ...]) -> Clause:
    """Join parts from left to right by one operator; NOT takes all further parts from the first."""
    if len(parts) == 1:
        return parts[0]
    kept = tuple(part.restriction for part in parts)
    if operator == "OR":
        restriction: FilterExpression = AnyOf(kept)
    elif operator == "NOT":
        restriction = AllOf((kept[0], *(Without(part) for part in kept[1:])))
    else:
        restriction = AllOf(kept)
    description = _JOINED[operator].join(f"({part.description})" if part.parts else part.description for part in parts)
    ranking = parts[:1] if operator == "NOT" else parts
    words = " ".join(part.words for part in ranking if part.words)
    return Clause(description, restriction, words, operator, parts)


def counted(part: Clause, index: "SearchIndex") -> Clause:
    """Count what each part keeps by itself; of very many, the first."""
    left = iter(range(PARTS_COUNTED))
    return _counted(part, index, left)


def _counted(part: Clause, index: "SearchIndex", left: Iterator[int]) -> Clause:
    count = None if next(left, None) is None else index.select(part.restriction).count
    return replace(part, count=count, parts=tuple(_counted(inner, index, left) for inner in part.parts))
