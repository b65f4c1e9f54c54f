"""Which MeSH headings a question names, and their other names: PubMed's automatic term mapping, for ranking.

The other names find articles that use other words. They restrict nothing: a question still leaves nothing out, and a
heading that was not meant ("pet" as Pets) costs little, because an article must contain another name as a whole, and
even then counts less than what was typed (`index.lexical.bm25_query`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from index.core.text_normalization import folded_words
from index.lexical.matches import Translation
from search.query.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh

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
    translations: dict[str, Translation] = {}
    for run, ui in _longest_names(words, mesh.named(sorted(set(_runs(words))))):
        descriptor = mesh.descriptor(ui)
        if descriptor:
            translations.setdefault(ui, Translation(run, descriptor.name, descriptor.entry_terms))
    return tuple(translations.values())


def _runs(words: Sequence[str]) -> Iterator[str]:
    for start in range(len(words)):
        yield from (run for _, run in _runs_from(words, start))


def _runs_from(words: Sequence[str], start: int) -> Iterator[tuple[int, str]]:
    """Yield the end and the text of each run that begins at `start`, the longest first."""
    for end in range(min(len(words), start + LONGEST_NAME), start, -1):
        run = " ".join(words[start:end])
        if end - start > 1 or (len(run) >= SHORTEST_WORD and run not in STOP_WORDS):
            yield end, run


def _longest_names(words: Sequence[str], headings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    start = 0
    while start < len(words):
        end, run = next(((end, run) for end, run in _runs_from(words, start) if run in headings), (start + 1, ""))
        if run:
            yield run, headings[run]
        start = end
