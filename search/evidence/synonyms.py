"""Other words for what a query says: names of the same MeSH heading, an abbreviation and what it stands for."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.lexical.matches import TokenSpan, Translation
from search.query.term_mapping import SHORTEST_WORD

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

_SHORT_FORM = re.compile(r"[(\[]([^\W_][\w-]{1,9})[)\],;]")


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words that stand for words of a query.

    Attributes:
        stems: The words side by side, as the index keeps them.
        means: Stems of the query.
    """

    stems: tuple[str, ...]
    means: frozenset[str]


def other_names(translations: Iterable[Translation], wanted: Set[str], index: "SearchIndex") -> Iterator[Synonym]:
    """Yield the other names of the MeSH headings that a query names.

    Args:
        translations: The headings.
        wanted: Stems of the query.
        index: Gives the analyser.
    """
    for heading in translations:
        typed = tuple(token.stem for token in index.stems(heading.words))
        means = wanted & set(typed)
        names = (name for name in (heading.heading, *heading.others) if len(name) >= SHORTEST_WORD)
        stems = dict.fromkeys(tuple(token.stem for token in index.stems(name)) for name in names)
        yield from (Synonym(name, frozenset(means)) for name in stems if means and name and name != typed)


def abbreviations(text: str, wanted: Set[str], index: "SearchIndex") -> Iterator[Synonym]:
    """Find the abbreviations that a text explains, "heart failure (HF)", where a query has one of both forms.

    Args:
        text: A title and its abstract.
        wanted: Stems of the query.
        index: Gives the analyser.
    """
    for short, long in definitions(text):
        forms = tuple(tuple(token.stem for token in index.stems(form)) for form in (short, long))
        for stands, other in (forms, forms[::-1]):
            if stands and other and wanted >= set(stands):
                yield Synonym(other, frozenset(stands))


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """Yield (short form, long form) pairs: a bracket behind words whose letters it takes, the first one's first.

    Source:
        Schwartz, Hearst (2003), doi:10.1142/9789812776303_0042.
    """
    for found in _SHORT_FORM.finditer(text):
        short = found[1]
        if any(letter.isupper() for letter in short):
            words = text[: found.start()].split()
            near = " ".join(words[-min(len(short) + 5, 2 * len(short)) :])
            if long := _long_form(short, near):
                yield short, long


def _long_form(short: str, before: str) -> str | None:
    """Return the shortest end of a text that has the letters of a short form in order, or None."""
    place = len(before)
    for number, letter in reversed(list(enumerate(short.lower()))):
        if not letter.isalnum():
            continue
        place = before.lower().rfind(letter, 0, place)
        # The first letter of the short form begins a word of the long one.
        while number == 0 and place > 0 and before[place - 1].isalnum():
            place = before.lower().rfind(letter, 0, place)
        if place < 0:
            return None
    long = before[place:].strip()
    return long if len(long) > len(short) else None


def occurrences(tokens: Sequence[TokenSpan], synonyms: Sequence[Synonym]) -> Iterator[tuple[Synonym, int]]:
    """Yield each synonym that stands in a sentence, and at which of its words it begins."""
    first: dict[str, list[Synonym]] = {}
    for synonym in synonyms:
        first.setdefault(synonym.stems[0], []).append(synonym)
    for place, token in enumerate(tokens):
        for synonym in first.get(token.stem, ()):
            if tuple(one.stem for one in tokens[place : place + len(synonym.stems)]) == synonym.stems:
                yield synonym, place
