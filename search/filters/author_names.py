"""Which authors a name matches, with or without initials."""

from index.engine.filter_expression import AnyOf, FilterExpression, Value, ValuePrefix

MOST_INITIALS = 3


def author_filter(name: str, *, field: str = "author") -> FilterExpression:
    """Match authors by name: initials that begin with those given, or any initials where none are given."""
    exact = Value(field, author_names(name))
    text = _bare(name)
    words = text.split()
    if len(words) > 1 and len(words[-1]) <= MOST_INITIALS:
        return ValuePrefix(field, text) if len(exact.values) == 1 else AnyOf((exact, ValuePrefix(field, text)))
    return AnyOf((exact, ValuePrefix(field, f"{text} ")))


def author_names(name: str) -> frozenset[str]:
    """Return a name without punctuation, and as it was given: a group may be called "Sepsis Group, Geneva"."""
    return frozenset({_bare(name), " ".join(name.lower().split())})


def _bare(name: str) -> str:
    return " ".join(name.replace(",", " ").replace(".", "").lower().split())
