"""A batch of PubMed XML, parsed in a worker: articles, deletions, and records set aside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from index.core.control_characters import safe
from index.core.errors import PubmedError, RecordError, SourceError
from index.parsing.article_parser import deleted_pmids, parse_article
from index.store.article_rows import LARGEST, ArticleRow, RejectedRecord, article_row

DELETIONS: Final = ("DeleteCitation", "DeleteDocument")
LONGEST_REASON: Final = 400
_LINE_NUMBER: Final = re.compile(r",? line \d+(?:, column \d+)?")


@dataclass(frozen=True, slots=True)
class ParsedBatch:
    """The content of one document: its records in order, and the PMIDs that it deletes."""

    records: tuple[ArticleRow | RejectedRecord, ...]
    deletions: tuple[int, ...]


def parse_batch(document: bytes) -> ParsedBatch:
    """Parse one document of whole records.

    Raises:
        SourceError: The document is not well formed.
    """
    records: list[ArticleRow | RejectedRecord] = []
    deletions: list[int] = []
    for element in _children(document):
        try:
            if element.tag in DELETIONS:
                deletions += _deletions(element)
            else:
                records.append(article_row(parse_article(element)))
        # An error in a hostile or odd record must not lose the other 29,999 of its file.
        except Exception as error:  # noqa: BLE001
            records.append(_reject(element, error))
    return ParsedBatch(tuple(records), tuple(deletions))


def reason_of(error: Exception) -> str:
    """Return what an error says as one printable line, with the kind of an error that is not ours."""
    text = " ".join(safe(str(error)).split())
    if not isinstance(error, PubmedError | OSError):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]} ..."


def _children(document: bytes) -> Iterator[etree._Element]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        # The line numbers are those of a piece, so they would mislead.
        raise SourceError(f"malformed XML: {_LINE_NUMBER.sub('', error.msg or 'no element')}") from None
    return root.iterchildren()


def _deletions(element: etree._Element) -> tuple[int, ...]:
    pmids = deleted_pmids(element)
    if max(pmids, default=0) > LARGEST:
        raise RecordError(f"a deleted PMID is larger than {LARGEST:,}")
    return pmids


def _reject(element: etree._Element, error: Exception) -> RejectedRecord:
    pmid = element.findtext(".//PMID")
    return RejectedRecord(pmid, reason_of(error), etree.tostring(element, encoding="unicode", with_tail=False))
