"""Filters taken apart: what each demands by itself, and what there would be without it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from search.filters.filters import Filters, chosen
from search.filters.vocabulary import LANGUAGES

SAYS_OF_FACTS = {"has_abstract": "with abstract", "free_full_text": "free full text"}
SAYS_OF_RETRACTED = {"hide": "without retracted articles", "only": "retracted articles only"}
_LANGUAGE_NAMES = {code: name.title() for name, code in LANGUAGES.items()}
_NONE = Filters()


@dataclass(frozen=True, slots=True)
class FilterPart:
    """One thing that filters demand.

    Attributes:
        field: The field of `Filters`.
        description: What it demands, in words.
        without: The other filters.
    """

    field: str
    description: str
    without: Filters


@dataclass(frozen=True, slots=True)
class WithoutFilter:
    """What there would be without one filter.

    Attributes:
        part: The filter, all its values together.
        articles: How many articles there would be; exact.
    """

    part: FilterPart
    articles: int


def filter_parts(filters: Filters) -> Iterator[FilterPart]:
    """Yield each value that filters demand, in the order of their fields."""
    for name in _set_fields(filters):
        asked = getattr(filters, name)
        if name in {"years", "dates", "pmids"} or not isinstance(asked, tuple):
            yield FilterPart(name, _said(name, asked), _without(filters, name))
        else:
            for value in asked:
                rest = tuple(one for one in asked if one != value)
                yield FilterPart(name, _said(name, value), _with(filters, name, rest))


def left_out(filters: Filters, count: Callable[[Filters], int]) -> list[WithoutFilter]:
    """Say for each filter how many articles there would be without it, most first.

    Args:
        filters: The filters that leave nothing.
        count: Counts the articles that pass the same query with other filters.

    Returns:
        Those whose absence would bring anything.
    """
    parts = [FilterPart(name, _said_whole(filters, name), _without(filters, name)) for name in _set_fields(filters)]
    counted = [WithoutFilter(part, count(part.without)) for part in parts]
    return sorted((one for one in counted if one.articles), key=lambda one: -one.articles)


def language_name(code: str) -> str:
    """Return the English name of one of NLM's language codes; an unknown one as it is."""
    return _LANGUAGE_NAMES.get(code.lower(), code)


def _set_fields(filters: Filters) -> list[str]:
    return [field.name for field in fields(filters) if getattr(filters, field.name) != getattr(_NONE, field.name)]


def _without(filters: Filters, name: str) -> Filters:
    return _with(filters, name, getattr(_NONE, name))


def _with(filters: Filters, name: str, value: Any) -> Filters:  # noqa: ANN401 - of whatever type the field has
    return replace(filters, **{name: value})


def _said_whole(filters: Filters, name: str) -> str:
    return " or ".join(part.description for part in filter_parts(filters) if part.field == name)


def _said(name: str, value: Any) -> str:  # noqa: ANN401 - of whatever type the field has
    if name in SAYS_OF_FACTS:
        return SAYS_OF_FACTS[name]
    if name == "retracted":
        return SAYS_OF_RETRACTED[value]
    if name == "pmids":
        return chosen(value)
    if name == "dates":
        first, last = (day or "" for day in value)
        return f"published {first}:{last}"
    return language_name(value) if name == "languages" else str(value)
