"""A store that PaperETL itself built (SQLite) as a source: what it holds of each article, and no more.

Its articles lack most of a PubMed record, and the month and day of its dates may be the day on which PaperETL ran. So
they count as version 0, below every version that NLM publishes: they never replace a record from PubMed's XML, and any
such record replaces them.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from index.core.errors import RecordError, SourceError
from index.ingest.batch_parser import ParsedBatch, reason_of
from index.parsing.bibliography import number
from index.records.article import Article, Author, Journal, MeshHeading, PublicationDate, Reference, Section
from index.records.sentence_splitter import sentence_starts
from index.store.article_rows import ArticleRow, RejectedRecord, article_row
from index.store.paperetl_rows import SOURCE
from index.store.schema import APPLICATION_ID

LACKS: Final = (
    "no DOI, PMCID, volume, issue, pages, publication types, languages, keywords, MeSH names, groups or authors of one "
    "name, retraction links; of dates only the year is sure"
)
"""What articles of PaperETL's stores do not have, for people."""

BATCH: Final = 500
VERSION: Final = 0
_ARTICLES: Final = (
    "SELECT Id, Source, Published, Publication, Authors, Affiliations, Title, Tags, Reference FROM articles ORDER BY Id"
)
_SECTIONS: Final = "SELECT Name, Text FROM sections WHERE Article = ? ORDER BY Id"
_CITATIONS: Final = "SELECT Reference FROM citations WHERE Article = ? ORDER BY Id"
_PUBMED: Final = "https://pubmed.ncbi.nlm.nih.gov/"
_UI: Final = re.compile(r"[DC]\d+")


def read_store(path: Path) -> Iterator[ParsedBatch]:
    """Yield the store's articles in batches; an article whose id is no PMID is set aside.

    Raises:
        SourceError: The file is no SQLite database, is damaged, is a library's own store, or has other tables.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            _check(connection)
            articles = connection.execute(_ARTICLES)
            while rows := list(islice(articles, BATCH)):
                yield ParsedBatch(tuple(_record(connection, row) for row in rows), ())
    except sqlite3.Error as error:
        raise SourceError(f"not a store of PaperETL's: {error}") from error


def _check(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
        raise SourceError(
            "it is the article store of a library, which holds more than can be read from it here; name its folder "
            "with --library, or read the XML files again that it was made of"
        )
    tables = {row[0].lower() for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if missing := {"articles", "sections", "citations"} - tables:
        raise SourceError(f"not a store of PaperETL's: it has no table {', '.join(sorted(missing))}")


def _record(connection: sqlite3.Connection, row: tuple[Any, ...]) -> ArticleRow | RejectedRecord:
    key = row[0]
    sections = connection.execute(_SECTIONS, (key,)).fetchall()
    citations = [reference for (reference,) in connection.execute(_CITATIONS, (key,))]
    try:
        return article_row(_article(row, sections, citations))
    # As in XML: an error in one odd record must not lose the others.
    except Exception as error:  # noqa: BLE001
        return RejectedRecord(None if key is None else str(key), reason_of(error), _as_xml(row, sections, citations))


def _article(row: tuple[Any, ...], sections: list[tuple[Any, Any]], citations: list[Any]) -> Article:
    key, source, published, publication, authors, affiliations, title, tags, address = (
        None if value is None else str(value) for value in row
    )
    pmid = number(key)
    if pmid is None or not (source == SOURCE or (address or "").startswith(_PUBMED)):
        raise RecordError(
            f"id {key!r} of source {source!r} is not a PMID: only articles of PubMed ({SOURCE}) are taken"
        )
    people = [name.partition(", ") for name in (authors or "").split("; ") if name.strip()]
    addresses = tuple(filter(None, (affiliations or "").split("; ")))
    # Which author works where is not in the store: all places stand with the first, so that they are found.
    return Article(
        pmid=pmid,
        version=VERSION,
        title=title,
        sections=_abstract(sections, title),
        authors=tuple(
            Author(last, fore or None, _initials(fore), affiliations=() if position else addresses)
            for position, (last, _, fore) in enumerate(people)
        ),
        journal=Journal(title=publication),
        published=_year(published),
        mesh=tuple(MeshHeading(ui, ui) for ui in (tags or "").split("; ") if _UI.fullmatch(ui)),
        references=tuple(Reference(pmid=cited) for value in citations if (cited := number(str(value)))),
    )


def _abstract(rows: list[tuple[Any, Any]], title: str | None) -> tuple[Section, ...]:
    """Join sentences to sections; the first row of a store is the title."""
    texts = [(str(name or ""), str(text or "")) for name, text in rows]
    named = groupby((row for row in texts if row[0] != "TITLE" or row[1] != title), key=itemgetter(0))
    sections = []
    for name, sentences in named:
        text = " ".join(sentence for _, sentence in sentences)
        sections.append(Section(None if name in ("ABSTRACT", "") else name, None, text, sentence_starts(text)))
    return tuple(section for section in sections if section.text)


def _initials(fore_name: str) -> str | None:
    return "".join(word[0] for word in re.split(r"[\s-]+", fore_name) if word) or None


def _year(published: str | None) -> PublicationDate:
    match = re.match(r"[12]\d{3}", published or "")
    if not match:
        return PublicationDate()
    return PublicationDate(year=match[0], first=f"{match[0]}-01-01", last=f"{match[0]}-12-31")


def _as_xml(row: tuple[Any, ...], sections: list[tuple[Any, Any]], citations: list[Any]) -> str:
    """Return the rows as one piece of text, so that nothing of a record set aside is lost."""
    columns = ("id", "source", "published", "publication", "authors", "affiliations", "title", "tags", "reference")
    values = " ".join(f"{name}={quoteattr(str(value))}" for name, value in zip(columns, row, strict=True) if value)
    texts = "".join(f"<section>{escape(f'{name}: {text}')}</section>" for name, text in sections)
    cited = "".join(f"<citation>{escape(str(value))}</citation>" for value in citations)
    return f"<article {values}>{texts}{cited}</article>"
