"""Other spellings of a word: singular and plural, British and American; only those that articles have.

PubMed keeps a list of such forms; here they come from a few rules, and the library's own words say which of them exist.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

SHORTEST = 4
"""Letters of a word that has variants: most changes of a shorter one are other words ("her", "hers"; "for", "four")."""

_CACHED = 20_000

_IRREGULAR = (
    *(("child", "children"), ("man", "men"), ("woman", "women"), ("mouse", "mice"), ("tooth", "teeth")),
    *(("foot", "feet"), ("bacterium", "bacteria"), ("criterion", "criteria"), ("phenomenon", "phenomena")),
    *(("ovum", "ova"), ("serum", "sera"), ("vertebra", "vertebrae"), ("index", "indices"), ("matrix", "matrices")),
)
_OTHER_NUMBER = {one: other for pair in _IRREGULAR for one, other in (pair, pair[::-1])}

Endings = Sequence[tuple[re.Pattern[str], Sequence[str]]]


def _endings(*pairs: tuple[str, str]) -> Endings:
    return tuple((re.compile(pattern), () if others == "-" else others.split("|")) for pattern, others in pairs)


# An ending of one number, and what may stand in its place in the other; "-" for nothing. The first that fits applies.
_SINGULARS = _endings(
    ("(?<=..)ies$", "y"),
    ("(?<=ss)es$", ""),
    ("(?<=..us)es$", "|e"),
    ("(?<=s)es$", "is|e"),
    ("(?:(?<=[xz])|(?<=[cs]h))es$", "|e"),
    ("(?<=ic)s$|(?<=[isu])s$", "-"),  # "therapeutics" and "virus" are no plurals
    ("(?<=..)s$", ""),
    ("(?<=...)i$", "us"),
)
_PLURALS = _endings(
    ("(?<=[^aeiou])y$", "ies"),
    ("(?<=[^aeiou])is$", "es"),
    ("us$", "uses|i"),
    ("(?<=ic)s$", "-"),
    ("(?:(?<=[sxz])|(?<=[cs]h))$", "es"),
    ("$", "s"),
)

_E = "(?<![aeo])e(?!$|[ds]$)"  # not at the end: "oes" and "aes" there are plurals
_OF_VERBS = "(?=(?:e|ed|es|er|ers|ing|ation|ations)$)"
# British place and spelling, American place and spelling.
_SPELLINGS = (
    ("(?<=..)our", "our", "(?<=..)or", "or"),
    ("ae(?!s$)", "ae", _E, "e"),
    ("oe(?!s$)", "oe", _E, "e"),
    (f"(?<=...)is{_OF_VERBS}", "is", f"(?<=...)iz{_OF_VERBS}", "iz"),
    (f"(?<=..)ys{_OF_VERBS}", "ys", f"(?<=..)yz{_OF_VERBS}", "yz"),
    ("(?<=[^aeiou])re(?=[ds]?$)", "re", "(?<=[^aeiour])er(?=(?:ed|s)?$)", "er"),
)
_TO_AMERICAN = tuple((re.compile(place), american) for place, _, _, american in _SPELLINGS)
_TO_BRITISH = tuple((re.compile(place), british) for _, british, place, _ in _SPELLINGS)


def variants(word: str, exists: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the other spellings of a word that exist, in both numbers.

    Args:
        word: One folded word.
        exists: Whether the library has a word.
    """
    if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
        return ()
    forms = (word, *other_numbers(word))
    candidates = dict.fromkeys((*forms, *(spelling for form in forms for spelling in _other_spellings(form))))
    return tuple(filter(exists, list(candidates)[1:]))


def american(word: str) -> str:
    """Return the spelling that MeSH would use: "tumour" as "tumor"; it need not be a word."""
    for pattern, spelling in _TO_AMERICAN:
        word = pattern.sub(spelling, word) if len(word) >= SHORTEST else word
    return word


@lru_cache(_CACHED)
def other_numbers(word: str) -> tuple[str, ...]:
    """Return what may be the plural of a singular or the singular of a plural."""
    if other := _OTHER_NUMBER.get(word):
        return (other,)
    is_singular = not word.endswith("s") or word.endswith(("ss", "us", "is"))
    return (*_first_change(word, _SINGULARS), *(_first_change(word, _PLURALS) if is_singular else ()))


def _first_change(word: str, endings: Endings) -> tuple[str, ...]:
    for pattern, others in endings:
        if match := pattern.search(word):
            return tuple(word[: match.start()] + other for other in others)
    return ()


def _other_spellings(word: str) -> list[str]:
    """Return the word with one place spelt in the other way, and with every place spelt in the American way."""
    spelt = [
        word[: match.start()] + spelling + word[match.end() :]
        for pattern, spelling in (*_TO_AMERICAN, *_TO_BRITISH)
        for match in pattern.finditer(word)
    ]
    return list(dict.fromkeys(other for other in (*spelt, american(word)) if other != word))
