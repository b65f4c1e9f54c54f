"""Honest absence: the rarest word of a question, where none of the first articles has it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from search.filters.filters import Filters
from search.query.query import Absence
from search.results import Hit
from search.retrieval.pipeline import PreparedQuery, select_articles
from search.retrieval.rarity import InverseDocumentFrequency

if TYPE_CHECKING:
    from search.serving.open_build import OpenBuild

FIRST = 10
"""How many of the first articles are looked at."""

RARE = 20
"""Of words that more than one article in so many has, nothing is said: they tell no articles apart."""


def absent_word(prepared: PreparedQuery, hits: Sequence[Hit], filters: Filters, serving: "OpenBuild") -> Absence | None:
    """Return the rarest word that the library has and the first articles lack; None where they have it.

    Args:
        prepared: The query; one with operators or tags says itself which words articles must have.
        hits: The first page, best first.
        filters: The chosen filters.
        serving: The build.
    """
    read_as, index = prepared.query.read_as, prepared.index
    first = hits[:FIRST]
    if read_as.clause or not first:
        return None
    rarity = InverseDocumentFrequency(index)
    held = [term for term in read_as.distinct if term.word.isalpha() and index.document_frequency(term.stem)]
    rarest = max(held, key=lambda term: rarity[term.stem], default=None)
    if rarest is None or index.document_frequency(rarest.stem) * RARE > index.count():
        return None
    named = {word for translation in read_as.translations for word in translation.words.split()}
    # What is called otherwise, too, may be there under that name.
    if rarest.word in named or any(rarest.word in hit.why.matched for hit in first):
        return None
    text = f"{rarest.word}[tiab]"
    articles = select_articles(text, filters, serving).count
    return Absence(rarest.word, len(first), articles, text) if articles else None
