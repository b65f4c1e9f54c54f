"""A strategy taken apart: what it requires of every article, and which part of it an article lacks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.engine.filter_expression import FilterExpression, Without
from search.filters.filters import Filters
from search.pasting.resolution import as_set, resolved
from search.query.clauses import Clause
from search.query.query import Query
from search.retrieval.pipeline import PreparedQuery

if TYPE_CHECKING:
    from search.serving.open_build import OpenBuild


@dataclass(frozen=True, slots=True)
class Required:
    """One thing that an article must be or have.

    Attributes:
        what: The requirement, in words.
        expression: What it keeps.
        line: The number of the strategy's line that it is, or None.
        filter: The field of `Filters` that it is; "" for a part of the strategy.
        demanded: Whether every article of the result must pass it; a line may be one alternative of several.
    """

    what: str
    expression: FilterExpression
    line: int | None = None
    filter: str = ""
    demanded: bool = True


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A numbered line of a strategy, as it is read where another line makes use of it."""

    number: int
    clause: Clause


def read_lines(query: Query, serving: "OpenBuild", *, mapping: bool) -> dict[str, ReadLine]:
    """Return the numbered lines of a strategy by what each requires, in words; of equal lines the first."""
    lines = query.read_as.lines
    read: dict[str, ReadLine] = {}
    for line in lines:
        text = resolved([*lines, line])
        joined = PreparedQuery.unencoded(as_set(text), Filters(), serving, mapping=mapping)
        clause = joined.query.read_as.clause
        if line.number and clause:
            read.setdefault(clause.parts[0].description, ReadLine(line.number, clause.parts[0]))
    return read


def required_of(clause: Clause | None, lines: Mapping[str, ReadLine]) -> Iterator[Required]:
    """Yield what a strategy requires, in the order typed, and then its lines that are required only with others.

    Args:
        clause: The strategy; None for a plain question, which requires nothing.
        lines: Its numbered lines, from `read_lines`.
    """
    seen: set[str] = set()
    for part, excluded in _required(clause) if clause else ():
        line = lines.get(part.description)
        expression = part.filter_expression
        what = f"NOT {f'({part.description})' if part.parts else part.description}" if excluded else part.description
        seen.add(part.description)
        yield Required(what, Without(expression) if excluded else expression, line.number if line else None)
    for what, line in lines.items():
        if what not in seen:
            yield Required(what, line.clause.filter_expression, line.number, demanded=False)


def _required(clause: Clause) -> Iterator[tuple[Clause, bool]]:
    """Yield the parts that are required, each with whether it is to be absent."""
    if clause.operator == "AND":
        for part in clause.parts:
            yield from _required(part)
    elif clause.operator == "NOT":
        yield from _required(clause.parts[0])
        yield from ((part, True) for part in clause.parts[1:])
    else:
        yield clause, False


def blamed(clause: Clause, passes: Callable[[Clause], bool]) -> Iterator[tuple[Clause, bool]]:
    """Yield the parts of a clause that keep an article out, each with whether it is the presence that does.

    Args:
        clause: What the article must pass.
        passes: Whether the article passes a part.
    """
    for part, excluded in _required(clause):
        if excluded and passes(part):
            yield from ((present, True) for present in _present(part, passes))
        elif not excluded and not passes(part):
            yield part, False


def _present(clause: Clause, passes: Callable[[Clause], bool]) -> Iterator[Clause]:
    """Yield the alternatives of an excluded part that the article has; what was mapped stays whole."""
    if clause.operator == "OR" and not clause.typed:
        for part in clause.parts:
            if passes(part):
                yield from _present(part, passes)
    else:
        yield clause
