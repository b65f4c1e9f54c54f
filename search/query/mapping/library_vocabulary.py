"""A library's own vocabulary: its MeSH, the values of its articles, their words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.lexical.mesh import Heading, Mesh


@dataclass(frozen=True, slots=True)
class LibraryVocabulary:
    """What `AutomaticMapping` looks words up in, of one open build."""

    mesh: "Mesh"
    index: "SearchIndex"

    def headings(self, names: Sequence[str]) -> Mapping[str, "Heading"]:
        """Return the MeSH heading of each folded name that has one."""
        return self.mesh.named(names)

    def holds(self, field: str, value: str) -> bool:
        """Return whether articles have a value in a field."""
        return self.index.has_value(field, value)

    def has_word(self, word: str) -> bool:
        """Return whether titles or abstracts have a folded word, written exactly so."""
        return self.index.has_exact_word(word)
