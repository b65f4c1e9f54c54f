"""Which MeSH descriptors an article is about, each with all its names, so that a model learns that they mean the same.

New records wait months for their indexing. Until then an article's keywords and title say much of it: where one of
them is a name of a descriptor, as the library's vocabulary has it, the article counts as being about that descriptor.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.lexical.mesh import Descriptor
from index.records.article import Article, MeshHeading
from index.records.passages import searched_title

Names = tuple[str, ...]
"""All names of one descriptor, the preferred one first."""

_WORD = re.compile(r"[^\W_]+")
_LONGEST_NAME = 6  # words of a title that are looked up together
_SHORTEST_WORD = 6  # letters: a single short word of a title ("gene", "role") names too much
_LONGEST_TERM = 80  # characters: longer ones are chemical formulas


@dataclass(frozen=True, slots=True)
class HeadingNames:
    """A vocabulary for looking up what texts name.

    Attributes:
        names: The names of each descriptor.
        positions: For each spelling of a name the descriptor's position in `names`.
    """

    names: tuple[Names, ...]
    positions: dict[str, int]

    @classmethod
    def of_vocabulary(cls, descriptors: Iterable[Descriptor]) -> "HeadingNames":
        """Make it from a vocabulary; a name of two descriptors means the one whose preferred name it is."""
        all_descriptors = list(descriptors)
        names = tuple(
            (
                descriptor.name,
                *(term for term in descriptor.entry_terms if len(term) <= _LONGEST_TERM and term != descriptor.name),
            )
            for descriptor in all_descriptors
        )
        positions: dict[str, int] = {}
        for preferred in (True, False):
            for position, descriptor in enumerate(all_descriptors):
                for term in (descriptor.name,) if preferred else descriptor.entry_terms:
                    for spelling in _spellings(term):
                        positions.setdefault(spelling, position)
        return cls(names, positions)

    def of_article(self, article: Article) -> tuple[Names, ...]:
        """Return the descriptors of an article's main headings, keywords and title, each once, in that order.

        Headings that are not a main point of the article say little ("Humans", "Adult") and do not count.
        """
        main = [heading for heading in article.mesh if _is_main(heading)]
        names_by_heading = {heading.name: self._names_of(heading) for heading in main}
        keywords = (self.positions.get(_key(keyword.text)) for keyword in article.keywords)
        for position in (*keywords, *self._descriptors_in(searched_title(article))):
            if position is not None:
                names = self.names[position]
                names_by_heading.setdefault(names[0], names)
        return tuple(names_by_heading.values())

    def _names_of(self, heading: MeshHeading) -> Names:
        """Return all names of a heading, with each of its qualifiers behind the preferred one."""
        position = self.positions.get(_key(heading.name))
        names = (heading.name,) if position is None else self.names[position]
        return *names, *(f"{heading.name} {qualifier.name}" for qualifier in heading.qualifiers)

    def _descriptors_in(self, text: str) -> Iterator[int]:
        """Yield the descriptors that a text names, longest names first."""
        words = _key(text).split()
        start = 0
        while start < len(words):
            length_taken = 1
            for length in range(min(_LONGEST_NAME, len(words) - start), 0, -1):
                key = " ".join(words[start : start + length])
                if key in self.positions and (length > 1 or len(key) >= _SHORTEST_WORD):
                    yield self.positions[key]
                    length_taken = length
                    break
            start += length_taken


def _is_main(heading: MeshHeading) -> bool:
    return heading.major or any(qualifier.major for qualifier in heading.qualifiers)


def _spellings(term: str) -> set[str]:
    """Return the keys of a term as it is and inverted: "Diabetes Mellitus, Type 2", "Type 2 Diabetes Mellitus"."""
    return {_key(term), _key(" ".join(reversed(term.split(", "))))} - {""}


def _key(text: str) -> str:
    """Return a text's words in lower case without a plural's s."""
    return " ".join(_singular(word) for word in _WORD.findall(text.lower()))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > len("lens") and word.endswith("s") and not word.endswith("ss") else word
