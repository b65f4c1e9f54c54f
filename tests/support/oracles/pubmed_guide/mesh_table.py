"""MeSH as a table: names of headings, what lies under them, and the families of subheadings."""

import csv
import gzip
from pathlib import Path

from tests.support.oracles.pubmed_guide.words import words_of

SUBHEADINGS = {
    "ab": "abnormalities", "ad": "administration & dosage", "ae": "adverse effects", "ag": "agonists",
    "aa": "analogs & derivatives", "an": "analysis", "ah": "anatomy & histology", "ai": "antagonists & inhibitors",
    "bi": "biosynthesis", "bl": "blood", "bs": "blood supply", "cf": "cerebrospinal fluid",
    "cs": "chemical synthesis", "ci": "chemically induced", "ch": "chemistry", "cl": "classification",
    "co": "complications", "cn": "congenital", "ct": "contraindications", "cy": "cytology", "df": "deficiency",
    "di": "diagnosis", "dg": "diagnostic imaging", "du": "diagnostic use", "dh": "diet therapy",
    "de": "drug effects", "dt": "drug therapy", "ec": "economics", "ed": "education", "em": "embryology",
    "en": "enzymology", "ep": "epidemiology", "es": "ethics", "eh": "ethnology", "et": "etiology", "ge": "genetics",
    "gd": "growth & development", "hi": "history", "im": "immunology", "in": "injuries", "ir": "innervation",
    "is": "instrumentation",
    "ip": "isolation & purification", "lj": "legislation & jurisprudence", "me": "metabolism", "mt": "methods",
    "mi": "microbiology", "mo": "mortality", "nu": "nursing", "og": "organization & administration",
    "ps": "parasitology", "py": "pathogenicity", "pa": "pathology", "pk": "pharmacokinetics", "pd": "pharmacology",
    "ph": "physiology", "pp": "physiopathology", "po": "poisoning", "pc": "prevention & control", "px": "psychology",
    "re": "radiation effects", "rt": "radiotherapy", "rh": "rehabilitation", "sc": "secondary", "se": "secretion",
    "st": "standards", "sn": "statistics & numerical data", "sd": "supply & distribution", "su": "surgery",
    "tu": "therapeutic use", "th": "therapy", "to": "toxicity", "tm": "transmission", "tr": "transplantation",
    "td": "trends", "ul": "ultrastructure", "ur": "urine", "ve": "veterinary", "vi": "virology",
}  # fmt: skip
FAMILIES = {
    "ae": "po to", "an": "bl cf ip ur", "ah": "bs cy em ir pa ul", "ch": "ag aa ai cs", "co": "sc", "cy": "pa ul",
    "di": "dg pa", "em": "ab", "ep": "eh mo", "et": "ci co cn em ge im mi ps tm", "me": "bi bl cf df en pk ur",
    "mi": "vi", "og": "ec lj st sd td", "pd": "ad ae ag ai ct du pk", "ph": "ge gd im me pp se", "sn": "ep sd",
    "su": "tr", "th": "dh dt nu pc rt rh su", "tu": "ad ae ct po",
}  # fmt: skip
OLD_SUBHEADINGS = {"radiography": "dg", "radionuclide imaging": "dg", "ultrasonography": "dg", "ra": "dg", "us": "dg"}
OLD_TYPES = {
    "retraction notice": "retraction of publication", "retraction of publication": "retraction notice",
    "evaluation study": "evaluation studies", "evaluation studies": "evaluation study",
    "validation study": "validation studies", "validation studies": "validation study",
}  # fmt: skip

Name = tuple[str, ...]


def subheading(text: str) -> Name | None:
    """Return the full name of a subheading given by name or by its two letters, as words."""
    key = " ".join(words_of(text)).replace(" and ", " ")
    code = key if key in SUBHEADINGS else OLD_SUBHEADINGS.get(key)
    if code is None:
        code = next((code for code, name in SUBHEADINGS.items() if " ".join(words_of(name)) == key), None)
    return words_of(SUBHEADINGS[code]) if code else None


def subheading_family(name: Name) -> set[Name]:
    """Return a subheading with all that lie under it."""
    code = next(code for code, full in SUBHEADINGS.items() if words_of(full) == name)
    return {name}.union(*(subheading_family(words_of(SUBHEADINGS[child])) for child in FAMILIES.get(code, "").split()))


class MeshTable:
    """The descriptors of MeSH by name, by entry term and by place in the tree."""

    def __init__(self, rows: list[tuple[str, list[str], list[str]]]) -> None:
        """Read (name, entry terms, tree numbers)."""
        self.trees = {words_of(name): trees for name, _, trees in rows}
        self.names = {words_of(term): words_of(name) for name, terms, _ in rows for term in terms}
        self.written = [name for name, *_ in rows] + [term for _, terms, _ in rows for term in terms]
        self.names |= {name: name for name in self.trees}
        self._at = {tree: name for name, trees in self.trees.items() for tree in trees}

    @classmethod
    def read(cls, path: Path) -> "MeshTable":
        """Read a table of UI, name, entry terms and tree numbers, compressed by gzip."""
        with gzip.open(path, "rt", encoding="utf-8") as table:
            return cls(
                [
                    (row["name"], list(filter(None, row["entry_terms"].split("|"))), row["tree_numbers"].split("|"))
                    for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
                ]
            )

    def narrower(self, name: Name) -> set[Name]:
        """Return a heading with every heading that lies under one of its places in the tree."""
        places = tuple(f"{tree}." for tree in self.trees.get(name, ()) if tree)
        return {name} | {below for tree, below in self._at.items() if tree.startswith(places)} if places else {name}
