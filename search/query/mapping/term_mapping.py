"""Which concepts a question names, and their other names, for ranking; and how words are divided into names.

The other names find articles that use other words. They restrict nothing: a question still leaves nothing out, and a
heading that was not meant ("pet" as Pets) costs little, because an article must contain another name as a whole, and
even then counts less than what was typed (`index.lexical.bm25_query`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from index.core.text_normalization import folded_words
from index.lexical.matches import NameKind, Translation
from search.query.mapping.short_forms import NONE, QueryAbbreviations
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


ORDINARY = 200
"""An everyday name of one word that more than one in so many articles has is none. It needs no translation, or it is an
ordinary word that is a brand as well: Focus, Impact, Today."""


@dataclass(frozen=True, slots=True)
class Concept:
    """What words name: the MeSH descriptor, where there is one, the concept's name, and whose name the words are."""

    ui: str | None
    name: str
    kind: NameKind


def never(word: str) -> bool:  # noqa: ARG001 - what an `is_ordinary` takes
    """Return that no word is ordinary, where no index counts them."""
    return False


def translate(
    text: str,
    mesh: "Mesh | None",
    is_ordinary: Callable[[str], bool] = never,
    abbreviations: QueryAbbreviations = NONE,
) -> tuple[Translation, ...]:
    """Find what a text names: from the left, the longest run of words first; each concept once.

    Of the same words, an abbreviation in capitals comes first, then the name of a heading, an everyday name, and an
    abbreviation in small letters.

    Args:
        text: Plain words.
        mesh: The vocabulary; without one only abbreviations are translated.
        is_ordinary: Whether so many articles have a word that it is no everyday name.
        abbreviations: Those of its words that the library knows.
    """
    words = folded_words(text)[: MAX_WORDS + 1]
    if not (mesh or abbreviations) or not words or len(words) > MAX_WORDS:
        return ()
    runs = sorted({" ".join(words[start:end]) for start in range(len(words)) for end in run_ends(words, start)})
    concepts = _concepts(runs, mesh, is_ordinary, abbreviations)
    translations: dict[str, Translation] = {}

    def named(start: int, end: int) -> Concept | None:
        return concepts.get(" ".join(words[start:end]))

    for start, end, concept in longest_runs(words, named, shorter=abbreviations.written.keys() | abbreviations.likely):
        if concept:
            run = " ".join(words[start:end])
            descriptor = mesh.descriptor(concept.ui) if mesh and concept.ui else None
            others = descriptor.entry_terms if descriptor else ()
            short_forms = abbreviations.short_forms.get(run, ())
            translations.setdefault(
                concept.ui or concept.name, Translation(run, concept.name, others, concept.kind, short_forms)
            )
    return tuple(translations.values())


def _concepts(
    runs: Sequence[str], mesh: "Mesh | None", is_ordinary: Callable[[str], bool], abbreviations: QueryAbbreviations
) -> Mapping[str, Concept]:
    """Return what each run names, if anything."""
    headings = mesh.named(runs) if mesh else {}
    everyday = mesh.everyday(runs) if mesh else {}
    # A heading with the long form among its names says all that the abbreviation does.
    written = {
        run: meaning
        for run, meaning in abbreviations.written.items()
        if run not in headings or headings[run].ui != meaning.ui
    }
    return {
        **{run: Concept(None, run, NameKind.LONG_FORM) for run in abbreviations.short_forms},
        **{run: Concept(one.ui, one.long, NameKind.ABBREVIATION) for run, one in abbreviations.likely.items()},
        **{run: Concept(one.ui, one.name, NameKind.EVERYDAY) for run, one in everyday.items() if not is_ordinary(run)},
        **{run: Concept(one.ui, one.name, NameKind.MESH) for run, one in headings.items()},
        **{run: Concept(one.ui, one.long, NameKind.ABBREVIATION) for run, one in written.items()},
    }


def run_ends(words: Sequence[str], start: int, shorter: Set[str] = frozenset()) -> Iterator[int]:
    """Yield where the runs of words that begin at `start` and may be names end, the longest first.

    Args:
        words: Folded words.
        start: Where the runs begin.
        shorter: Words that may be names although they have less than `SHORTEST_WORD` letters.
    """
    for end in range(min(len(words), start + LONGEST_NAME), start, -1):
        word = words[start]
        if end - start > 1 or word in shorter or (len(word) >= SHORTEST_WORD and word not in STOP_WORDS):
            yield end


def longest_runs(
    words: Sequence[str], find: Callable[[int, int], Found | None], *, shorter: Set[str] = frozenset()
) -> Iterator[tuple[int, int, Found | None]]:
    """Divide words into names, from the left, the longest run of words first, and single words that are none.

    Args:
        words: Folded words.
        find: Returns what the words from a start to an end name, or None.
        shorter: As for `run_ends`.

    Yields:
        Start and end of each part, and what it names; None for a single word that names nothing.
    """
    start = 0
    while start < len(words):
        named = ((end, found) for end in run_ends(words, start, shorter) if (found := find(start, end)) is not None)
        end, found = next(named, (start + 1, None))
        yield start, end, found
        start = end
