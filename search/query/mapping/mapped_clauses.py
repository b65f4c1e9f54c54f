"""What the untagged words of a Boolean query require, once they are mapped."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from index.core.text_normalization import folded_words
from index.engine.filter_expression import AnyOf
from search.query.clauses import Clause, join
from search.query.field_tags import ALL
from search.query.mapping.automatic_mapping import MappedTerm, folded, is_mapped_word
from search.query.stopwords import STOP_WORDS

Kept = TypeVar("Kept")

_NAMES = {"mh": "MeSH", "pt": "publication type", "nm": "substance", "ta": "journal"}


class ClauseReader(Protocol):
    """Makes clauses of texts, as they would be read with a field tag."""

    def tagged(self, text: str, tag: str) -> Clause | None:
        """Require a text in the field of a tag."""

    def in_any_field(self, word: str) -> Clause:
        """Require a word in any field."""


def mapped_clause(term: MappedTerm, read: ClauseReader, spellings: Callable[[str], Sequence[str]]) -> Clause | None:
    """Return what a term requires: what it names, or its words; a person's name is no words.

    Args:
        term: The term.
        read: Makes the parts.
        spellings: Returns a word with its other spellings.
    """
    if not is_mapped_word(term.typed):
        return read.in_any_field(term.typed)
    tagged = [clause for text, tag in term.tagged if (clause := read.tagged(text, tag))]
    parts: tuple[Clause, ...] = (
        *tagged,
        *(_word_clauses(term, read, spellings) if term.as_words or not tagged else ()),
    )
    if not parts or not (tagged or parts[0].words):  # a word that means something else, such as "hasabstract"
        return parts[0] if parts else None
    if len(parts) == 1:
        return replace(parts[0], words=term.typed, typed=term.typed)
    named = ", ".join(f"{_NAMES[tag]} {text}" for text, tag in term.tagged)
    return Clause(
        f"{term.typed} as {named} or words",
        AnyOf(tuple(part.filter_expression for part in parts)),
        term.typed,
        "OR",
        parts,
        typed=term.typed,
    )


def _word_clauses(term: MappedTerm, read: ClauseReader, spellings: Callable[[str], Sequence[str]]) -> Iterator[Clause]:
    """Yield what holds the words typed, or those of the heading; a single word in any spelling."""
    texts = {text: _words(text) for text in (term.typed, term.heading)}
    spelt = [spelling for words in texts.values() if len(words) == 1 for spelling in spellings(words[0])]
    if single := _each_once((spelling, folded(spelling)) for spelling in spelt):
        yield _joined("OR", single, read)
    several = _each_once((tuple(words), frozenset(map(folded, words))) for words in texts.values() if len(words) > 1)
    yield from (_joined("AND", words, read) for words in several)


def _each_once(keyed: Iterable[tuple[Kept, Hashable]]) -> list[Kept]:
    """Return the first of all with the same key."""
    first: dict[Hashable, Kept] = {}
    for kept, key in keyed:
        first.setdefault(key, kept)
    return list(first.values())


def _words(text: str) -> list[str]:
    """Return the words that must be there: common ones only where there are no others."""
    words = [word.strip(",.;:") for word in text.split() if folded_words(word)]
    return [word for word in words if folded(word) not in STOP_WORDS] or words


def _joined(operator: str, words: Sequence[str], read: ClauseReader) -> Clause:
    """Join words in any field to one line: their own counts would hide those of the terms."""
    clause = join(operator, tuple(read.in_any_field(word) for word in words))
    between = f" {operator} " if operator == "AND" else " or "
    described = f"{between.join(words)} in {ALL.description}" if len(words) > 1 else clause.description
    return replace(clause, description=described, operator="", parts=())
