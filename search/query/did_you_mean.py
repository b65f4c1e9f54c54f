"""Words that no article has, and what was probably meant."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from search.pasting.characters import lines_of
from search.query.query import Suggestion, Term
from search.query.query_reader import cleaned_query

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

MAX_WORDS_CHECKED = 20
MIN_LETTERS_CHECKED = 4
"""Almost every word of three letters is one edit away from another."""


def check_spelling(
    text: str, terms: Sequence[Term], index: "SearchIndex"
) -> tuple[tuple[str, ...], tuple[Suggestion, ...]]:
    """Look for words of a query that no article has.

    Args:
        text: The query as typed.
        terms: Its significant words; the first `MAX_WORDS_CHECKED` are looked up, those that end in `*` skipped.
        index: The build.

    Returns:
        A warning for each such word, and a suggestion for each that has a similar one.
    """
    warnings, suggestions = [], []
    cleaned = _cleaned(text)
    truncated = {word.rstrip("*") for word in re.findall(r"[^\W_]+\*", cleaned.lower())} if "*" in text else set()
    addresses = {word for token in text.lower().split() if "://" in token for word in re.findall(r"[^\W_]+", token)}
    for term in terms[:MAX_WORDS_CHECKED]:
        if (
            term.word in truncated | addresses
            or len(term.word) < MIN_LETTERS_CHECKED
            or not term.word.isalpha()
            or index.has_word(term.word)
        ):
            continue
        warnings.append(f"No article has {term.word!r}.")
        if suggested := index.suggest(term.word):
            suggestions.append(Suggestion(term.word, suggested, _replace_words(cleaned, {term.word: suggested})))
    return tuple(warnings), tuple(suggestions)


def corrected(text: str, suggestions: Sequence[Suggestion]) -> str:
    """Return a query with all suggestions applied."""
    return _replace_words(_cleaned(text), {suggestion.found: suggestion.suggested for suggestion in suggestions})


def _cleaned(text: str) -> str:
    """Return a query cleaned line by line: the lines of a strategy stay lines."""
    return "\n".join(map(cleaned_query, lines_of(text)))


def _replace_words(text: str, words: dict[str, str]) -> str:
    """Return a cleaned query with whole words replaced, upper and lower case alike."""
    for found, suggested in words.items():
        # A word ends where letters and digits end, as in the index; "_" is not part of a word.
        word = rf"(?<![^\W_]){re.escape(found)}(?![^\W_])"
        text = re.sub(word, suggested, text, flags=re.IGNORECASE)
    return text
