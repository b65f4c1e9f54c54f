"""Authors, editors, investigators and the persons that an article is about."""

import re

from lxml import etree

from index.parsing.inline_markup import line
from index.records.article import Author

_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])\s*/?$")


def people(listing: etree._Element | None) -> tuple[Author, ...]:
    """Read `AuthorList`, `InvestigatorList` or `PersonalNameSubjectList`, nobody left out.

    A name that PubMed itself marks as wrong (`ValidYN="N"`) stands beside its correction, and only that one is read.
    """
    if listing is None:
        return ()
    return tuple(_person(element) for element in listing.iterchildren(etree.Element) if element.get("ValidYN") != "N")


def _person(element: etree._Element) -> Author:
    names: dict[str, str | None] = {}
    affiliations: list[str] = []
    orcid = None
    for child in element:
        tag = child.tag
        if tag == "AffiliationInfo":
            affiliations += filter(None, map(line, child.iterchildren("Affiliation")))
        elif tag == "Identifier":
            orcid = (_orcid(child) if child.get("Source") == "ORCID" else None) or orcid
        elif tag == "Affiliation":  # before 2015 it stood here
            affiliations += filter(None, [line(child)])
        else:
            names[tag] = line(child)
    known = names.get
    return Author(
        known("LastName"),
        known("ForeName") or known("FirstName"),
        known("Initials"),
        known("Suffix"),
        known("CollectiveName"),
        orcid,
        tuple(affiliations),
    )


def _orcid(element: etree._Element) -> str | None:
    """Return an ORCID as "0000-0002-1825-0097", whichever way it is written; text that is none stays as it is."""
    text = line(element)
    digits = _ORCID.search(text) if text else None
    return "-".join(digits.groups()).upper() if digits else text
