"""Which authors a name matches, with or without initials."""

import re
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
    surname: "Hof, Anna van 't".
    """
    surname, _, given = name.partition(",")
    first = folded_person(given).split(" ")[0]
    if not folded_person(surname) or not first or first in _SUFFIXES:
        return found
    words = given.split()
    particles = list(takewhile(str.islower, reversed(words[1:])))[::-1]
    surnames = dict.fromkeys((surname, f"{' '.join(particles)} {surname}".strip()))
    return AllOf((found, AnyOf(tuple(ValuePrefix(field, folded_person(f"{one} {first[0]}")) for one in surnames))))
