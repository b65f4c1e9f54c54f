"""Abbreviations that a text explains: "heart failure (HF)", "HF (heart failure)".

Source:
    Schwartz, Hearst (2003), doi:10.1142/9789812776303_0042: which words before a bracket belong to it, and how its
    letters are found in them. What is no pair although the letters are there was learnt from 3,419 pairs of 3,000
    abstracts.
"""

import re
from collections.abc import Iterator
from typing import Final

from index.core.text_normalization import folded_words

DEFINED: Final = 1
"""Raised when other pairs are found, so that the next build counts them again."""

_SHORT_IN_BRACKETS: Final = re.compile(r"[(\[]([^\W_][\w-]{0,8}[^\W_])[)\],;]")
_LONG_IN_BRACKETS: Final = re.compile(r"\(([^()\[\]]{3,120})\)")
_SHORT_BEFORE: Final = re.compile(r"(?<![\w-])([^\W_][\w-]{0,8}[^\W_]) ?\Z")
_LONGEST_SHORT: Final = 12  # with the space behind it, and the character before it
_A_WORD: Final = re.compile(r"[A-Z]?[a-z]*")
_CHARACTERS_BEFORE: Final = 500
_SURPLUS_WORDS: Final = 1
_JOINING: Final = frozenset(("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"))


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """Yield the (short form, long form) pairs of a text, as they are written.

    The short form has 2 to 10 characters, one of them a capital. Its letters stand in the long form in order; the first
    begins the long form, and the last stands in its last word. The long form has at most one word more than there are
    letters, words such as "of" not counted, and the short form is none of its words.
    """
    for match in _SHORT_IN_BRACKETS.finditer(text):
        short = match[1]
        words = text[max(0, match.start() - _CHARACTERS_BEFORE) : match.start()].split()
        long = _long_form(short, " ".join(words[-min(len(short) + 5, 2 * len(short)) :]))
        if long and _is_pair(short, long):
            yield short, long
    for match in _LONG_IN_BRACKETS.finditer(text):
        before = _SHORT_BEFORE.search(text, max(0, match.start() - _LONGEST_SHORT), match.start())
        if before is None:
            continue
        short, long = before[1], match[1].strip()
        if not _A_WORD.fullmatch(short) and _long_form(short, long) == long and _is_pair(short, long):
            yield short, long


def _long_form(short: str, before: str) -> str | None:
    """Return the shortest end of a text with the letters of a short form in order, or None."""
    start = len(before)
    lowered = before.lower()
    for index, letter in reversed(list(enumerate(short.lower()))):
        if not letter.isalnum():
            continue
        start = lowered.rfind(letter, 0, start)
        # The first letter of the short form begins a word of the long one.
        while index == 0 and start > 0 and before[start - 1].isalnum():
            start = lowered.rfind(letter, 0, start)
        if start < 0:
            return None
    return before[start:].strip()


def _is_pair(short: str, long: str) -> bool:
    letters = [letter for letter in short.lower() if letter.isalnum()]
    words = folded_words(long)
    said = [word for word in words if word not in _JOINING]
    return bool(
        words
        and any(letter.isupper() for letter in short)
        and len(long) > len(short)
        and len(said) <= len(letters) + _SURPLUS_WORDS
        and "".join(folded_words(letters[-1])) in words[-1]
        and " ".join(folded_words(short)) not in words
    )
