"""Values of filters compared with what PubMed and the library have: slips are refused, absent values warned of."""

import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from index.core.errors import FilterValueError
from index.records.article_fields import key_of
from search.filters.filters import Filters
from search.filters.validation import did_you_mean, nearest
from search.filters.vocabulary import LANGUAGES, language_code, nearest_heading
from search.query.terms.publication_types import MEANT, TYPES_BY_LETTERS
from search.query.terms.reading import letters_of

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.lexical.mesh import Mesh


def check_filter_values(filters: Filters, index: "SearchIndex", mesh: "Mesh | None") -> None:
    """Refuse what neither PubMed's vocabularies nor an article of the library has.

    Args:
        filters: The filters.
        index: The build.
        mesh: The vocabulary, where it is loaded; headings are refused only with it.

    Raises:
        FilterValueError: Such a type, language or heading; it names the nearest.
    """
    for name in filters.types:
        if not index.has_value("type", name) and key_of("type")(name) not in _type_keys():
            meant = MEANT.get(letters_of(name)) or nearest(name, TYPES_BY_LETTERS.values())
            raise FilterValueError(f"PubMed has no publication type {name!r}.", "types", name, meant)
    for name in filters.languages:
        code = language_code(name)
        if code not in LANGUAGES.values() and not index.has_value("language", code):
            meant = nearest(name, map(str.title, LANGUAGES))
            raise FilterValueError(f"PubMed has no language {name!r}.", "languages", name, meant)
    for name in filters.mesh if mesh else ():
        if mesh and mesh.ui(name) is None and not index.has_value("mesh", name):
            meant = nearest_heading(name, mesh, first=_similar_values("mesh", name, index))
            raise FilterValueError(f"MeSH has no heading {name!r}.", "mesh", name, meant)


def absent_value_warnings(filters: Filters, index: "SearchIndex", mesh: "Mesh | None") -> tuple[str, ...]:
    """Say which journals, authors and types, and without a vocabulary which headings, no article of the library has."""
    absent = "No article of this library {} {!r}.{}"
    warnings = [
        absent.format("is in the journal", name, did_you_mean(name, _similar_values("journal", name, index)))
        for name in filters.journals
        if not index.has_value("journal", name)
    ]
    # Names have several forms, which only the filter knows; most are found at once by how they begin.
    warnings += [
        absent.format("has the author", name, did_you_mean(name, _similar_values("author", name, index)))
        for name in filters.authors
        if not index.has_value("author", name, start=True)
        and not index.count(index.select(Filters(authors=(name,)).expression(mesh)))
    ]
    warnings += [absent.format("has the type", name, "") for name in filters.types if not index.has_value("type", name)]
    if mesh is None and index.has_any("mesh"):
        warnings += [
            absent.format("has the heading", name, did_you_mean(name, _similar_values("mesh", name, index)))
            for name in filters.mesh
            if not index.has_value("mesh", name)
        ]
    return tuple(warnings)


@lru_cache(1)
def _type_keys() -> frozenset[str]:
    return frozenset(map(key_of("type"), TYPES_BY_LETTERS.values()))


def _similar_values(field: str, name: str, index: "SearchIndex") -> Iterator[str]:
    """Yield the values of a field that begin with the same letter; comparing all of them would take too long."""
    labels = (count.label for count in index.facets(field, None, sys.maxsize))
    return (label for label in labels if label[:1].lower() == name[:1].lower())
