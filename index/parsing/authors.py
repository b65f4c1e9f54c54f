"""Authors, editors, investigators and the persons whom an article is about."""

import re

from lxml import etree

from index.parsing.inline_markup import line
from index.records.article import Author

_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])\s*/?$")


def people(listing: etree._Element | None) -> tuple[Author, ...]:
    """Read `AuthorList`, `InvestigatorList` or `PersonalNameSubjectList`, everybody in it.

    A name that PubMed marks as wrong (`ValidYN="N"`) is followed by its correction, and only the correction is read.
    """
    if listing is None:
        return ()
    return tuple(_person(element) for element in listing.iterchildren(etree.Element) if element.get("ValidYN") != "N")


def _person(element: etree._Element) -> Author:
    texts: dict[str, str | None] = {}
    affiliations: list[str] = []
    orcid = None
    for child in element:
        tag = child.tag
        if tag == "AffiliationInfo":
            affiliations += filter(None, map(line, child.iterchildren("Affiliation")))
        elif tag == "Identifier":
            orcid = (_orcid(child) if child.get("Source") == "ORCID" else None) or orcid
        elif tag == "Affiliation":  # its position before 2015
            affiliations += filter(None, [line(child)])
        else:
            texts[tag] = line(child)
    get = texts.get
    return Author(
        get("LastName"),
        get("ForeName") or get("FirstName"),
        get("Initials"),
        get("Suffix"),
        get("CollectiveName"),
        orcid,
        tuple(affiliations),
    )


def _orcid(element: etree._Element) -> str | None:
    """Return an ORCID as "0000-0002-1825-0097", however it is written; other text is returned unchanged."""
    text = line(element)
    match = _ORCID.search(text) if text else None
    return "-".join(match.groups()).upper() if match else text
