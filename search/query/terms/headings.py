"""MeSH headings, their subheadings, and publication types, each with what is narrower."""

from functools import lru_cache
from typing import TYPE_CHECKING

from index.core.text_normalization import folded_value
from index.engine.filter_expression import FilterExpression, Qualified, Value, ValuePrefix
from index.records.publication_types import current_type
from search.filters.vocabulary import heading_values, nearest_heading
from search.query.clauses import Clause
from search.query.field_tags import Tag
from search.query.terms.publication_types import MEANT, TYPES_BY_LETTERS
from search.query.terms.reading import Reading, Unanswerable, letters_of
from search.query.terms.subheadings import subheading, with_narrower

if TYPE_CHECKING:
    from index.lexical.mesh import Mesh

NOT_LOADED = "MeSH is not loaded: narrower headings do not count. rebuild-index --mesh package loads it."
TYPES_NOT_LOADED = NOT_LOADED.replace("headings", "publication types")
_TYPES_CACHED = 200
_MOST_COMPARED = 3
_EXPLODED = "exp "
_TYPES = "V"
"""Publication types are this branch of MeSH's tree."""


def heading_clause(text: str, tag: Tag, reading: Reading) -> Clause:
    """Require a heading, or one together with a subheading: "neoplasms/diet therapy"."""
    headings, pairs = tag.fields
    name, slash, qualifier = (part.strip() for part in text.rpartition("/")) if "/" in text else (text, "", "")
    if slash and reading.mesh is not None and reading.mesh.descriptor(text) is not None:
        name, slash = text, ""
    if "*" in text:
        return _truncated_heading(text, tag, reading)
    if not any(map(str.isalnum, name)):
        raise Unanswerable("It has no heading to search for.")
    if name.lower().startswith(_EXPLODED):
        raise Unanswerable(
            "'exp' is Ovid's word for narrower headings, which [mh] finds as well.", text[len(_EXPLODED) :]
        )
    values = _heading_values(name, tag, reading)
    narrower = " and narrower" if tag.exploded and reading.mesh is not None else ""
    if not slash:
        return Clause(f"{tag.description} {name}{narrower}", Value(headings, values), name)
    qualifiers = _qualifiers(qualifier, tag, reading)
    return Clause(f"{tag.description} {name}/{qualifier}{narrower}", Qualified(pairs, values, qualifiers), name)


def subheading_clause(text: str, tag: Tag, reading: Reading) -> Clause:
    """Require a subheading, by its name or its two letters."""
    qualifiers = _qualifiers(text, tag, reading)
    narrower = " and narrower" if tag.exploded and len(qualifiers) > 1 else ""
    return Clause(f"{tag.description} {subheading(text) or text}{narrower}", Value(tag.fields[0], qualifiers))


def type_clause(text: str, tag: Tag, reading: Reading) -> Clause:
    """Require a publication type, by its old or new name."""
    if not any(map(str.isalnum, text)):
        raise Unanswerable("It has nothing to search for.")
    if text.endswith("*"):
        return Clause(f"{tag.description} {text}", ValuePrefix("type", text.rstrip("*")))
    is_known = reading.mesh is not None and reading.mesh.descriptor(current_type(text)) is not None
    letters = letters_of(current_type(text))
    if not is_known and letters not in TYPES_BY_LETTERS:
        meant = f" Perhaps {MEANT[letters]!r} was meant." if letters in MEANT else ""
        reading.warnings.append(f"PubMed has no publication type {text!r}.{meant}")
    names, is_wider = narrower_types(text, reading.mesh) if tag.exploded else (frozenset({text}), False)
    if reading.mesh is None and tag.exploded:
        warn_once(
            reading,
            "MeSH is not loaded: narrower publication types do not count. rebuild-index --mesh package loads it.",
        )
    return Clause(f"{tag.description} {text}{' and narrower' if is_wider else ''}", Value("type", names))


@lru_cache(_TYPES_CACHED)
def narrower_types(name: str, mesh: "Mesh | None") -> tuple[frozenset[str], bool]:
    """Return a publication type with all narrower ones, and whether there are any."""
    names = {name}
    descriptor = mesh and (mesh.descriptor(current_type(name)) or mesh.descriptor(name))
    if mesh and descriptor and any(number.startswith(_TYPES) for number in descriptor.tree_numbers):
        below = (mesh.descriptor(ui) for ui in mesh.explode(descriptor.ui))
        names |= {type_.name for type_ in below if type_}
    return frozenset(names), len({current_type(folded_value(known)) for known in names}) > 1


def warn_once(reading: Reading, warning: str) -> None:
    """Warn of what holds for the whole query."""
    if warning not in reading.warnings:
        reading.warnings.append(warning)


def _heading_values(name: str, tag: Tag, reading: Reading) -> frozenset[str]:
    mesh = reading.mesh
    if tag.exploded and mesh is None:
        warn_once(reading, NOT_LOADED)
    elif mesh is not None and mesh.descriptor(name) is None:
        # Comparing takes a tenth of a second, and a query may have hundreds of such names.
        meant = nearest_heading(name, mesh) if len(reading.warnings) < _MOST_COMPARED else None
        reading.warnings.append(f"MeSH has no heading {name!r}.{f' Did you mean {meant!r}?' if meant else ''}")
    return heading_values(name, mesh, exploded=tag.exploded)


def _qualifiers(text: str, tag: Tag, reading: Reading) -> frozenset[str]:
    name = subheading(text)
    if name is None:
        if not any(map(str.isalnum, text)):
            raise Unanswerable("It has no subheading to search for.")
        reading.warnings.append(f"MeSH has no subheading {text!r}.")
        return frozenset({text})
    return with_narrower(name) if tag.exploded else frozenset({name})


def _truncated_heading(text: str, tag: Tag, reading: Reading) -> Clause:
    if "*" in text.rstrip("*") or not text.rstrip("*").strip():
        raise Unanswerable("A * is read only at the end of a heading.")
    reading.warnings.append(f"{text!r} finds the headings that begin so, without those that are narrower.")
    headings, pairs = tag.fields
    field = pairs if "/" in text else headings
    found: FilterExpression = ValuePrefix(field, text.rstrip("*"))
    return Clause(f"{tag.description} {text}", found, text.rstrip("*"))
