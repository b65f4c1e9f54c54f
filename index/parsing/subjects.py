"""The article's subjects: MeSH, substances, genes, keywords."""

from collections.abc import Iterator

from lxml import etree

from index.parsing.inline_markup import line
from index.records.article import Chemical, Keyword, MeshHeading, Qualifier, SupplementaryConcept


def mesh_headings(listing: etree._Element | None) -> tuple[MeshHeading, ...]:
    """Read `MeshHeadingList`."""
    return () if listing is None else tuple(_headings(listing))


def _headings(listing: etree._Element) -> Iterator[MeshHeading]:
    for heading in listing.iterchildren("MeshHeading"):
        descriptor = None
        qualifiers = []
        for element in heading:
            name = line(element)
            if not name:
                continue
            ui, major = element.get("UI"), element.get("MajorTopicYN") == "Y"
            if element.tag == "DescriptorName":
                descriptor = ui, name, major
            elif element.tag == "QualifierName":
                qualifiers.append(Qualifier(ui, name, major))
        if descriptor:
            yield MeshHeading(*descriptor, tuple(qualifiers))


def chemicals(listing: etree._Element | None) -> tuple[Chemical, ...]:
    """Read `ChemicalList`."""
    if listing is None:
        return ()
    result = []
    for element in listing.iterchildren("Chemical"):
        parts = {child.tag: child for child in element}
        substance = parts.get("NameOfSubstance")
        if substance is not None and (name := line(substance)):
            result.append(Chemical(substance.get("UI"), name, line(parts.get("RegistryNumber"))))
    return tuple(result)


def supplementary_concepts(listing: etree._Element | None) -> tuple[SupplementaryConcept, ...]:
    """Read `SupplMeshList`."""
    if listing is None:
        return ()
    elements = listing.iterchildren("SupplMeshName")
    return tuple(
        SupplementaryConcept(element.get("UI"), name, element.get("Type"))
        for element in elements
        if (name := line(element))
    )


def keywords(document: etree._Element) -> tuple[Keyword, ...]:
    """Read every `KeywordList` of a citation or a book document, in order."""
    return tuple(
        Keyword(text, element.get("MajorTopicYN") == "Y", listing.get("Owner"))
        for listing in document.iterchildren("KeywordList")
        for element in listing.iterchildren("Keyword")
        if (text := line(element))
    )


def texts(listing: etree._Element | None, tag: str) -> tuple[str, ...]:
    """Return the text of each child with that tag; children without text are left out."""
    return () if listing is None else tuple(filter(None, map(line, listing.iterchildren(tag))))
