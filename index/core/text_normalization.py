"""One folding of text for indexes and queries alike, with the offsets in the text as it was written.

What looks or reads the same becomes the same: characters in Unicode's NFKC form, invisible ones removed, one hyphen,
one apostrophe, one quotation mark, and Greek letters by their names ("TNF-α" and "TNF-alpha"). A raised digit behind a
number is set apart ("10⁶" is "10^6", never 106); behind letters it stays part of the word ("m²", "Ca²⁺", "¹⁸F").
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

# Characters that nobody sees: soft hyphens, zero-width and direction marks, variation selectors, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_HYPHENS = "\u02d7\u058a\u05be\u2010-\u2015\u2043\u207b\u208b\u2212\u2e3a\u2e3b\u2e40\u301c\u30a0\ufe58\ufe63\uff0d"
_APOSTROPHES = "\u00b4\u02b9\u02bb-\u02bf\u02c8\u02ca\u02cb\u055a\u05f3\u2018-\u201b\u2032\u2035\ua78b\ua78c\uff07"
_QUOTES = "\u201c-\u201f\u2033\u2036\uff02"
# An increment stands before any word, a trademark sign or a number in a circle behind one: none becomes part of it.
_OTHER_SIGNS = {"∆": " Δ ", "ɑ": "α"} | dict.fromkeys("™℠Ⓡⓡ🄬Ⓒⓒ🄫", " ")
_ENCLOSED = "\u2460-\u24ff\u2776-\u2793\u3220-\u3247\u3250-\u32cb\U0001f100-\U0001f16a"
_SIGN = re.compile(
    f"(?P<hyphen>[{_HYPHENS}])|(?P<apostrophe>[{_APOSTROPHES}])|(?P<quote>[{_QUOTES}])|[∆ɑ™℠]|[{_ENCLOSED}]"
)

_RAISED = re.compile("[⁺⁻]?[⁰¹²³⁴-⁹]+|[¼-¾⅐-⅞]")
# "10", also in "5x10": a number that is no part of a word such as "SO4" or "CD4".
_NUMBER_BEFORE = re.compile(r"(?:^|[\W_])(?:\d*[xX])?\d+$")
_NUMBER_CHARACTERS = 24
_EXPONENT = re.compile(r"[+\-−‐–⁺⁻]?[\d⁰¹²³⁴-⁹]|[\-−‐–]\w")

_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]+")
_GREEK_NAMES = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu",
    "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma",
    "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega",
}  # fmt: skip
_LONGEST_SYMBOL = 2  # letters: "αβ"; a longer run is a Greek word

# One character with everything that may compose with it: what Unicode normalisation can change as a unit. A single
# ASCII character never changes.
_CLUSTER = re.compile(r"[^\W\d_][̀-ͯ᪰-᫿᷀-᷿⃐-⃿︠-︯]+|[^\x00-\x7f]")

_ACCENTS = re.compile(r"[\u0300-\u036f]")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile(r"[^\W_]+")
_SINGLE_LETTERS = re.compile(r"(?<![^ ])\w(?: \w)+(?![^ ])")
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
        text: The text as `normal_text` makes it, so that "é" is one letter however it was typed.
        origins: For each character of `text`, and once past its end, its offset in the original; None when the two
            texts have the same offsets.
    """

    text: str
    origins: Sequence[int] | None = None

    def origin(self, offset: int) -> int:
        """Return the offset in the original text of the character at `offset`."""
        return offset if self.origins is None else self.origins[offset]

    def place(self, origin: int) -> int:
        """Return the offset in `text` of what begins at an offset in the original, or next behind it."""
        return origin if self.origins is None else bisect_left(self.origins, origin)

    def replaced(self, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]) -> "PlainText":
        """Replace each match; the characters of a replacement lead back to where its match begins."""
        changes = [(match, new) for match in pattern.finditer(self.text) if (new := replacement(match)) != match[0]]
        if not changes:
            return self
        parts: list[str] = []
        end = 0
        for match, new in changes:
            parts += self.text[end : match.start()], new
            end = match.end()
        parts.append(self.text[end:])
        text = "".join(parts)
        if all(len(match[0]) == len(new) == 1 for match, new in changes):
            return PlainText(text, self.origins)
        origins: list[int] = []
        old = self.origins or range(len(self.text) + 1)
        end = 0
        for match, new in changes:
            origins += old[end : match.start()]
            origins += [old[match.start()]] * len(new)
            end = match.end()
        return PlainText(text, [*origins, *old[end:]])


def needs_exponent_mark(before: str, script: str) -> bool:
    """Whether a raised or lowered text would read as further digits of the number that it follows."""
    return bool(_EXPONENT.match(script) and _NUMBER_BEFORE.search(before[-_NUMBER_CHARACTERS:]))


