"""Fields that a query or a filter needs and that no article of the library has."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from index.engine.filter_expression import AllOf, AnyOf, FilterExpression, Qualified, Value, ValuePrefix
from search.query.clauses import Clause, leaves

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

_HAS: Final = "No article of this library has {}."
NO_HEADINGS: Final = _HAS.format("MeSH headings")
EMPTY: Final = {
    "mesh": NO_HEADINGS,
    "mesh_major": NO_HEADINGS,
    "qualifier": NO_HEADINGS,
    "heading_qualifier": NO_HEADINGS,
    "heading_qualifier_major": NO_HEADINGS,
    "retraction": "No article of this library is retracted or has a notice.",
    **{
        field: _HAS.format(name)
        for field, name in {
            "substance": "substances",
            "keyword": "keywords",
            "grant": "grants",
            "investigator": "investigators",
            "named_person": "persons as subjects",
            "editor": "editors",
            "accession": "numbers of databanks",
            "journal_subset": "subsets of journals",
            "book": "a book",
            "publisher": "a publisher",
        }.items()
    },
}
"""Of the fields that whole libraries may lack, what is said."""


def empty_field_warnings(clause: Clause | None, chosen: FilterExpression, index: "SearchIndex") -> tuple[str, ...]:
    """Say which fields are needed and empty in the whole library, each once.

    Args:
        clause: What the query requires. Words that were mapped to a field by themselves need none.
        chosen: What the filters keep.
        index: The build.
    """
    typed = (leaf.filter_expression for leaf in leaves(clause) if not leaf.typed) if clause else ()
    needed = dict.fromkeys(field for expression in (chosen, *typed) for field in _fields(expression))
    return tuple(dict.fromkeys(EMPTY[field] for field in needed if field in EMPTY and not index.has_any(field)))


def _fields(expression: FilterExpression) -> Iterator[str]:
    """Yield the fields whose values are needed; leaving out what no article has needs no word."""
    if isinstance(expression, Value | ValuePrefix | Qualified):
        yield expression.field
    elif isinstance(expression, AllOf | AnyOf):
        for part in expression.parts:
            yield from _fields(part)
