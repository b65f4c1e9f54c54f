"""What people call diseases, symptoms and drugs: names that MeSH has not, each with the concept that it means.

A plain question that has such a name finds articles by the concept's names too ("low blood sugar", "Keytruda"). Queries
in PubMed's language do not know them, because PubMed does not.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.core.text_normalization import folded_words

TABLE: Final = "CREATE TABLE everyday (words TEXT PRIMARY KEY, ui TEXT, name TEXT NOT NULL)"
_MESH_REFERENCES: Final = frozenset({"MSH", "MESH"})
_BRAND: Final = "bn"


@dataclass(frozen=True, slots=True)
class EverydayName:
    """A name, and what it names.

    Attributes:
        term: "Low blood sugar", "KEYTRUDA".
        ui: The MeSH descriptor that it means, "D007003", or None where only a name is known.
        name: The concept's name: "Hypoglycemia", "pembrolizumab".
    """

    term: str
    ui: str | None
    name: str


def read_ontology(path: Path) -> Iterator[EverydayName]:
    """Yield the names and synonyms of an ontology's terms that are one MeSH descriptor.

    Args:
        path: A JSON list of terms: `name`, `synonyms`, `xrefs` with `namespace` and `id`.
    """
    for term in json.loads(path.read_bytes()):
        references = term.get("xrefs", ())
        descriptors = {reference["id"] for reference in references if reference["namespace"] in _MESH_REFERENCES}
        if len(descriptors) == 1:
            [ui] = descriptors
            yield from (EverydayName(name, ui, term["name"]) for name in (term["name"], *term.get("synonyms", ())))


def read_brands(path: Path) -> Iterator[EverydayName]:
    """Yield the brand names of FDA's table of substances, each with the simplest name of its substance.

    "FLUOXETINE HYDROCHLORIDE" is named "fluoxetine" where that is a substance of the table too.

    Args:
        path: Tab-separated: name, kind of name, UNII, the substance's preferred name.
    """
    substances: set[str] = set()
    brands: list[tuple[str, str]] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            name, kind, _, substance = line.rstrip("\n").split("\t")
            substances.add(substance)
            if kind == _BRAND:
                brands.append((name, substance))
    for name, substance in brands:
        words = substance.split()
        shorter = (" ".join(words[:end]) for end in range(1, len(words)))
        simplest = next(filter(substances.__contains__, shorter), substance)
        yield EverydayName(name, None, simplest.lower())


def insert_names(
    connection: sqlite3.Connection, names: Iterable[EverydayName], descriptor_of: Callable[[str], str | None]
) -> None:
    """Write the names that MeSH has not; of those that mean several things, none.

    Args:
        connection: A vocabulary whose descriptors are there, with `TABLE`.
        names: The names.
        descriptor_of: Returns the UI of the descriptor of this UI, name or entry term, or None.
    """
    meant: dict[str, tuple[str | None, str]] = {}
    ambiguous: set[str] = set()
    for name in names:
        words = " ".join(folded_words(name.term))
        ui = descriptor_of(name.ui or name.name) or (None if name.ui else _of_salt(name.name, descriptor_of))
        if not words or (name.ui and ui is None) or descriptor_of(name.term):
            continue
        known = meant.setdefault(words, (ui, name.name))
        if (known[0] or known[1]) != (ui or name.name):
            ambiguous.add(words)
    rows = ((words, *meaning) for words, meaning in meant.items() if words not in ambiguous)
    connection.executemany("INSERT INTO everyday VALUES (?, ?, ?)", rows)


def _of_salt(substance: str, descriptor_of: Callable[[str], str | None]) -> str | None:
    """Return the descriptor that the longest first words name: "insulin" of "insulin zinc"."""
    words = substance.split()
    runs = (" ".join(words[:end]) for end in range(len(words) - 1, 0, -1))
    return next((ui for run in runs if (ui := descriptor_of(run))), None)
