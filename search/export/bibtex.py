"""BibTeX, written by bibtexparser; what TeX would take for a command is spelled out."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from index.records.article import Article, Author
from index.records.passages import searched_title
from search.export.citation import heading, joined, labelled_abstract, one_line, page_ends, retraction_note

# Braces by name: BibTeX counts them even behind a backslash, and one alone would end the entry in the wrong place.
_SPELLED = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{mark: f"\\{mark}" for mark in "%&$#_"},
    }
)
# Of letters that do not decompose, those that names have.
_FOLDED = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "ß": "ss", "đ": "d", "ł": "l", "Ł": "L"})
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
    name = (author.last_name or author.collective_name or "").translate(_FOLDED)
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    letters = "".join(character for character in folded if character.isalnum())
    return f"{letters or 'PMID'}{article.year or ''}_{article.pmid}"


def bibtex_fields(article: Article) -> dict[str, str]:
    """Return the entry's fields with their braces; what PubMed does not say is left out."""
    journal = article.journal
    fields = {
        "author": _names(article.authors),
        "title": _spelled(searched_title(article) or (article.book.title if article.book else "") or ""),
        "journal": _spelled(journal.title),
        "shortjournal": _spelled(journal.iso_abbreviation or journal.medline_ta),
        **_book(article),
        "year": str(article.year or ""),
        "month": _month(article),
        "pubdate": _spelled(str(article.published)),
        "volume": _spelled(journal.volume or (article.book.volume if article.book else None)),
        "number": _spelled(journal.issue),
        "pages": _spelled(_pages(journal.pages)),
        "issn": _spelled(journal.issn or journal.issn_linking),
        "doi": _address(article.doi),
        "pmid": str(article.pmid),
        "pmcid": _spelled(article.pmcid),
        "url": _address(article.url),
        "language": _spelled(joined(article.languages)),
        "type": _spelled(joined(article.types)),
        "keywords": _spelled(joined(word.text for word in article.keywords)),
        "mesh": _spelled(joined(heading(mesh) for mesh in article.mesh)),
        "affiliation": _spelled(joined(_addresses(article))),
        "orcid-numbers": _spelled(joined(_orcids(article))),
        "abstract": _spelled(labelled_abstract(article.sections)),
        "note": _spelled(retraction_note(article)),
    }
    # The month is one of BibTeX's own words, which stand without braces and which each style prints its own way.
    return {name: value if name == "month" else f"{{{value}}}" for name, value in fields.items() if value}


def _spelled(text: str | None) -> str:
    return one_line(text).translate(_SPELLED) if text else ""


def _address(address: str | None) -> str:
    # Styles print a DOI or a URL as it stands, so that nothing in it may be spelled out; percent signs open no comment.
    return "".join(f"%{ord(mark):02X}" if mark in "{}\\ " else mark for mark in one_line(address or ""))


def _names(authors: Iterable[Author]) -> str:
    return " and ".join(name for name in map(_name, authors) if name)


def _name(author: Author) -> str:
    """Return "Last, Jr, First"; braces hold together what BibTeX would take apart at a comma, a space or an "and"."""
    last, first = _part(author.last_name), _part(author.fore_name or author.initials)
    if author.collective_name or not (last and first):
        whole = _spelled(author.collective_name or author.last_name) or _spelled(author.fore_name or author.initials)
        return f"{{{whole}}}" if whole else ""
    return ", ".join(part for part in (last, _part(author.suffix), first) if part)


def _part(name: str | None) -> str:
    spelled = _spelled(name)
    if not spelled or (_PLAIN_NAME.fullmatch(spelled) and "and" not in spelled.lower().split()):
        return spelled
    return f"{{{spelled}}}"


def _type(article: Article) -> str:
    if article.book is None:
        return "article"
    return "incollection" if article.title and article.title != article.book.title else "book"


def _book(article: Article) -> dict[str, str]:
    book = article.book
    if book is None:
        return {}
    return {
        "booktitle": _spelled(book.title),
        "editor": _names(book.editors),
        "publisher": _spelled(book.publisher),
        "address": _spelled(book.location),
        "edition": _spelled(book.edition),
        "series": _spelled(book.collection),
        "isbn": _spelled(joined(book.isbn)),
    }


def _pages(pages: str | None) -> str | None:
    if not pages:
        return None
    first, last = page_ends(pages)
    return f"{first}--{last}" if last else first


def _month(article: Article) -> str | None:
    first, last = article.published.first, article.published.last
    one_month = first and last and first[:7] == last[:7]
    return _MONTHS[int(first[5:7]) - 1] if first and one_month else None


def _addresses(article: Article) -> dict[str, None]:
    return dict.fromkeys(address for author in article.authors for address in author.affiliations)


def _orcids(article: Article) -> Iterator[str]:
    return (f"{author}/{author.orcid}" for author in article.authors if author.orcid)
