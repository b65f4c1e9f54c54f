"""Identifiers as they are compared and exported, without what publishers put around them."""

import re
from urllib.parse import unquote

_AROUND = re.compile(
    r"\s*(?:(?:https?:)?//)?(?:(?:dx\.|www\.)?doi\.org/|(?:info:|urn:)?doi[:/]|doi\s+(?=10\.))\s*", re.IGNORECASE
)


def bare_doi(text: str) -> str:
    """Return "10.5555/x" from "https://doi.org/10.5555/x", "doi:10.5555/x" and the like; any other text as it is."""
    doi = text
    while match := _AROUND.match(doi):
        doi = doi[match.end() :]
    doi = doi.strip()
    # In an address a slash may be written as %2F; in a bare DOI a percent sign is one of its characters.
    if doi != text.strip() and "/" not in doi:
        doi = unquote(doi)
    return doi if doi.startswith("10.") else text
