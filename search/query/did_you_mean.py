"""Words that no article has, and what may have been meant."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from search.query.query import Suggestion, Term
from search.query.query_reader import cleaned_query

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

WORDS_CHECKED = 20
LEAST_CHECKED = 4
"""Letters; of three, almost everything is one edit away from a word."""


def check_spelling(
    text: str, terms: Sequence[Term], index: "SearchIndex"
) -> tuple[tuple[str, ...], tuple[Suggestion, ...]]:
    """Look for words of a query that no article has.

    Args:
        text: The query as typed.
        terms: Its significant words; the first `WORDS_CHECKED` are looked up, those cut off by a `*` passed over.
        index: The build.

    Returns:
        A warning for each such word, and a suggestion for each that has a near one.
    """
    warnings, suggestions = [], []
    cut = {word.rstrip("*") for word in re.findall(r"[^\W_]+\*", cleaned_query(text).lower())} if "*" in text else set()
    for term in terms[:WORDS_CHECKED]:
        if (
            term.word in cut
            or len(term.word) < LEAST_CHECKED
            or not term.word.isalpha()
            or index.document_frequency(term.stem)
        ):
            continue
        warnings.append(f"No article has {term.word!r}.")
        if suggested := index.suggest(term.word):
            suggestions.append(Suggestion(term.word, suggested, _put_right(text, {term.word: suggested})))
    return tuple(warnings), tuple(suggestions)


def corrected(text: str, suggestions: Sequence[Suggestion]) -> str:
    """Return a query with all suggestions followed."""
    return _put_right(text, {suggestion.found: suggestion.suggested for suggestion in suggestions})


def _put_right(text: str, words: dict[str, str]) -> str:
    """Return a query, white space made single, with whole words replaced whatever their case."""
    for found, suggested in words.items():
        # A word ends where letters and digits end, as in the index; "_" belongs to no word.
        word = rf"(?<![^\W_]){re.escape(found)}(?![^\W_])"
        text = re.sub(word, suggested, cleaned_query(text), flags=re.IGNORECASE)
    return text
