"""The index's own word that is nearest to one that no article has."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.core.text_normalization import folded_words

if TYPE_CHECKING:
    from index.lexical.positional_index import PositionalIndex

_SHORTEST = 4  # of three letters, almost everything is one edit away from a word
_SURE = 3  # two edits are looked for among words with the same first letters
_MOST_EDITS = 2
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def nearest_word(word: str, words: "PositionalIndex") -> str | None:
    """Return the nearest word of titles and abstracts: fewest edits, then most articles, then by alphabet.

    Args:
        word: One word, as typed.
        words: The index's.

    Returns:
        A folded word one edit away, else one two edits away with the same first three letters; None where there is
        none, where `word` is in an article, and where it is short or not one word.
    """
    cut = folded_words(word)
    if len(cut) != 1 or len(cut[0]) < _SHORTEST or words.articles_with(cut[0]):
        return None
    typed = cut[0]
    near = [(each, words.known(each)) for each in set(_one_edit(typed))]
    far = [
        (each, count)
        for each, count in ([] if any(count for _, count in near) else words.words_like(typed[:_SURE]))
        if abs(len(each) - len(typed)) <= _MOST_EDITS and edits(typed, each) <= _MOST_EDITS
    ]
    known = [(each, count) for each, count in (*near, *far) if count]
    return min(known, key=lambda pair: (-pair[1], pair[0]))[0] if known else None


def _one_edit(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        yield from (before + letter + after for letter in _LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def edits(one: str, other: str) -> int:
    """Count the letters to add, drop, change or swap with their neighbour that make one word of the other."""
    earlier: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, wanted in enumerate(other, 1):
            best = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                best = min(best, earlier[column - 2] + 1)
            line.append(best)
        earlier, above = above, line
    return above[-1]
