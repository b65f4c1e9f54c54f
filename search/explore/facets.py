"""How many articles each value of a filter would leave."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from index.engine.selection import FacetCount
from search.filters.filters import Filters
from search.filters.vocabulary import AGES, SEXES, SPECIES

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.engine.selection import Selection
    from index.lexical.mesh import Mesh

FACETS = (
    "year", "type", "journal", "language", "mesh", "species", "sex", "age", "keyword", "author", "has_abstract",
    "free_full_text", "retraction",
)  # fmt: skip
"""What facets count, in the order in which a page shows them."""

MOST_YEARS = 10_000
"""More than there are: a year has four digits."""

MOST_BROAD = 5
"""How many times the articles that have a heading itself its filter may leave; Eukaryota, which one article has and
whose narrower headings half the library has, says nothing of a list and comes last."""

_CHECK_TAG_FACETS: Mapping[str, Mapping[str, str]] = {"species": SPECIES, "sex": SEXES, "age": AGES}
_BROADER = {"mesh": "mesh", "author": "authors"}
"""Facets whose filter keeps more than the value itself, with that filter: narrower headings, longer initials."""


def count_facet(
    field: str, index: "SearchIndex", within: "Selection", size: int, mesh: "Mesh | None"
) -> tuple[FacetCount, ...]:
    """Count how many of some articles each value of a filter would leave.

    Args:
        field: Of `FACETS`.
        index: The build.
        within: The articles.
        size: How many values at most: the most frequent as written.
        mesh: The vocabulary, if loaded.

    Returns:
        The counts, highest first, after them the headings that are too broad (`MOST_BROAD`); species, sexes and ages
        in the order of `search.filters.vocabulary`, those without articles left out.

    Raises:
        ValueError: There is no such facet.
    """
    if field in _CHECK_TAG_FACETS:
        values = [FacetCount(value, value, 0) for value in _CHECK_TAG_FACETS[field]]
        return tuple(count for count in _recounted(values, field, index, within, mesh) if count.articles)[:size]
    counts = index.facets(field, within, size)
    if field not in _BROADER:
        return counts
    left = _recounted(counts, _BROADER[field], index, within, mesh)
    too_broad = [MOST_BROAD * own.articles < all_.articles for own, all_ in zip(counts, left, strict=True)]
    order = sorted(range(len(left)), key=lambda place: (too_broad[place], -left[place].articles))
    return tuple(left[place] for place in order)


def count_years(
    field: str, value: str, index: "SearchIndex", within: "Selection", mesh: "Mesh | None"
) -> tuple[FacetCount, ...]:
    """Count by year what a filter would leave of some articles; `field` is one of `Filters`, the rest as above."""
    choice: dict[str, Any] = {field: (value,)}
    return index.facets("year", index.select(Filters.of(None, **choice).expression(mesh), within), MOST_YEARS)


def _recounted(
    counts: Sequence[FacetCount], name: str, index: "SearchIndex", within: "Selection", mesh: "Mesh | None"
) -> list[FacetCount]:
    """Count each value again with the filter of this name."""
    choices: list[dict[str, Any]] = [{name: (count.label,)} for count in counts]
    filter_expressions = [Filters.of(None, **choice).expression(mesh) for choice in choices]
    totals = index.counts(filter_expressions, within)
    return [replace(count, articles=total) for count, total in zip(counts, totals, strict=True)]
