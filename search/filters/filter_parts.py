"""Filters taken apart: what each requires by itself, and what there would be without it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from search.filters.filter_descriptions import LABELS, describe_value
from search.filters.filters import Filters

_NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class FilterPart:
    """One thing that filters require.

    Attributes:
        field: The field of `Filters`.
        description: What it requires, in words.
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
    """Yield each value that filters require, in the order of their fields."""
    for name in filters.set_fields():
        value = getattr(filters, name)
        if name in LABELS:
            for text in value:
                others = tuple(other for other in value if other != text)
                yield FilterPart(name, describe_value(name, text), _with(filters, name, others))
        else:
            yield FilterPart(name, describe_value(name, value), _without(filters, name))


def count_without_each(filters: Filters, count: Callable[[Filters], int]) -> list[WithoutFilter]:
    """Count for each filter how many articles there would be without it, most first.

    Args:
        filters: The filters that leave nothing.
        count: Counts the articles that pass the same query with other filters.

    Returns:
        Those whose absence would bring anything.
    """
    parts = [FilterPart(name, _describe_all(filters, name), _without(filters, name)) for name in filters.set_fields()]
    counted = [WithoutFilter(part, count(part.without)) for part in parts]
    return sorted((result for result in counted if result.articles), key=lambda result: -result.articles)


def _without(filters: Filters, name: str) -> Filters:
    return _with(filters, name, getattr(_NO_FILTERS, name))


def _with(filters: Filters, name: str, value: Any) -> Filters:  # noqa: ANN401 - of whatever type the field has
    return replace(filters, **{name: value})


def _describe_all(filters: Filters, name: str) -> str:
    return " or ".join(part.description for part in filter_parts(filters) if part.field == name)
