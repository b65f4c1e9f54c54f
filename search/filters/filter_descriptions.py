"""Filters in words: the one place that says how each is described."""

from typing import Any

from search.filters.vocabulary import language_name

LABELS = {
    "journals": "journal",
    "authors": "author",
    "types": "type",
    "languages": "language",
    "mesh": "MeSH",
    "species": "species",
    "age": "age",
    "sex": "sex",
}
"""What one value of a filter that takes several texts is called."""

_SWITCHES = {"has_abstract": "with abstract", "free_full_text": "free full text"}
_RETRACTED = {"hide": "without retracted articles", "only": "retracted articles only"}


def describe_filter(name: str, value: Any) -> str:  # noqa: ANN401 - of whatever type the field has
    """Describe one field of `Filters` with all its values: "type Review or Letter"."""
    if name in LABELS:
        return f"{LABELS[name]} {' or '.join(describe_value(name, text) for text in value)}"
    return describe_value(name, value)


def describe_value(name: str, value: Any) -> str:  # noqa: ANN401 - of whatever type the field has
    """Describe one value of a field of `Filters`, without the field's name: "Review"."""
    if name in _SWITCHES:
        return _SWITCHES[name]
    if name == "retracted":
        return _RETRACTED[value]
    if name == "pmids":
        return "1 chosen article" if len(value) == 1 else f"{len(value):,} chosen articles"
    if name == "dates":
        first, last = (day or "" for day in value)
        return f"published {first}:{last}"
    return language_name(value) if name == "languages" else str(value)