def _raised(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - _NUMBER_CHARACTERS) : match.start()]
    if not unicodedata.category(match[0][-1]).startswith("N") or not _NUMBER_BEFORE.search(before):
        return match[0]
    return (" " if "\u2044" in unicodedata.normalize("NFKC", match[0]) else "^") + match[0]


def _sign(match: re.Match[str]) -> str:
    signs = {"hyphen": "-", "apostrophe": "'", "quote": '"'}
    return signs[match.lastgroup] if match.lastgroup else _OTHER_SIGNS.get(match[0], f" {match[0]} ")


def _composed(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _greek(match: re.Match[str]) -> str:
    """Name one or two Greek letters; μ before a letter is a unit ("μg"), and a longer run is a word."""
    text, run = match.string, match[0]
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    names = [_GREEK_NAMES.get(letter.lower(), "") for letter in run]
    if len(run) > _LONGEST_SYMBOL or not all(names) or (run == "μ" and after.isalpha()):
        return run
    return ("" if before.isalnum() or after.isalnum() else " ").join(names)


def _visible(text: str) -> str:
    """Return a text without lone surrogates, which no index can take."""
    return text.encode("utf-8", "replace").decode("utf-8")


def without_invisible(text: str) -> str:
    """Return a text without the characters that nobody sees."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


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
    """Bring a text into the form that is analysed; case and accents stay."""
    if text.isascii():
        return text
    text = _SIGN.sub(_sign, _RAISED.sub(_raised, without_invisible(_visible(text))))
    return _GREEK.sub(_greek, normalize("NFKC", text))


def normalized_text(text: str) -> PlainText:
    """Bring a text into the form that is analysed, with the offsets in the original."""
    if _LONG_RUN.search(text) and len(kept := _kept_positions(text)) < len(text):
        plain = normalized_text("".join(text[position] for position in kept))
        kept.append(len(text))
        return PlainText(plain.text, [kept[plain.origin(offset)] for offset in range(len(plain.text) + 1)])
    if text.isascii():
        return PlainText(text)
    plain = PlainText(_visible(text)).replaced(_INVISIBLE, lambda _: "")
    for pattern, replacement in ((_RAISED, _raised), (_SIGN, _sign), (_CLUSTER, _composed), (_GREEK, _greek)):
        plain = plain.replaced(pattern, replacement)
    return plain


def folded(text: str) -> str:
    """Return a text without case and accents: "Sjögren" as "sjogren", "Øster" as "oster"."""
    lower = normal_text(text).casefold()
    if lower.isascii():
        return lower
    # A run of non-ASCII letters folds the same whatever surrounds it, and most runs are among a few: é, ±.
    return _FOREIGN.sub(_folded_run, lower)


def _folded_run(match: re.Match[str]) -> str:
    run = match[0]
    return _folded_cached(run) if len(run) <= _LONGEST_CACHED else _folded(run)


def _folded(run: str) -> str:
    decomposed = normalize("NFD", run.translate(_LETTERS))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))


_folded_cached = lru_cache(_CACHE_SIZE)(_folded)


def folded_value(text: str) -> str:
    """Return a whole value as values are compared: folded, each run of white space one space."""
    return " ".join(folded(text).split())


def folded_words(text: str) -> list[str]:
    """Return the words of a text, folded and unstemmed: runs of letters and digits, whatever separates them."""
    return _WORD.findall(folded(text))


def folded_name(text: str) -> str:
    """Return a name whose punctuation does not count: "J. Sample Rec." as "j sample rec"."""
    return " ".join(folded_words(text)) or folded_value(text)


def folded_person(text: str) -> str:
    """Return a person's or group's name: "O’Connor-Li, N.B., Jr" as "oconnor li nb jr".

    Apostrophes vanish, other punctuation separates, and single letters side by side are joined as initials, except
    where they are the whole name.
    """
    words = _without_apostrophes(text)
    if _SINGLE_LETTERS.fullmatch(words):
        return words
    return _SINGLE_LETTERS.sub(lambda run: run[0].replace(" ", ""), words)


def unordered_person(text: str) -> str:
    """Return the words of a person's name in alphabetical order, so that the order in which they come is no matter.

    Single letters are joined in the same way: "Vishwas A S" and "S Vishwas A" are one name.
    """
    words = _without_apostrophes(text).split()
    letters = "".join(sorted(word for word in words if len(word) == 1))
    return " ".join(sorted([*(word for word in words if len(word) > 1), *filter(None, [letters])]))


def _without_apostrophes(text: str) -> str:
    return folded_name(folded(text).replace("'", "").replace("`", ""))


def compact(text: str) -> str:
    """Return the letters and digits of an identifier: "S0140-6736(21)001" as "s0140673621001"."""
    return "".join(folded_words(text))
