"""Which MeSH headings a question names, and their other names, for ranking; and how words are divided into names.

The other names find articles that use other words. They restrict nothing: a question still leaves nothing out, and a
heading that was not meant ("pet" as Pets) costs little, because an article must contain another name as a whole, and
even then counts less than what was typed (`index.lexical.bm25_query`).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from index.core.text_normalization import folded_words
from index.lexical.matches import Translation
from search.query.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh

Found = TypeVar("Found")

MAX_WORDS = 64
"""A question has fewer; a pasted abstract names so many headings that none of them tells what it is about."""

LONGEST_NAME = 8
"""In words. Some chemicals have longer names; nobody types them into a question."""

SHORTEST_WORD = 3
"""Too many words of one or two letters are units, elements and initials."""


def translate(text: str, mesh: "Mesh | None") -> tuple[Translation, ...]:
    """Find the headings that a text names: from the left, the longest run of words first; each heading once.

    Args:
        text: Plain words.
        mesh: The vocabulary; without one nothing is translated.
    """
    words = folded_words(text)[: MAX_WORDS + 1]
    if mesh is None or not words or len(words) > MAX_WORDS:
        return ()
    runs = sorted({" ".join(words[start:end]) for start in range(len(words)) for end in run_ends(words, start)})
    headings = mesh.named(runs)
    translations: dict[str, Translation] = {}
    for start, end, heading in longest_runs(words, lambda start, end: headings.get(" ".join(words[start:end]))):
        if heading and (descriptor := mesh.descriptor(heading.ui)):
            run = " ".join(words[start:end])
            translations.setdefault(heading.ui, Translation(run, descriptor.name, descriptor.entry_terms))
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
