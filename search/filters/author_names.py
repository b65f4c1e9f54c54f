"""Which authors a name matches, with or without initials."""

import re
from collections.abc import Iterator
from itertools import takewhile

from index.core.text_normalization import folded_person
from index.engine.filter_expression import AllOf, AnyOf, FilterExpression, Value, ValuePrefix

MOST_INITIALS = 3
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "2nd", "3rd", "4th"}
_INITIALS_FIRST = re.compile(r"(?:[A-Z]{1,3}\s+|(?:[A-Z]\.[\s-]?){1,3})(?=[^\W\d_]{2})")


def author_filter(name: str, *, field: str = "author") -> FilterExpression:
    """Match people by name: initials that begin with those given, any initials where none are given, or full names."""
    key = folded_person(name)
    words = key.split()
    has_initials = len(words) > 1 and len(words[-1]) <= MOST_INITIALS
    found = AnyOf((_as_written(name, field), ValuePrefix(field, key if has_initials else f"{key} ")))
    return _with_surname_first(name, found, field)


def exact_author(name: str, *, field: str = "author") -> FilterExpression:
    """Match people who are called exactly so: surname and initials, or the full name in any order without a comma."""
    return _with_surname_first(name, _as_written(name, field), field)


def _as_written(name: str, field: str) -> Value:
    initials = _INITIALS_FIRST.match(name)
    rotated = {f"{name[initials.end() :]} {initials[0]}"} if initials else set()
    return Value(field, frozenset({" ".join(name.split()), *rotated}))


def _with_surname_first(name: str, found: FilterExpression, field: str) -> FilterExpression:
    """Require what stands before a comma to be the surname: "Chen, Lin" is not someone called Lin.

    Full names are kept in any order, and surnames with initials. Words in small letters at the end may belong to the
    surname: "Hof, Anna van 't". Before the comma may also stand the whole name, and behind it degrees: "Rao K, MD".
    """
    surname, _, given = name.partition(",")
    firsts = folded_person(given).split(" ")
    if not folded_person(surname) or not firsts[0] or firsts[0] in _SUFFIXES:
        return found
    words = given.split()
    particles = list(takewhile(str.islower, reversed(words[1:])))[::-1]
    surnames = dict.fromkeys((surname, f"{' '.join(particles)} {surname}".strip()))
    starts = dict.fromkeys(start for one in surnames for first in firsts for start in _starts(one, first))
    begins = (ValuePrefix(field, start) for start in starts)
    return AllOf((found, AnyOf((*begins, Value(field, frozenset({surname}))))))


def _starts(surname: str, given: str) -> Iterator[str]:
    """Yield how a surname with initials begins: of "Wang, De Yun", either given name may be the first with an initial.

    A letter at the end of a surname joins an initial, but not several: "Sousa M J" is folded to "sousa mj", "Sousa M
    JJ" is not.
    """
    yield folded_person(f"{surname} {given[0]}")
    if len(surname.rsplit(maxsplit=1)[-1]) == 1:
        whole = folded_person(f"{surname} {given}")
        yield whole[: len(whole) - len(given) + 1]
        yield f"{surname} "
