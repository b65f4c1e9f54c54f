"""Automatic term mapping: terms without a tag as headings with all under them, journals, authors, or words."""

from typing import TYPE_CHECKING

from tests.support.oracles.pubmed_guide.mesh_table import Name
from tests.support.oracles.pubmed_guide.subsets import in_subset
from tests.support.oracles.pubmed_guide.syntax import Term
from tests.support.oracles.pubmed_guide.tags import ALL
from tests.support.oracles.pubmed_guide.words import patterns_of, words_of

if TYPE_CHECKING:
    from tests.support.oracles.pubmed_guide.evaluator import Guide

FILTER_WORDS = {"hasabstract", "hasstructuredabstract"}


def untagged(guide: "Guide", term: Term) -> set[int]:
    """Return the articles that a term without a tag means.

    Quotation marks and truncation turn mapping off. Otherwise the longest beginning that is a heading's name or entry
    term, a journal or an author is mapped, and so on with what is left; single words are looked for in all fields.
    """
    field = guide.field(ALL)
    if term.text.strip().lower() in FILTER_WORDS:
        return in_subset(guide, term)
    if term.quoted:
        return field.with_phrase(patterns_of(term.text))
    pieces = term.text.split()
    found: set[int] | None = None
    while pieces:
        size, meaning = _longest(guide, pieces)
        found = meaning if found is None else found & meaning
        pieces = pieces[size:]
    return found or set()


def _longest(guide: "Guide", pieces: list[str]) -> tuple[int, set[int]]:
    if guide.mapped:
        for size in range(len(pieces), 0, -1):
            text = " ".join(pieces[:size])
            if "*" not in text and (meaning := _mapped(guide, text)) is not None:
                return size, meaning
    return 1, guide.field(ALL).with_phrase(patterns_of(pieces[0]))


def _mapped(guide: "Guide", text: str) -> set[int] | None:
    words = words_of(text)
    if not words:
        return None
    everywhere = _all_words(guide, text)
    if words in guide.mesh.names:
        name = guide.mesh.names[words]
        heading = guide.meaning(Term(" ".join(name), "mh"))
        return heading | everywhere | guide.field(ALL).with_all(name)
    if journal := guide.field(("ta",)).with_value(words):
        return journal | everywhere
    if len(words) > 1 and (authors := guide.meaning(Term(text, "au"))):
        return set(authors)
    return None


def _all_words(guide: "Guide", text: str) -> set[int]:
    field = guide.field(ALL)
    pieces: list[Name] = [patterns_of(piece) for piece in text.split()]
    return set.intersection(*(set(field.with_phrase(piece)) for piece in pieces if piece))
