"""The words of a field of every article, and the articles that have words, phrases, words near each other."""

import bisect
from collections import defaultdict
from collections.abc import Iterable

from tests.support.oracles.pubmed_guide.records import Document

Patterns = tuple[str, ...]


class WordField:
    """The texts of some fields of every article, and which articles have which word."""

    def __init__(self, documents: Iterable[Document], fields: tuple[str, ...]) -> None:
        """Gather the texts."""
        self.texts: dict[int, list[str]] = {}
        self.having: dict[str, set[int]] = defaultdict(set)
        for document in documents:
            texts = [text for name in fields for text in document.texts.get(name, ())]
            self.texts[document.pmid] = texts
            for word in set(" ".join(texts).split()):
                self.having[word].add(document.pmid)
        self.vocabulary = sorted(self.having)

    def with_word(self, pattern: str) -> set[int]:
        """Return the articles with a word, or with any word that begins so."""
        if not pattern.endswith("*"):
            return self.having.get(pattern, set())
        start = pattern.rstrip("*")
        found: set[int] = set()
        for at in range(bisect.bisect_left(self.vocabulary, start), len(self.vocabulary)):
            if not self.vocabulary[at].startswith(start):
                break
            found |= self.having[self.vocabulary[at]]
        return found

    def with_all(self, patterns: Patterns) -> set[int]:
        """Return the articles with each of the words, anywhere in the field."""
        return set.intersection(*map(self.with_word, patterns)) if patterns else set()

    def with_phrase(self, patterns: Patterns) -> set[int]:
        """Return the articles with the words side by side in one text."""
        found = self.with_all(patterns)
        if len(patterns) < 2:
            return set(found)
        return {pmid for pmid in found if any(_side_by_side(text, patterns) for text in self.texts[pmid])}

    def with_near(self, patterns: Patterns, most_between: int) -> set[int]:
        """Return the articles with the words in one text, in any order, so many other words at most between them."""
        found = self.with_all(patterns)
        window = len(patterns) + most_between
        return {pmid for pmid in found if any(_near(text.split(), patterns, window) for text in self.texts[pmid])}

    def with_value(self, patterns: Patterns) -> set[int]:
        """Return the articles that have a text of exactly these words; the last may go on, and more follow."""
        start, more = _written(patterns)
        fits = str.startswith if more else str.__eq__
        return {pmid for pmid in self.with_all(patterns) if any(fits(text, start) for text in self.texts[pmid])}


def _written(patterns: Patterns) -> tuple[str, bool]:
    """Return a phrase as a text has it, and whether its last word may go on."""
    more = bool(patterns) and patterns[-1].endswith("*")
    return f" {' '.join(patterns).rstrip('*')}" + ("" if more else " "), more


def fits(word: str, pattern: str) -> bool:
    """Return whether a word is the word of a query, or begins so where that ends in `*`."""
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _side_by_side(text: str, patterns: Patterns) -> bool:
    if not any(pattern.endswith("*") for pattern in patterns[:-1]):
        return _written(patterns)[0] in text
    words, length = text.split(), len(patterns)
    return any(all(map(fits, words[at : at + length], patterns)) for at in range(len(words) - length + 1))


def _near(words: list[str], patterns: Patterns, window: int) -> bool:
    return any(
        any(fits(word, pattern) for pattern in patterns) and _covers(words[at : at + window], patterns)
        for at, word in enumerate(words)
    )


def _covers(words: list[str], patterns: Patterns) -> bool:
    left = list(words)
    for pattern in patterns:  # a word of the text stands for one word of the query only
        word = next((word for word in left if fits(word, pattern)), None)
        if word is None:
            return False
        left.remove(word)
    return True
