"""BibTeX, written by bibtexparser; characters that TeX would read as commands are escaped."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from index.records.article import Article, Author
from index.records.passages import searched_title
from search.export.citation import (
    affiliations,
    heading,
    joined,
    labelled_abstract,
    one_line,
    orcids,
    page_ends,
    retraction_note,
)

# Braces by name: BibTeX counts them even after a backslash, and a single one would end the entry in the wrong place.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "%&$#_"},
    }
)
# Letters in names that Unicode does not decompose.
_ASCII_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "ß": "ss", "đ": "d", "ł": "l", "Ł": "L"}
)
_PLAIN_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+)*\.?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def write_bibtex(articles: Iterable[Article]) -> Iterator[str]:
    """Yield each article as one entry, a blank line after it."""
    from bibtexparser import writer
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    for article in articles:
        fields = [Field(key=name, value=value) for name, value in bibtex_fields(article).items()]
        entry = Entry(entry_type=_type(article), key=citation_key(article), fields=fields)
        yield writer.write(Library([entry])) + "\n"


def citation_key(article: Article) -> str:
    """Return "Okafor2021_900000001": name and year for people, the PMID so that no two articles share a key."""
    author = article.authors[0] if article.authors else Author()
    name = (author.last_name or author.collective_name or "").translate(_ASCII_LETTERS)
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    letters = "".join(character for character in folded if character.isalnum())
    return f"{letters or 'PMID'}{article.year or ''}_{article.pmid}"


def bibtex_fields(article: Article) -> dict[str, str]:
    """Return the entry's fields with their braces, without those that PubMed does not have."""
    journal = article.journal
    fields = {
        "author": _names(article.authors),
        "title": _escaped(searched_title(article) or (article.book.title if article.book else "") or ""),
        "journal": _escaped(journal.title),
        "shortjournal": _escaped(journal.iso_abbreviation or journal.medline_ta),
        **_book(article),
        "year": str(article.year or ""),
        "month": _month(article),
        "pubdate": _escaped(str(article.published)),
        "volume": _escaped(journal.volume or (article.book.volume if article.book else None)),
        "number": _escaped(journal.issue),
        "pages": _escaped("--".join(filter(None, page_ends(journal.pages)))),
        "issn": _escaped(journal.issn or journal.issn_linking),
        "doi": _verbatim(article.doi),
        "pmid": str(article.pmid),
        "pmcid": _escaped(article.pmcid),
        "url": _verbatim(article.url),
        "language": _escaped(joined(article.languages)),
        "type": _escaped(joined(article.types)),
        "keywords": _escaped(joined(keyword.text for keyword in article.keywords)),
        "mesh": _escaped(joined(heading(mesh) for mesh in article.mesh)),
        "affiliation": _escaped(joined(affiliations(article))),
        "orcid-numbers": _escaped(joined(orcids(article, "/"))),
        "abstract": _escaped(labelled_abstract(article.sections)),
        "note": _escaped(retraction_note(article)),
    }
    # The month is one of BibTeX's own words: without braces, and printed by each style in its own way.
    return {name: value if name == "month" else f"{{{value}}}" for name, value in fields.items() if value}


def _escaped(text: str | None) -> str:
    return one_line(text).translate(_ESCAPES) if text else ""


def _verbatim(text: str | None) -> str:
    # Styles print a DOI or a URL verbatim, so nothing in it may be escaped; a percent sign does not start a comment.
    return "".join(
        f"%{ord(character):02X}" if character in "{}\\ " else character for character in one_line(text or "")
    )


def _names(authors: Iterable[Author]) -> str:
    return " and ".join(name for name in map(_name, authors) if name)


def _name(author: Author) -> str:
    """Return "Last, Jr, First"; braces stop BibTeX from splitting it at a comma, a space or an "and"."""
    last, first = _name_part(author.last_name), _name_part(author.fore_name or author.initials)
    if author.collective_name or not (last and first):
        whole = _escaped(author.collective_name or author.last_name) or _escaped(author.fore_name or author.initials)
        return f"{{{whole}}}" if whole else ""
    return ", ".join(part for part in (last, _name_part(author.suffix), first) if part)


def _name_part(name: str | None) -> str:
    escaped = _escaped(name)
    if not escaped or (_PLAIN_NAME.fullmatch(escaped) and "and" not in escaped.lower().split()):
        return escaped
    return f"{{{escaped}}}"


def _type(article: Article) -> str:
    if article.book is None:
        return "article"
    return "incollection" if article.title and article.title != article.book.title else "book"


def _book(article: Article) -> dict[str, str]:
    book = article.book
    if book is None:
        return {}
    return {
        "booktitle": _escaped(book.title),
        "editor": _names(book.editors),
        "publisher": _escaped(book.publisher),
        "address": _escaped(book.location),
        "edition": _escaped(book.edition),
        "series": _escaped(book.collection),
        "isbn": _escaped(joined(book.isbn)),
    }


def _month(article: Article) -> str | None:
    first, last = article.published.first, article.published.last
    one_month = first and last and first[:7] == last[:7]
    return _MONTHS[int(first[5:7]) - 1] if first and one_month else None
