"""What the untagged words of a Boolean query require, once they are mapped."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from index.core.text_normalization import folded_words
from index.engine.filter_expression import AnyOf
from search.query.clauses import Clause
from search.query.field_tags import ALL
from search.query.mapping.automatic_mapping import MappedTerm, is_mapped_word

_NAMES = {"mh": "MeSH", "pt": "publication type", "nm": "substance", "ta": "journal"}


class ClauseReader(Protocol):
    """Makes clauses of texts, as they would be read with a field tag."""

    def tagged(self, text: str, tag: str) -> Clause | None:
        """Require a text in the field of a tag."""

    def in_any_field(self, text: str) -> Clause | None:
        """Require every word of a text, in any field."""


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
    parts = (*tagged, *(_word_clauses(term, read, spellings) if term.as_words or not tagged else ()))
    if len(parts) <= 1:
        return replace(parts[0], words=term.typed, typed=term.typed) if parts else None
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
    texts = [term.typed]
    if set(folded_words(term.heading)) - set(folded_words(term.typed)):
        texts.append(term.heading)
    single = [text for text in texts if len(text.split()) == 1]
    if words := dict.fromkeys(word for text in single for word in spellings(text)):
        yield from _any_of(list(words), read)
    for text in texts:
        if text not in single and (clause := read.in_any_field(text)):
            yield clause


def _any_of(words: Sequence[str], read: ClauseReader) -> Iterator[Clause]:
    clauses = [clause for word in words if (clause := read.in_any_field(word))]
    if len(clauses) <= 1:
        yield from clauses
        return
    *first, last = words
    yield Clause(
        f"{', '.join(first)} or {last} in {ALL.description}",
        AnyOf(tuple(clause.filter_expression for clause in clauses)),
    )
