"""The card of a dataset: what its rows are, how many there are, and which files of PubMed they come from."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of PubMed XML that was applied to the library, and its hash, hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the articles come from.

    Attributes:
        build: The build of the library in service, or None where none is published.
        files: The files applied to the library, in that order.
    """

    build: str | None
    files: tuple[SourceFile, ...]


def card(counts: Mapping[str, int], *, validation: float, provenance: Provenance) -> str:
    """Return the card as Markdown.

    Args:
        counts: Of "read", "train", "validation", "duplicates", "empty" and "with_abstract".
        validation: Share of the validation split that was asked for.
        provenance: Where the articles come from.
    """
    files = "\n".join(f"| {file.name} | `{file.sha256}` |" for file in provenance.files)
    return f"""# PubMed articles

| split | rows |
|---|---|
| train | {counts["train"]:,} |
| validation | {counts["validation"]:,} |

{counts["read"]:,} articles read: {counts["train"] + counts["validation"]:,} rows, {counts["duplicates"]:,} with the \
text of an article of a lower PMID, {counts["empty"]:,} without title and abstract. \
{counts["with_abstract"]:,} rows have an abstract.

## Columns

| column | what it holds |
|---|---|
| pmid | PubMed's identifier |
| title | the title; the vernacular one where there is no other; "" without any |
| abstract | the abstract's sections joined by a space, without labels; "" without one |
| sections | the abstract's sections, each with `label` (or null) and `text` |
| year | the first year that the publication date can mean, or null |
| mesh | names of the MeSH descriptors |
| keywords | keywords of every owner |

Rows are in the order of their PMIDs. The split goes by a hash of the PMID (a share of {validation:g} for validation): \
an article is on the same side in every export.

## Source

Records of the U.S. National Library of Medicine, under its
[terms](https://www.nlm.nih.gov/databases/download/terms_and_conditions.html); abstracts may be under copyright.
Library build: {provenance.build or "none published"}.

| file | sha256 |
|---|---|
{files}
"""
