"""Which concepts a question names, and their other names, for ranking; and how words are divided into names.

The other names find articles that use other words. They restrict nothing: a question still leaves nothing out, and a
heading that was not meant ("pet" as Pets) costs little, because an article must contain another name as a whole, and
even then counts less than what was typed (`index.lexical.bm25_query`).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from index.core.text_normalization import folded_words
from index.lexical.everyday_names import EverydayName
from index.lexical.matches import Translation
from search.query.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from index.lexical.mesh import Heading, Mesh

Found = TypeVar("Found")

MAX_WORDS = 64
"""A question has fewer; a pasted abstract names so many headings that none of them tells what it is about."""

LONGEST_NAME = 8
"""In words. Some chemicals have longer names; nobody types them into a question."""

SHORTEST_WORD = 3
"""Too many words of one or two letters are units, elements and initials."""


ORDINARY = 200
"""An everyday name of one word that more than one in so many articles has is none. It needs no translation, or it is an
ordinary word that is a brand as well: Focus, Impact, Today."""


def never(word: str) -> bool:  # noqa: ARG001 - what an `is_ordinary` takes
    """Return that no word is ordinary, where no index counts them."""
    return False


def translate(text: str, mesh: "Mesh | None", is_ordinary: Callable[[str], bool] = never) -> tuple[Translation, ...]:
    """Find what a text names: from the left, the longest run of words first; each concept once.

    Of the same words, the name of a heading comes before an everyday name.

    Args:
        text: Plain words.
        mesh: The vocabulary; without one nothing is translated.
        is_ordinary: Whether so many articles have a word that it is no everyday name.
    """
    words = folded_words(text)[: MAX_WORDS + 1]
    if mesh is None or not words or len(words) > MAX_WORDS:
        return ()
    runs = sorted({" ".join(words[start:end]) for start in range(len(words)) for end in run_ends(words, start)})
    everyday = {run: name for run, name in mesh.everyday(runs).items() if not is_ordinary(run)}
    concepts: dict[str, EverydayName | Heading] = {**everyday, **mesh.named(runs)}
    translations: dict[str, Translation] = {}

    def named(start: int, end: int) -> "EverydayName | Heading | None":
        return concepts.get(" ".join(words[start:end]))

    divided: Iterator[tuple[int, int, EverydayName | Heading | None]] = longest_runs(words, named)
    for start, end, concept in divided:
        if concept:
            run, by_people = " ".join(words[start:end]), isinstance(concept, EverydayName)
            descriptor = mesh.descriptor(concept.ui) if concept.ui else None
            others = descriptor.entry_terms if descriptor else ()
            translations.setdefault(concept.ui or concept.name, Translation(run, concept.name, others, by_people))
    return tuple(translations.values())


def run_ends(words: Sequence[str], start: int) -> Iterator[int]:
    """Yield where the runs of words that begin at `start` and may be names end, the longest first."""
    for end in range(min(len(words), start + LONGEST_NAME), start, -1):
        if end - start > 1 or (len(words[start]) >= SHORTEST_WORD and words[start] not in STOP_WORDS):
            yield end


def longest_runs(
    words: Sequence[str], find: Callable[[int, int], Found | None]
) -> Iterator[tuple[int, int, Found | None]]:
    """Divide words into names, from the left, the longest run of words first, and single words that are none.

    Args:
        words: Folded words.
        find: Returns what the words from a start to an end name, or None.

    Yields:
        Start and end of each part, and what it names; None for a single word that names nothing.
    """
    start = 0
    while start < len(words):
        named = ((end, found) for end in run_ends(words, start) if (found := find(start, end)) is not None)
        end, found = next(named, (start + 1, None))
        yield start, end, found
        start = end
