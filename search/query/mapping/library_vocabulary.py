"""A library's own vocabulary: its MeSH, the values of its articles, their words."""

from collections.abc import Mapping, Sequence, Set
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

    def heading_starts(self, starts: Sequence[str]) -> Set[str]:
        """Return those of these texts with which the folded name of a MeSH heading begins."""
        return self.mesh.starts(starts)

    def holds(self, field: str, value: str, *, start: bool = False) -> bool:
        """Return whether articles have a value in a field, with `start` one that begins so."""
        return self.index.has_value(field, value, start=start)

    def has_word(self, word: str) -> bool:
        """Return whether titles or abstracts have a folded word, written exactly so."""
        return self.index.has_exact_word(word)
