"""What all readers of terms share: the vocabulary, the warnings, and the error for a term that cannot be answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from index.engine.filter_expression import AnyOf, Everything, FilterExpression
from index.lexical.matches import TokenSpan
from search.query.field_tags import Tag

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh


class Unanswerable(Exception):
    """A term cannot be answered: it must neither widen nor invert the rest of the query.

    Attributes:
        reason: Why not, a sentence or more.
        instead: The words or the tag ("[ti]") that were perhaps meant, or "".
    """

    def __init__(self, reason: str, instead: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.instead = instead


@dataclass
class Reading:
    """One query while it is read.

    Attributes:
        stems: The index's analyser.
        mesh: The vocabulary, where it is loaded.
        today: The day from which "last 5 years" counts.
        warnings: What was perhaps not read as intended.
    """

    stems: Callable[[str], Sequence[TokenSpan]]
    mesh: "Mesh | None"
    today: date
    warnings: list[str] = field(default_factory=list)


def in_any_field(tag: Tag, restrict: Callable[[str], FilterExpression]) -> FilterExpression:
    """Join what each field of a tag must hold by OR."""
    parts = tuple(restrict(name) for name in tag.fields)
    return parts[0] if len(parts) == 1 else AnyOf(parts) if parts else Everything()


def letters_of(text: str) -> str:
    """Return the letters and digits of a name, in lower case."""
    return "".join(character for character in text.lower() if character.isalnum())
