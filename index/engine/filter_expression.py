"""A filter as a tree of immutable parts: which articles it keeps, not how they are found.

::

    Everything | AllOf | AnyOf | Without      whole selections joined
    Word | Phrase | Prefix | Near             words of a text field, as written in the article
    Value | Qualified | ValuePrefix | Between | Pmids     values of the record

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
        field: One of `index.records.article_fields.TEXTS`, or "all".
        text: One word.
    """

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Keeps articles with these words side by side and in this order in a text field (those of `Word`).

    A word that ends in `*` may be longer.
    """

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Keeps articles with a word that begins with `text` in a text field (those of `Word`), however many words do.

    Of several words, side by side and in this order, the last may be longer.
    """

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Near:
    """Keeps articles with these words near each other, in any order, in a text field (those of `Word`).

    Attributes:
        field: Where.
        text: The words.
        distance: How many other words may stand between them, all gaps together.
    """

    field: str
    text: str
    distance: int


@dataclass(frozen=True, slots=True)
class Value:
    """Keeps articles with one of these values.

    Attributes:
        field: "author", "first_author", "last_author", "investigator", "named_person", "editor" ("okafor nb", or the
            full name in any order), "journal" (title, abbreviations, ISSN), "type", "language", "mesh", "mesh_major"
            (UI or name), "qualifier" (a name), "heading_qualifier", "heading_qualifier_major" ("Asthma/therapy", or
            with the heading's UI), "substance" (name, UI or registry number), "keyword", "doi", "pmcid", "identifier"
            (any other), "accession", "grant", "orcid", "volume", "issue", "page" (all, or the first), "country",
            "book", "publisher", "journal_subset", "feature" (what an article has: "hascommenton"), "status",
            "has_abstract" and "free_full_text" ("yes" or "no"), "retraction" (those of `Article.retraction`).
        values: Whole values.
    """

    field: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Qualified:
    """Keeps articles with one of these headings together with one of these qualifiers.

    Attributes:
        field: "heading_qualifier" or "heading_qualifier_major".
        headings: Names or UIs.
        qualifiers: Names.
    """

    field: str
    headings: frozenset[str]
    qualifiers: frozenset[str]


@dataclass(frozen=True, slots=True)
class ValuePrefix:
    """Keeps articles with a value that begins with `text`: "okafor n" finds "okafor nb"; further names do not count."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Between:
    """Keeps articles with a date in a closed range; one without that date is in no range.

    Attributes:
        field: "published" (the day of the issue or the electronic one), or one of
            `index.records.article_fields.DAYS`: days as the number yyyymmdd; a partial date is its first day.
            "year": years.
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
    Everything
    | AllOf
    | AnyOf
    | Without
    | Word
    | Phrase
    | Prefix
    | Near
    | Value
    | Qualified
    | ValuePrefix
    | Between
    | Pmids
)


def all_of(*filters: FilterExpression) -> FilterExpression:
    """Join filter expressions, leaving out those that keep everything."""
    selective = tuple(expression for expression in filters if expression not in (Everything(), AllOf(())))
    if len(selective) == 1:
        return selective[0]
    return AllOf(selective) if selective else Everything()
