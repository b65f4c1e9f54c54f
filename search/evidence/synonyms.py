"""Other words for the words of a query: names of the same MeSH heading, abbreviations and their long forms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from index.lexical.abbreviation_pairs import definitions
from index.lexical.matches import Tokens, Translation
from search.query.mapping.term_mapping import SHORTEST_WORD

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex


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
        typed_stems = tuple(index.stems(heading.words).stems)
        means = query_stems & set(typed_stems)
        names = (name for name in heading.names if len(name) >= SHORTEST_WORD or name in heading.short_forms)
        stems = dict.fromkeys(tuple(index.stems(name).stems) for name in names)
        yield from (Synonym(name, frozenset(means)) for name in stems if means and name and name != typed_stems)


def abbreviations(text: str, query_stems: Set[str], index: "SearchIndex") -> Iterator[Synonym]:
    """Find the abbreviations that a text explains, "heart failure (HF)", if a query has one of the two forms.

    Args:
        text: A title and its abstract.
        query_stems: Stems of the query.
        index: Provides the analyser.
    """
    pairs = list(definitions(text))
    tokens = index.stems("\n".join(chain.from_iterable(pairs)))  # cheaper than two calls a pair
    end = 0
    for pair in pairs:
        forms = []
        for form in pair:
            start, end = end, end + len(form) + 1
            forms.append(tuple(tokens.inside(start, end).stems))
        for queried, other in (forms, forms[::-1]):
            if queried and other and query_stems >= set(queried):
                yield Synonym(other, frozenset(queried))


def by_first_stem(synonyms: Iterable[Synonym]) -> Mapping[str, Sequence[Synonym]]:
    """Group synonyms by the stem of their first word."""
    grouped: dict[str, list[Synonym]] = {}
    for synonym in synonyms:
        grouped.setdefault(synonym.stems[0], []).append(synonym)
    return grouped


def occurrences(tokens: Tokens, synonyms: Mapping[str, Sequence[Synonym]]) -> Iterator[tuple[Synonym, int]]:
    """Yield each synonym in a sentence, with the position of its first word.

    Args:
        tokens: The sentence.
        synonyms: What is looked for, from `by_first_stem`.
    """
    stems = tokens.stems
    for start in [start for start, stem in enumerate(stems) if stem in synonyms] if synonyms else ():
        for synonym in synonyms[stems[start]]:
            if tuple(stems[start : start + len(synonym.stems)]) == synonym.stems:
                yield synonym, start
