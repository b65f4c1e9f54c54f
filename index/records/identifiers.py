"""Identifiers of articles as people write them: bare, labelled, in an address, encoded, with punctuation behind."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from index.core.text_normalization import compact, folded_value, normal_text

_DOI = re.compile(r"(?<![\d.])10\.\d+(?:\.\d+)*/\S+", re.IGNORECASE)
_AROUND = re.compile(
    r"\s*(?:(?:https?:)?//)?(?:(?:dx\.|www\.)?doi\.org/|(?:info:|urn:)?doi[:/]|doi\s+(?=10\.))\s*", re.IGNORECASE
)
# What publishers put behind a DOI in the address of an article.
_PUBLISHERS_ENDING = re.compile(
    r"(?:/(?:full(?:text)?(?:/html)?|abstract|pdf|epdf|html|meta|summary|references|figures|tables|citations?|download)"
    r"|\.(?:pdf|full|abstract|html?|xml|short|long)|v\d+)$"
)
_ENCODED_TWICE = 2
_PMCID = re.compile(r"(?<![^\W_])pmc[ :_-]*(?:id)?[ :_-]*(?:pmc)?(\d+)", re.IGNORECASE)
_ORCID = re.compile(r"(?<!\d)(?:\d{4}-){3}\d{3}[\dX](?!\w)|(?<!\d)000\d{12}[\dX](?!\w)", re.IGNORECASE)
_PUBMED_ADDRESS = re.compile(
    r"(?:pubmed[.-]ncbi[.-]nlm[.-]nih[.-]gov[^/\s]*/(?:pubmed/)?|ncbi[.-]nlm[.-]nih[.-]gov[^/\s]*/(?:m/)?pubmed/|"
    r"europepmc\.org/(?:article|abstract)/med/|identifiers\.org/pubmed[:/]|info:pmid/)(?:\?term=)?(\d{1,10})(?!\d)",
    re.IGNORECASE,
)
_PMID_LABEL = re.compile(
    r"(?<![^\W_])pmids?(?:\s+(?:no|number)\.?)?[\s:=#]*((?:\d{1,10}(?!\d)[\s,;|/]*(?:and\s+)?)+)", re.IGNORECASE
)
_SEPARATORS = re.compile(r"[\s,;|()\[\]]+")


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


def doi_key(text: str) -> str:
    """Return a DOI as DOIs are compared: bare, case folded."""
    return folded_value(bare_doi(text))


def pmcid_key(text: str) -> str:
    """Return the number in "PMC123", "PMC123.1" or "pmc-id: PMC123;"."""
    number = re.search(r"\d+", text)
    return number[0] if number else folded_value(text)


def dois_in(text: str) -> list[tuple[str, ...]]:
    """Return the DOIs in a text, bare, addressed or percent-encoded, in lower case.

    Returns:
        For each, what it may be: first without the punctuation behind it, then as it stands, then without the endings
        of publishers' addresses. Only a look at the articles can tell "10.1/a.full" from "10.1/a" and an ending.
    """
    words = (word for word in normal_text(text).lower().split() if "10." in word)
    return [tuple(dict.fromkeys(_readings(doi))) for word in words if (doi := _encoded_doi(word))]


def _encoded_doi(word: str) -> str | None:
    for _ in range(_ENCODED_TWICE + 1):
        if found := _DOI.search(word):
            decoded = unquote(found[0])
            return decoded if not any(letter.isspace() for letter in decoded) else found[0]
        word = unquote(word)
    return None


def _readings(doi: str) -> Iterator[str]:
    bare = _without_punctuation(doi)
    yield bare
    yield doi
    for cut in (bare, re.split(r"[?#&]", bare)[0]):
        shorter = _without_punctuation(cut)
        yield shorter
        while ending := _PUBLISHERS_ENDING.search(shorter):
            shorter = _without_punctuation(shorter[: ending.start()])
            yield shorter


def _without_punctuation(doi: str) -> str:
    doi = doi.rstrip(".,;:>]}\"'/")
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,;:>]}\"'/")
    return doi


def pmcids_in(text: str) -> list[str]:
    """Return the PubMed Central identifiers in a text, as "PMC123"."""
    return [f"PMC{number}" for number in dict.fromkeys(_PMCID.findall(unquote(text)))]


def orcids_in(text: str) -> list[str]:
    """Return the ORCIDs in a text, bare or in an address."""
    return list(dict.fromkeys(_ORCID.findall(normal_text(unquote(text)))))


def pmids_in(text: str) -> list[int]:
    """Return the PMIDs in a text: those of PubMed's addresses, those behind "PMID", or all of a list of numbers."""
    decoded = unquote(text)
    numbers = _PUBMED_ADDRESS.findall(decoded)
    for labelled in _PMID_LABEL.findall(decoded):
        numbers += re.findall(r"\d+", labelled)
    listed = [word for word in (part.rstrip(".") for part in _SEPARATORS.split(text)) if word]
    if all(word.isascii() and word.isdigit() for word in listed):
        numbers += listed
    return [int(number) for number in dict.fromkeys(numbers) if len(number) <= 10 and int(number)]  # noqa: PLR2004


_LABEL = re.compile(
    r"^(?:(?:clinical\s*trials?(?:\.gov)?|trial|registration|registry|grant|award|contract|project|pii|isbn|orcid|"
    r"identifier|id|no|number|nbk|eudract)\b[\s.:#/]*)+",
    re.IGNORECASE,
)


def identifier_readings(text: str) -> frozenset[str]:
    """Return what a whole text may be as an identifier, with and without a label before it ("grant R01 ...")."""
    whole = text.strip()
    return frozenset(filter(None, map(compact, (whole, _LABEL.sub("", whole)))))
