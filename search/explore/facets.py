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

_OF_WHOM: Mapping[str, Mapping[str, str]] = {"species": SPECIES, "sex": SEXES, "age": AGES}
_WIDER = {"mesh": "mesh", "author": "authors"}
"""Facets of which a filter keeps more than the value itself, and the filters: headings explode, initials go on."""


def count_facet(
    field: str, index: "SearchIndex", within: "Selection", size: int, mesh: "Mesh | None"
) -> tuple[FacetCount, ...]:
    """Count what filtering by each value would leave of some articles.

    Args:
        field: Of `FACETS`.
        index: The build.
        within: The articles.
        size: How many values at most: those that most articles have as written.
        mesh: The vocabulary, where it is loaded.

    Returns:
        The counts, highest first; species, sexes and ages in the order of `search.filters.vocabulary`, those of no
        article left out.

    Raises:
        ValueError: There is no such facet.
    """
    if field in _OF_WHOM:
        every = [FacetCount(value, value, 0) for value in _OF_WHOM[field]]
        return tuple(one for one in _recounted(every, field, index, within, mesh) if one.articles)[:size]
    found = index.facets(field, within, size)
    if field not in _WIDER:
        return found
    return tuple(sorted(_recounted(found, _WIDER[field], index, within, mesh), key=lambda one: -one.articles))


def _recounted(
    found: Sequence[FacetCount], name: str, index: "SearchIndex", within: "Selection", mesh: "Mesh | None"
) -> list[FacetCount]:
    """Count each value again by what the filter of this name keeps."""
    chosen: list[dict[str, Any]] = [{name: (one.label,)} for one in found]
    wanted = [Filters.of(None, **one).restriction(mesh) for one in chosen]
    counts = index.counts(wanted, within)
    return [replace(one, articles=articles) for one, articles in zip(found, counts, strict=True)]
