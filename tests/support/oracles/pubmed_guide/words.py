"""Text as a list of words: what looks the same is the same word."""

import re
import unicodedata

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
APOSTROPHES = "'\u2018\u2019\u02bc\u2032\u00b4\u0060\u201b\u02b9"
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
RAISED = re.compile(r"(?<=[0-9])([⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+)")
FRACTION = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2150-\u215e])")
WORD = re.compile(r"[^\W_]+\*?")


def folded(text: str) -> str:
    """Return a text in lower case, without accents, ligatures and invisible characters."""
    if text.isascii():  # only faster: most texts are
        return text.lower()
    text = INVISIBLE.sub("", text)
    text = FRACTION.sub(" ", text)
    text = RAISED.sub(lambda raised: "^" + raised[1], text)
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(mark for mark in text if not unicodedata.combining(mark))
    return "".join(LETTERS.get(letter) or GREEK.get(letter, letter) for letter in text)


def words_of(text: str | None) -> tuple[str, ...]:
    """Return the words of a text; everything that is neither letter nor digit parts them: hyphens, apostrophes."""
    return tuple(word.rstrip("*") for word in WORD.findall(folded(text or "")))


def name_words(text: str | None) -> tuple[str, ...]:
    """Return the words of a personal name, in which apostrophes do not count."""
    return words_of("".join(letter for letter in text or "" if letter not in APOSTROPHES))


def patterns_of(text: str) -> tuple[str, ...]:
    """Return the words of a term in a query; a word that may go on ends in `*`."""
    return tuple(WORD.findall(folded(text)))
