"""Finds the index's nearest word to one that no article has."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from index.core.text_normalization import folded_words

_LONGEST = 40  # letters; no word is longer, and what is one edit away grows with the square of them
_SHORTEST = 4  # of three letters, almost everything is one edit away from a word
_SAME_START = 3  # two edits are looked for among words with the same first letters
_MOST_EDITS = 2
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Vocabulary(Protocol):
    """The exact words of articles; `PositionalIndex` is one."""

    def articles_with(self, word: str) -> int:
        """Count the articles of a folded word in every field."""

    def vocabulary_counts(self, words: Sequence[str]) -> list[int]:
        """Count the articles of each folded word in titles and abstracts."""

    def words_with_prefix(self, prefix: str) -> list[tuple[str, int]]:
        """Return the words of titles and abstracts that begin so, each with its number of articles."""


def nearest_word(word: str, index: Vocabulary) -> str | None:
    """Return the nearest word of titles and abstracts: fewest edits, then most articles, then by alphabet.

    Args:
        word: One word, as typed.
        index: The exact words of the articles.

    Returns:
        A folded word one edit away, else one two edits away with the same first three letters; None where there is
        none, where `word` is in an article, and where it is very short, very long or not a single word.
    """
    tokens = folded_words(word)
    if len(tokens) != 1 or not _SHORTEST <= len(tokens[0]) <= _LONGEST or index.articles_with(tokens[0]):
        return None
    typed = tokens[0]
    candidates = list(set(_one_edit_away(typed)))
    one_edit_words = list(zip(candidates, index.vocabulary_counts(candidates), strict=True))
    two_edit_words = [
        (candidate, count)
        for candidate, count in (
            [] if any(count for _, count in one_edit_words) else index.words_with_prefix(typed[:_SAME_START])
        )
        if abs(len(candidate) - len(typed)) <= _MOST_EDITS and edits(typed, candidate, most=_MOST_EDITS) <= _MOST_EDITS
    ]
    known = [(candidate, count) for candidate, count in (*one_edit_words, *two_edit_words) if count]
    return min(known, key=lambda pair: (-pair[1], pair[0]))[0] if known else None


def _one_edit_away(word: str) -> Iterator[str]:
    for position in range(len(word) + 1):
        before, after = word[:position], word[position:]
        yield from (before + letter + after for letter in _LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def edits(word: str, other: str, *, most: int = 1000) -> int:
    """Count the letters to add, drop, change or swap with their neighbour to turn one word into the other.

    Above `most`, counting ends early, with any number above it.
    """
    two_rows_above: list[int] = []
    row_above = list(range(len(other) + 1))
    for row, letter in enumerate(word, 1):
        current = [row]
        for column, other_letter in enumerate(other, 1):
            best = min(row_above[column] + 1, current[-1] + 1, row_above[column - 1] + (letter != other_letter))
            if row > 1 and column > 1 and letter == other[column - 2] and word[row - 2] == other_letter:
                best = min(best, two_rows_above[column - 2] + 1)
            current.append(best)
        if min(current) > most and min(row_above) > most:  # two rows: a swap reaches over one
            return most + 1
        two_rows_above, row_above = row_above, current
    return row_above[-1]
