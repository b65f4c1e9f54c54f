"""Other spellings of a word: singular and plural, British and American; only those that articles have.

PubMed keeps a list of such forms; here they come from a few rules, and the library's own words say which of them exist.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

SHORTEST = 4
"""Letters of a word that has variants: most changes of a shorter one are other words ("her", "hers"; "for", "four")."""

_IRREGULAR = (
    *(("child", "children"), ("man", "men"), ("woman", "women"), ("mouse", "mice"), ("tooth", "teeth")),
    *(("foot", "feet"), ("bacterium", "bacteria"), ("criterion", "criteria"), ("phenomenon", "phenomena")),
    *(("ovum", "ova"), ("serum", "sera"), ("vertebra", "vertebrae"), ("index", "indices"), ("matrix", "matrices")),
)
_OTHER_NUMBER = {one: (other,) for pair in _IRREGULAR for one, other in (pair, pair[::-1])}

# Ending of the one number, and what may stand in its place in the other; the first that fits a word applies.
# "Therapeutics" and "virus" are no plurals.
_SINGULARS = (
    *((r"(?<=..)ies$", ("y",)), (r"(?<=ss)es$", ("",)), (r"(?<=..us)es$", ("", "e")), (r"(?<=s)es$", ("is", "e"))),
    (r"(?:(?<=[xz])|(?<=[cs]h))es$", ("", "e")),
    *((r"(?<=ic)s$|(?<=[isu])s$", ()), (r"(?<=..)s$", ("",))),
)
_PLURALS = (
    *((r"(?<=[^aeiou])y$", ("ies",)), (r"(?<=[^aeiou])is$", ("es",)), (r"us$", ("uses", "i")), (r"(?<=ic)s$", ())),
    *((r"(?:(?<=[sxz])|(?<=[cs]h))$", ("es",)), (r"$", ("s",))),
)

_ENDS = "(?=(?:e|ed|es|er|ers|ing|ation|ations)$)"
_E = "(?<![aeo])e(?!$|[ds]$)"
# British, American: what stands for what, anywhere in a word. "oes" and "aes" at the end are plurals.
_SPELLINGS = (
    *(("(?<=..)our", "our", "(?<=..)or", "or"), ("ae(?!s$)", "ae", _E, "e"), ("oe(?!s$)", "oe", _E, "e")),
    *((f"(?<=...)is{_ENDS}", "is", f"(?<=...)iz{_ENDS}", "iz"), (f"(?<=..)ys{_ENDS}", "ys", f"(?<=..)yz{_ENDS}", "yz")),
    *(("(?<=[^aeiou])re(?=[ds]?$)", "re", "(?<=[^aeiour])er(?=(?:ed|s)?$)", "er"),),
)
_TO_AMERICAN = tuple((re.compile(british), american) for british, _, _, american in _SPELLINGS)
_TO_BRITISH = tuple((re.compile(american), british) for _, british, american, _ in _SPELLINGS)


def variants(word: str, exists: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the other spellings of a word that exist, in both numbers.

    Args:
        word: One folded word.
        exists: Whether the library has a word.
    """
    if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
        return ()
    spelt = [word, *filter(exists, _other_spellings(word))]
    numbers = list(dict.fromkeys(number for spelling in spelt for number in (spelling, *other_numbers(spelling))))
    # A plural has its own spellings where the singular typed has none that exists: "hemorrhages", "haemorrhages".
    found = dict.fromkeys(number for number in numbers if number in spelt or exists(number))
    found.pop(word)
    return tuple(found)


def american(word: str) -> str:
    """Return the spelling that MeSH would use: "tumour" as "tumor"; it need not be a word."""
    for pattern, spelling in _TO_AMERICAN:
        word = pattern.sub(spelling, word) if len(word) >= SHORTEST else word
    return word


def other_numbers(word: str) -> Iterator[str]:
    """Yield what may be the plural of a singular and the singular of a plural."""
    if irregular := _OTHER_NUMBER.get(word):
        yield from irregular
        return
    yield from _first_change(word, _SINGULARS)
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        yield from _first_change(word, _PLURALS)


def _first_change(word: str, endings: Iterable[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for pattern, others in endings:
        if match := re.search(pattern, word):
            yield from (word[: match.start()] + other for other in others)
            return


def _other_spellings(word: str) -> list[str]:
    """Return the word with one place spelt in the other way, and with every place spelt in the American way."""
    spelt = [
        word[: match.start()] + spelling + word[match.end() :]
        for pattern, spelling in (*_TO_AMERICAN, *_TO_BRITISH)
        for match in pattern.finditer(word)
    ]
    return list(dict.fromkeys(other for other in (*spelt, american(word)) if other != word))
