"""From a small XML document to rows that are ready for the store; runs in the worker processes.

Nothing heavy is imported here: every worker would need its import time.
"""

from dataclasses import dataclass
from typing import Final

from index.core.errors import RecordError
from index.records.article import Article
from index.records.passages import encoded_text, text_hash
from index.records.serialization import pack
from index.store.paperetl_rows import PaperRows, paper_rows

LARGEST: Final = 2**63 - 1  # of an SQLite integer


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article, ready for the store.

    Attributes:
        revised: Date of the revision, ISO 8601, or "" where PubMed gives none.
        first: First day that the publication date can mean, ISO 8601, or None.
        entrez: Day on which PubMed added the record, ISO 8601, or None.
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
class RejectedRecord:
    """A record that cannot be understood, kept as received.

    Attributes:
        pmid: Its PMID as text, or None.
        reason: What is wrong with it.
        xml: The record's own XML.
    """

    pmid: str | None
    reason: str
    xml: str


def article_row(article: Article) -> ArticleRow:
    """Return the article as a row for the store.

    Raises:
        RecordError: The PMID or the version is larger than SQLite can hold.
    """
    if max(article.pmid, article.version) > LARGEST:
        raise RecordError(f"PMID {article.pmid}, version {article.version}: larger than {LARGEST:,}")
    return ArticleRow(
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
