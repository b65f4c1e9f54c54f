"""Which authors a name matches, with or without initials."""

import re

from index.core.text_normalization import folded_person
from index.engine.filter_expression import AnyOf, FilterExpression, Value, ValuePrefix

MOST_INITIALS = 3
_INITIALS_FIRST = re.compile(r"(?:[A-Z]{1,3}\s+|(?:[A-Z]\.[\s-]?){1,3})(?=[^\W\d_]{2})")


def author_filter(name: str, *, field: str = "author") -> FilterExpression:
    """Match people by name: initials that begin with those given, any initials where none are given, or full names."""
    key = folded_person(name)
    words = key.split()
    has_initials = len(words) > 1 and len(words[-1]) <= MOST_INITIALS
    return AnyOf((exact_author(name, field=field), ValuePrefix(field, key if has_initials else f"{key} ")))


def exact_author(name: str, *, field: str = "author") -> Value:
    """Match people who are called exactly so: surname and initials, or the full name in any order."""
    initials = _INITIALS_FIRST.match(name)
    rotated = {f"{name[initials.end() :]} {initials[0]}"} if initials else set()
    return Value(field, frozenset({" ".join(name.split()), *rotated}))
