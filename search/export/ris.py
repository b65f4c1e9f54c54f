"""RIS, written by rispy: one record, ended by "ER  - "."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from index.records.article import Article, Author
from search.export.citation import (
    affiliations,
    heading,
    inverted_name,
    is_chapter,
    joined,
    labelled_abstract,
    one_line,
    retraction_note,
    warned_title,
)
from search.export.pages import located_ends

DATABASE, PROVIDER = "PubMed", "NLM"


def write_ris(articles: Iterable[Article]) -> Iterator[str]:
    """Yield each article as one RIS record, a blank line after it.

    Source:
        RIS tags: https://en.wikipedia.org/wiki/RIS_(file_format); PMID as AN and PMCID as C2 as EndNote has them.
    """
    write = _writer()
    return (f"{write([ris_record(article)])}\n" for article in articles)


def _writer() -> Callable[[list[dict[str, Any]]], str]:
    # Imported here, so that a search does not load it. It has no types.
    from rispy.writer import RisWriter

    class Unnumbered(RisWriter):  # type: ignore[misc]
        """Leaves out the number that rispy writes above each record: not every reader skips it."""

        def set_header(self, count: int) -> str:  # noqa: ARG002 - its name and shape are rispy's
            return ""

    writer = Unnumbered()
    return lambda records: str(writer.formats(records))


def ris_record(article: Article) -> dict[str, Any]:
    """Return an article under rispy's names, without fields that PubMed does not have."""
    journal = article.journal
    note = retraction_note(article)
    fields: dict[str, str | list[str] | None] = {
        "type_of_reference": _type(article),
        "title": warned_title(article),
        "original_publication": article.vernacular_title if article.title else None,
        "authors": [_name(author) for author in article.authors],
        "secondary_title": journal.title,
        "alternate_title1": journal.iso_abbreviation or journal.medline_ta,
        "year": _year(article),
        "date": _date(article),
        "volume": journal.volume,
        "number": journal.issue,
        **_pages(article),
        "issn": journal.issn or journal.issn_linking,
        **_book(article),
        "doi": article.doi,
        "accession_number": str(article.pmid),
        "custom2": article.pmcid,
        "name_of_database": DATABASE,
        "database_provider": PROVIDER,
        "type_of_work": joined(article.types),
        "language": joined(article.languages),
        "abstract": labelled_abstract(article.sections),
        "keywords": [*(keyword.text for keyword in article.keywords), *(heading(mesh) for mesh in article.mesh)],
        "author_address": joined(affiliations(article)),
        "notes": [note] if note else [],
        "urls": [article.url],
    }
    cleaned = {name: _clean(value) for name, value in fields.items() if value}
    return {name: value for name, value in cleaned.items() if value}


def _clean(value: str | list[str]) -> str | list[str]:
    if isinstance(value, str):
        return one_line(value)
    return [line for line in map(one_line, value) if line]


def _type(article: Article) -> str:
    if article.book is None:
        return "JOUR"
    return "CHAP" if is_chapter(article) else "BOOK"


def _name(author: Author) -> str:
    if author.collective_name:
        # EndNote takes the last word of a name without a comma for the family name.
        group = one_line(author.collective_name).rstrip(", ")
        return f"{group}," if group else ""
    return ", ".join(part for part in (inverted_name(author), author.suffix) if part)


def _year(article: Article) -> str | None:
    return article.published.year or (str(article.year) if article.year else None)


def _date(article: Article) -> str | None:
    """Return "YYYY/MM/DD/as PubMed prints it", with nothing between the slashes where PubMed names no month or day."""
    words, first, last = str(article.published), article.published.first or "", article.published.last or ""
    month = first[5:7] if first[:7] == last[:7] else ""
    day = first[8:] if first == last else ""
    exact = day or words == first[:4] or (month and words.count(" ") == 1)
    return f"{first[:4]}/{month}/{day}/{'' if exact else words}" if words else None


def _pages(article: Article) -> dict[str, str | None]:
    first, last = located_ends(article)
    return {"start_page": first, "end_page": last}


def _book(article: Article) -> dict[str, str | list[str] | None]:
    book = article.book
    if book is None:
        return {}
    return {
        "secondary_title": book.title if is_chapter(article) else book.collection,
        "secondary_authors": [_name(editor) for editor in book.editors],
        "publisher": book.publisher,
        "place_published": book.location,
        "edition": book.edition,
        "volume": book.volume,
        "issn": joined(book.isbn),
    }
