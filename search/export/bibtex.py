"""BibTeX, written by bibtexparser; characters that TeX would read as commands are escaped."""

import re
from collections.abc import Iterable, Iterator

from index.records.article import Article, Author
from search.export.citation import (
    affiliations,
    citation_key,
    heading,
    joined,
    labelled_abstract,
    orcids,
    own_title,
    retraction_note,
)
from search.export.pages import located_ends
from search.export.tex import escaped, protected, verbatim

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


def bibtex_fields(article: Article) -> dict[str, str]:
    """Return the entry's fields with their braces, without those that PubMed does not have."""
    journal = article.journal
    fields = {
        "author": _names(article.authors),
        "title": protected(own_title(article)),
        "journal": escaped(journal.title),
        "shortjournal": escaped(journal.iso_abbreviation or journal.medline_ta),
        **_book(article),
        "year": str(article.year or ""),
        "month": _month(article),
        "pubdate": escaped(str(article.published)),
        "volume": escaped(journal.volume or (article.book.volume if article.book else None)),
        "number": escaped(journal.issue),
        "pages": escaped("--".join(filter(None, located_ends(article)))),
        "issn": escaped(journal.issn or journal.issn_linking),
        "doi": verbatim(article.doi),
        "pmid": str(article.pmid),
        "pmcid": escaped(article.pmcid),
        "url": verbatim(article.url),
        "language": escaped(joined(article.languages)),
        "type": escaped(joined(article.types)),
        "keywords": escaped(joined(keyword.text for keyword in article.keywords)),
        "mesh": escaped(joined(heading(mesh) for mesh in article.mesh)),
        "affiliation": escaped(joined(affiliations(article))),
        "orcid-numbers": escaped(joined(orcids(article, "/"))),
        "abstract": escaped(labelled_abstract(article.sections)),
        "note": escaped(retraction_note(article)),
    }
    # The month is one of BibTeX's own words: without braces, and printed by each style in its own way.
    return {name: value if name == "month" else f"{{{value}}}" for name, value in fields.items() if value}


def _names(authors: Iterable[Author]) -> str:
    return " and ".join(name for name in map(_name, authors) if name)


def _name(author: Author) -> str:
    """Return "Last, Jr, First"; braces stop BibTeX from splitting it at a comma, a space or an "and"."""
    last, first = _name_part(author.last_name), _name_part(author.fore_name or author.initials)
    if author.collective_name or not (last and first):
        whole = escaped(author.collective_name or author.last_name) or escaped(author.fore_name or author.initials)
        return f"{{{whole}}}" if whole else ""
    return ", ".join(part for part in (last, _name_part(author.suffix), first) if part)


def _name_part(name: str | None) -> str:
    part = escaped(name)
    if not part or (_PLAIN_NAME.fullmatch(part) and "and" not in part.lower().split()):
        return part
    return f"{{{part}}}"


def _type(article: Article) -> str:
    if article.book is None:
        return "article"
    return "incollection" if article.title and article.title != article.book.title else "book"


def _book(article: Article) -> dict[str, str]:
    book = article.book
    if book is None:
        return {}
    return {
        "booktitle": escaped(book.title),
        "editor": _names(book.editors),
        "publisher": escaped(book.publisher),
        "address": escaped(book.location),
        "edition": escaped(book.edition),
        "series": escaped(book.collection),
        "isbn": escaped(joined(book.isbn)),
    }


def _month(article: Article) -> str | None:
    first, last = article.published.first, article.published.last
    one_month = first and last and first[:7] == last[:7]
    return _MONTHS[int(first[5:7]) - 1] if first and one_month else None
