"""Text as the keyword index reads it, with the offsets in the text as it was written."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

# One character with everything that may compose with it: what Unicode normalisation can change as a unit. A single
# ASCII character never changes.
_CLUSTER = re.compile(r"[^\W\d_][̀-ͯ᪰-᫿᷀-᷿⃐-⃿︠-︯]+|[^\x00-\x7f]")

_ACCENTS = re.compile(r"[\u0300-\u036f]")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile(r"[^\W_]+")
# Letters that Unicode does not decompose into a plain letter and a mark.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_CACHE_SIZE = 10_000
_LONGEST_CACHED = 16  # letters; whole texts in another script are not worth caching

MOST_MARKS = 30
"""Combining marks that one letter keeps: normalisation sorts them, at the square of their number.

Source: Unicode Standard Annex 15, section 13, "Stream-Safe Text Format".
"""
_LONG_RUN = re.compile(rf"[^\x00-\x7f]{{{MOST_MARKS + 1},}}")


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text in the form that is analysed.

    Attributes:
        text: The text in Unicode's NFKC form, free of lone surrogates, so that "é" is one letter however it was typed.
        origins: For each character of `text`, and once past its end, its offset in the original; None when the two
            texts have the same offsets.
    """

    text: str
    origins: Sequence[int] | None

    def origin(self, offset: int) -> int:
        """Return the offset in the original text of the character at `offset`."""
        return offset if self.origins is None else self.origins[offset]


def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """Normalise a text in linear time: of more than `MOST_MARKS` marks in a row the first stay."""
    return unicodedata.normalize(form, _LONG_RUN.sub(_without_surplus_marks, text))


def _without_surplus_marks(run: re.Match[str]) -> str:
    return "".join(run[0][position] for position in _kept_positions(run[0]))


def _kept_positions(text: str) -> list[int]:
    """Return the positions of all characters but the surplus marks."""
    kept, marks = [], 0
    for position, character in enumerate(text):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(position)
    return kept


def normal_text(text: str) -> str:
    """Bring a text into the form that is analysed: NFKC, a lone surrogate replaced by "?"."""
    if text.isascii():
        return text
    return normalize("NFKC", text.encode("utf-8", "replace").decode("utf-8"))


def normalized_text(text: str) -> PlainText:
    """Bring a text into the form that is analysed, with the offsets in the original."""
    if _LONG_RUN.search(text) and len(kept := _kept_positions(text)) < len(text):
        plain = normalized_text("".join(text[position] for position in kept))
        kept.append(len(text))
        return PlainText(plain.text, [kept[plain.origin(offset)] for offset in range(len(plain.text) + 1)])
    if text.isascii() or unicodedata.is_normalized("NFKC", text):
        return PlainText(normal_text(text), None)
    text = text.encode("utf-8", "replace").decode("utf-8")
    parts: list[str] = []
    origins: list[int] = []
    end = 0
    for cluster in _CLUSTER.finditer(text):
        start, normal = cluster.start(), unicodedata.normalize("NFKC", cluster.group())
        if normal != cluster.group():
            parts += text[end:start], normal
            origins += [*range(end, start), *[start] * len(normal)]
            end = cluster.end()
    return PlainText("".join([*parts, text[end:]]), [*origins, *range(end, len(text) + 1)])


def folded(text: str) -> str:
    """Return a text without case and accents: "Sjögren" as "sjogren", "Øster" as "oster"."""
    lower = text.lower()
    if lower.isascii():
        return lower
    # A run of non-ASCII letters folds the same whatever surrounds it, and most runs are among a few: é, α, ±.
    return _FOREIGN.sub(_folded_run, lower)


def _folded_run(match: re.Match[str]) -> str:
    run = match[0]
    return _folded_cached(run) if len(run) <= _LONGEST_CACHED else _folded(run)


def _folded(run: str) -> str:
    decomposed = normalize("NFD", normal_text(run).casefold().translate(_LETTERS))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))


_folded_cached = lru_cache(_CACHE_SIZE)(_folded)


def folded_value(text: str) -> str:
    """Return a whole value as values are compared: folded, each run of white space one space."""
    return " ".join(folded(text).split())


def folded_words(text: str) -> list[str]:
    """Return the words of a text, folded and unstemmed: runs of letters and digits, whatever separates them."""
    return _WORD.findall(folded(text))
