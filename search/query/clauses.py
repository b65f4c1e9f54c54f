"""What a query requires, part by part, in words and with counts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from index.engine.filter_expression import AllOf, AnyOf, FilterExpression, Without

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.engine.selection import Selection

CHARACTERS_JOINED = 10_000
"""Of the description of a part, in that of the whole: all of any strategy, but not 100 kB on each of 200 levels."""

MAX_COUNTED = 100
"""A search strategy has a few dozen parts; each is counted by itself."""

_JOINED = {"AND": " AND ", "OR": " OR ", "NOT": " NOT "}


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement, or several joined.

    Attributes:
        description: The requirement in words.
        filter_expression: What it keeps.
        words: Its part that can rank articles by meaning and words.
        operator: What joins its parts: "AND", "OR", "NOT", or "" where it has none.
        parts: The parts, in the order typed.
        count: How many articles it keeps by itself; None where it was not counted.
        typed: The untagged words that were mapped to it; "" for none.
    """

    description: str
    filter_expression: FilterExpression
    words: str = ""
    operator: str = ""
    parts: tuple["Clause", ...] = ()
    count: int | None = None
    typed: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `demands`."""
        result: dict[str, object] = {"says": self.description, "count": self.count}
        return result | (
            {"operator": self.operator, "parts": [part.to_json() for part in self.parts]} if self.parts else {}
        )


def join(operator: str, parts: tuple[Clause, ...]) -> Clause:
    """Join parts from left to right by one operator; NOT takes all further parts from the first."""
    if len(parts) == 1:
        return parts[0]
    filter_expressions = tuple(part.filter_expression for part in parts)
    if operator == "OR":
        filter_expression: FilterExpression = AnyOf(filter_expressions)
    elif operator == "NOT":
        filter_expression = AllOf((filter_expressions[0], *(Without(part) for part in filter_expressions[1:])))
    else:
        filter_expression = AllOf(filter_expressions)
    descriptions = (shortened(part.description, CHARACTERS_JOINED) for part in parts)
    description = _JOINED[operator].join(
        f"({text})" if part.parts else text for part, text in zip(parts, descriptions, strict=True)
    )
    ranking = parts[:1] if operator == "NOT" else parts
    words = " ".join(part.words for part in ranking if part.words)
    return Clause(description, filter_expression, words, operator, parts)


def mapped_parts(clause: Clause) -> Iterator[Clause]:
    """Yield the parts of a clause that untagged words were mapped to, in the order typed."""
    return (part for part in _parts(clause) if part.typed)


def leaves(clause: Clause) -> Iterator[Clause]:
    """Yield the single requirements of a clause, in the order typed."""
    return (part for part in _parts(clause) if not part.parts)


def shortened(text: str, length: int) -> str:
    """Return a text, cut where it is longer."""
    return text if len(text) <= length else f"{text[:length]}…"


def select_and_count(clause: Clause, index: "SearchIndex") -> tuple["Selection", Clause]:
    """Select what a clause keeps, and count what each part keeps by itself; only the first `MAX_COUNTED` parts.

    Raises:
        QueryError: The clause would read too much of the index.
    """
    counted = [part.filter_expression for part in islice(_parts(clause), MAX_COUNTED)]
    selection, counts = index.select_counting(clause.filter_expression, counted)
    return selection, _with_counts(clause, iter(counts))


def _parts(clause: Clause) -> Iterator[Clause]:
    """Yield a clause and all its parts in the order typed, without recursion: generators within each other are slow."""
    waiting = [clause]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(part.parts))


def _with_counts(clause: Clause, counts: Iterator[int]) -> Clause:
    count = next(counts, None)
    return replace(clause, count=count, parts=tuple(_with_counts(part, counts) for part in clause.parts))
