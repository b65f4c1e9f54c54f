"""A filter as a tree of immutable parts: which articles it keeps, not how they are found.

::

    Everything | AllOf | AnyOf | Without      whole selections joined
    Word | Phrase | Prefix                    words of a text field, as written in the article
    Value | ValuePrefix | Between | Pmids     values of the record

Text is compared with case and accents folded and is never stemmed.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Everything:
    """Keeps every article."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Keeps what every part keeps; without parts, everything."""

    parts: tuple["FilterExpression", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Keeps what at least one part keeps; without parts, nothing."""

    parts: tuple["FilterExpression", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Keeps everything except what its part keeps."""

    part: "FilterExpression"


@dataclass(frozen=True, slots=True)
class Word:
    """Keeps articles with this word in a text field.

    Attributes:
        field: "title", "abstract", "affiliation", "keyword" or "all".
        text: One word.
    """

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Keeps articles with these words side by side and in this order in a text field (those of `Word`)."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Keeps articles with a word that begins with `text` in a text field (those of `Word`), however many words do."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """Keeps articles with one of these values.

    Attributes:
        field: "author", "first_author", "investigator", "named_person", "editor" ("okafor nb", or the full name in any
            order), "journal" (title, abbreviations, ISSN), "type", "language", "mesh", "mesh_major" (UI or name),
            "substance" (name, UI or registry number), "keyword", "doi", "pmcid", "identifier" (any other), "accession",
            "grant", "orcid", "status", "has_abstract" and "free_full_text" ("yes" or "no"), "retraction" (those of
            `Article.retraction`).
        values: Whole values.
    """

    field: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class ValuePrefix:
    """Keeps articles with a value that begins with `text`: "okafor n" finds "okafor nb"; further names do not count."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Between:
    """Keeps articles with a date in a closed range; one without that date is in no range.

    Attributes:
        field: "published" (any day that the date of the issue or the electronic one can mean lies in the range),
            "entrez", "revised": days as the number yyyymmdd. "year": years.
        first: First day or year, or None for no bound.
        last: Last day or year, or None for no bound.
    """

    field: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Pmids:
    """Keeps these articles."""

    pmids: frozenset[int]


FilterExpression: TypeAlias = (
    Everything | AllOf | AnyOf | Without | Word | Phrase | Prefix | Value | ValuePrefix | Between | Pmids
)


def all_of(*filters: FilterExpression) -> FilterExpression:
    """Join filter expressions, leaving out those that keep everything."""
    selective = tuple(expression for expression in filters if expression not in (Everything(), AllOf(())))
    if len(selective) == 1:
        return selective[0]
    return AllOf(selective) if selective else Everything()
