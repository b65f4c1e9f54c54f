"""A strategy of another house as a tree, before it is written in PubMed's language."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Words:
    """Words side by side, as typed, truncation marks included; a phrase."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """What is already written in PubMed's language: a heading, a reference to a line, a limit; "" for no equal."""

    text: str


@dataclass(frozen=True, slots=True)
class Fielded:
    """A part searched in fields, by the house's own codes."""

    node: "Node"
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined from left to right by one operator: "AND", "OR" or "NOT"."""

    operator: str
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Nearby:
    """Parts near each other.

    Attributes:
        parts: Two or more.
        between: How many words may stand between them.
        ordered: Whether they must stand in this order.
        typed: The operator as typed.
    """

    parts: tuple["Node", ...]
    between: int
    ordered: bool
    typed: str


Node: TypeAlias = Words | Literal | Fielded | Joined | Nearby
