"""Other words for the words of a query: names of the same MeSH heading, abbreviations and their long forms."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.lexical.matches import TokenSpan, Translation
from search.query.mapping.term_mapping import SHORTEST_WORD

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

_SHORT_FORM = re.compile(r"[(\[]([^\W_][\w-]{1,9})[)\],;]")


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words that stand for words of a query.

    Attributes:
        stems: The words side by side, as the index keeps them.
        means: Stems of the query that they stand for.
    """

    stems: tuple[str, ...]
    means: frozenset[str]


def other_names(translations: Iterable[Translation], query_stems: Set[str], index: "SearchIndex") -> Iterator[Synonym]:
    """Yield the other names of the MeSH headings in a query.

    Args:
        translations: The headings.
        query_stems: Stems of the query.
        index: Provides the analyser.
    """
    for heading in translations:
        typed_stems = tuple(token.stem for token in index.stems(heading.words))
        means = query_stems & set(typed_stems)
        names = (name for name in (heading.heading, *heading.others) if len(name) >= SHORTEST_WORD)
        stems = dict.fromkeys(tuple(token.stem for token in index.stems(name)) for name in names)
        yield from (Synonym(name, frozenset(means)) for name in stems if means and name and name != typed_stems)


def abbreviations(text: str, query_stems: Set[str], index: "SearchIndex") -> Iterator[Synonym]:
    """Find the abbreviations that a text explains, "heart failure (HF)", if a query has one of the two forms.

    Args:
        text: A title and its abstract.
        query_stems: Stems of the query.
        index: Provides the analyser.
    """
    for short, long in definitions(text):
        forms = tuple(tuple(token.stem for token in index.stems(form)) for form in (short, long))
        for queried, other in (forms, forms[::-1]):
            if queried and other and query_stems >= set(queried):
                yield Synonym(other, frozenset(queried))


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """Yield (short form, long form) pairs: a bracket after words with its letters in order, the first starts a word.

    Source:
        Schwartz, Hearst (2003), doi:10.1142/9789812776303_0042.
    """
    for match in _SHORT_FORM.finditer(text):
        short_form = match[1]
        if any(letter.isupper() for letter in short_form):
            words = text[: match.start()].split()
            words_before = " ".join(words[-min(len(short_form) + 5, 2 * len(short_form)) :])
            if long_form := _long_form(short_form, words_before):
                yield short_form, long_form


def _long_form(short: str, before: str) -> str | None:
    """Return the shortest end of a text with the letters of a short form in order, or None."""
    start = len(before)
    for index, letter in reversed(list(enumerate(short.lower()))):
        if not letter.isalnum():
            continue
        start = before.lower().rfind(letter, 0, start)
        # The first letter of the short form begins a word of the long one.
        while index == 0 and start > 0 and before[start - 1].isalnum():
            start = before.lower().rfind(letter, 0, start)
        if start < 0:
            return None
    long_form = before[start:].strip()
    return long_form if len(long_form) > len(short) else None


def occurrences(tokens: Sequence[TokenSpan], synonyms: Sequence[Synonym]) -> Iterator[tuple[Synonym, int]]:
    """Yield each synonym in a sentence, with the position of its first word."""
    by_first_stem: dict[str, list[Synonym]] = {}
    for synonym in synonyms:
        by_first_stem.setdefault(synonym.stems[0], []).append(synonym)
    for start, token in enumerate(tokens):
        for synonym in by_first_stem.get(token.stem, ()):
            if tuple(follower.stem for follower in tokens[start : start + len(synonym.stems)]) == synonym.stems:
                yield synonym, start
