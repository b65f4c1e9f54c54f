"""From a small XML document to rows that are ready for the store; runs in the worker processes.

Nothing heavy is imported here: every worker pays for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from index.errors import RecordError, SourceError
from index.packing import pack
from index.paperetl_rows import PaperRows, paper_rows
from index.passages import encoded_text, text_hash
from index.pubmed_xml import deleted_pmids, parse_article
from index.records import Article

DELETIONS: Final = ("DeleteCitation", "DeleteDocument")
LARGEST: Final = 2**63 - 1  # of an SQLite integer
_LINES: Final = re.compile(r",? line \d+(?:, column \d+)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One article, ready for the store.

    Attributes:
        revised: Date of the revision, ISO 8601, or "" where PubMed gives none.
        first: First day that the publication date can mean, ISO 8601, or None.
        entrez: Day on which PubMed took the record in, ISO 8601, or None.
        text_hash: Hash of the text that is encoded.
        body: The whole article, packed.
        paper: The article in PaperETL's tables.
    """

    pmid: int
    version: int
    revised: str
    year: int | None
    first: str | None
    entrez: str | None
    retraction: str | None
    has_abstract: bool
    text_hash: bytes
    body: bytes
    paper: PaperRows


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that cannot be understood, kept as it came.

    Attributes:
        pmid: As far as it can be read.
        reason: What is wrong with it.
        xml: The record's own XML.
    """

    pmid: str | None
    reason: str
    xml: str


@dataclass(frozen=True, slots=True)
class ParsedBatch:
    """What one document held: its records in their order, and the PMIDs that it deletes."""

    records: tuple[Entry | Rejected, ...]
    deletions: tuple[int, ...]


def make_entry(article: Article) -> Entry:
    """Return the article as the store keeps it.

    Raises:
        RecordError: The PMID or the version is larger than any database holds.
    """
    if max(article.pmid, article.version) > LARGEST:
        raise RecordError(f"PMID {article.pmid}, version {article.version}: too large to be one")
    return Entry(
        pmid=article.pmid,
        version=article.version,
        revised=article.revised or "",
        year=article.year,
        first=article.published.first,
        entrez=article.entrez,
        retraction=article.retraction,
        has_abstract=bool(article.sections),
        text_hash=text_hash(encoded_text(article)),
        body=pack(article),
        paper=paper_rows(article),
    )


def parse_batch(document: bytes) -> ParsedBatch:
    """Parse one document of whole records.

    Raises:
        SourceError: The document is not well formed.
    """
    records: list[Entry | Rejected] = []
    deletions: list[int] = []
    for element in _children(document):
        try:
            if element.tag in DELETIONS:
                deletions += _deletions(element)
            else:
                records.append(make_entry(parse_article(element)))
        # Whatever a hostile or odd record provokes must not cost the other 29,999 of its file.
        except Exception as error:  # noqa: BLE001
            records.append(_reject(element, error))
    return ParsedBatch(tuple(records), tuple(deletions))


def _children(document: bytes) -> Iterator[etree._Element]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        # The line numbers are those of a piece, and would mislead.
        raise SourceError(f"malformed XML: {_LINES.sub('', error.msg or 'no element')}") from None
    return root.iterchildren()


def _deletions(element: etree._Element) -> tuple[int, ...]:
    pmids = deleted_pmids(element)
    if max(pmids, default=0) > LARGEST:
        raise RecordError("a deleted PMID is too large to be one")
    return pmids


def _reject(element: etree._Element, error: Exception) -> Rejected:
    reason = str(error) if isinstance(error, RecordError) else f"{type(error).__name__}: {error}"
    pmid = element.findtext(".//PMID")
    return Rejected(pmid, reason, etree.tostring(element, encoding="unicode", with_tail=False))
