"""What the export formats share: an article's citation, its parts as text, its retraction."""

import unicodedata
from collections.abc import Iterable, Iterator

from index.core.control_characters import without_controls
from index.records.article import Article, Author, Link, MeshHeading, Qualifier, Section
from index.records.passages import searched_title
from search.export.pages import locator

RETRACTION_LINKS = {
    "RetractionIn": "Retraction in",
    "RetractedandRepublishedIn": "Retracted and republished in",
    "PartialRetractionIn": "Partial retraction in",
    "RetractionOf": "Retraction of",
    "PartialRetractionOf": "Partial retraction of",
    "ExpressionOfConcernIn": "Expression of concern in",
    "RepublishedIn": "Republished in",
    "CorrectedandRepublishedIn": "Corrected and republished in",
}
"""NLM's RefType of each link that `Article.retraction` rests on, in PubMed's words."""

# Letters in names that Unicode does not decompose.
_ASCII_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "ß": "ss", "đ": "d", "ł": "l", "Ł": "L"}
)


def one_line(text: str) -> str:
    """Return the text on one line that no reader splits.

    Control characters and lone surrogates become spaces, and every run of white space one space: line-based formats
    give line breaks, tabs and indentation a meaning.
    """
    return " ".join(without_controls(text).split())


def joined(texts: Iterable[str]) -> str:
    """Return texts on one line, separated by "; "."""
    return "; ".join(line for line in map(one_line, texts) if line)


def labelled_abstract(sections: tuple[Section, ...]) -> str:
    """Return an abstract with its section labels, as PubMed prints it: "METHODS: We asked. RESULTS: ..."."""
    return " ".join(_labelled(section) for section in sections if section.label or section.text)


def _labelled(section: Section) -> str:
    if section.label and section.text:
        return f"{section.label}: {section.text}"
    return section.label or section.text


def inverted_name(author: Author) -> str:
    """Return "Okafor, Ngozi B", the group's name, or the only name there is, without the suffix."""
    if author.collective_name:
        return author.collective_name
    return ", ".join(part for part in (author.last_name, author.fore_name or author.initials) if part)


def heading(mesh: MeshHeading) -> str:
    """Return a MeSH heading as PubMed prints it: "*Neoplasms/drug therapy/*genetics", a star before a major topic."""
    parts: tuple[MeshHeading | Qualifier, ...] = (mesh, *mesh.qualifiers)
    return "/".join(f"*{part.name}" if part.major else part.name for part in parts)


def affiliations(article: Article) -> tuple[str, ...]:
    """Return the affiliations of all authors, each once, in their order."""
    return tuple(dict.fromkeys(address for author in article.authors for address in author.affiliations))


def orcids(article: Article, separator: str) -> Iterator[str]:
    """Yield name and ORCID of each author who has one, with a separator between them."""
    return (f"{author}{separator}{author.orcid}" for author in article.authors if author.orcid)


def citation(article: Article) -> str:
    """Return the article's source as PubMed's summary prints it.

    "J Sample Rec. 2021 Mar;7(2):11-19. doi: 10.0000/sample. Epub 2020 Dec 3."
    """
    journal = article.journal
    name = journal.medline_ta or journal.iso_abbreviation or journal.title or (article.book and article.book.title)
    volume = (journal.volume or "") + (f"({journal.issue})" if journal.issue else "")
    place = locator(article)
    issue = str(article.published) + (f";{volume}" if volume else "") + (f":{place}" if place else "")
    doi = f"doi: {article.doi}" if one_line(article.doi or "") else ""
    parts = (name, issue, doi, _epub(article))
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _epub(article: Article) -> str:
    # An article that is only electronic has that date as its own.
    if article.publication_status != "ppublish" or not article.electronic:
        return ""
    year, _, rest = article.electronic.partition("-")
    month, _, day = rest.partition("-")
    names = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return " ".join(part for part in ("Epub", year, names[int(month or 0)], day.lstrip("0")) if part)


def linked(link: Link) -> str:
    """Return the target of a comment or correction: "J Sample Rec. 2021;7(3):5. PMID: 900000044"."""
    pmid = f"PMID: {link.pmid}" if link.pmid else ""
    source = f"{link.source.rstrip('. ')}." if link.source and pmid else link.source
    return " ".join(part for part in (source, pmid, link.note) if part)


def retraction_note(article: Article) -> str | None:
    """Return the retraction status of the article, with the notices; None if it has none.

    "RETRACTED. Retraction in: J Sample Rec. 2021;7(3):5. PMID: 900000044"
    """
    if article.retraction is None:
        return None
    notes = [
        f"{RETRACTION_LINKS[link.kind]}: {linked(link)}" for link in article.links if link.kind in RETRACTION_LINKS
    ]
    return " ".join([f"{article.retraction.upper()}.", *notes])


def own_title(article: Article) -> str:
    """Return the title, else the one in the article's own language, else the book's, else ""."""
    return searched_title(article) or (article.book.title if article.book else None) or ""


def warned_title(article: Article) -> str:
    """Return the title, of a retracted article as publishers print it, so that every list of references says so."""
    title = own_title(article)
    warn = article.retraction == "retracted" and not title.upper().startswith("RETRACTED")
    return f"RETRACTED: {title}" if warn else title


def is_chapter(article: Article) -> bool:
    """Whether the record is a part of a book, not a whole one."""
    return article.book is not None and bool(article.book.title) and article.title not in (None, article.book.title)


def journal_name(article: Article) -> str | None:
    """Return the journal's abbreviation, else its title, else the book's title."""
    journal = article.journal
    name = journal.iso_abbreviation or journal.medline_ta or journal.title
    return name or (article.book.title if article.book else None)


def citation_key(article: Article) -> str:
    """Return "Okafor2021_900000001": name and year for people, the PMID so that no two articles share a key."""
    author = article.authors[0] if article.authors else Author()
    name = (author.last_name or author.collective_name or "").translate(_ASCII_LETTERS)
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    letters = "".join(character for character in folded if character.isalnum())
    return f"{letters or 'PMID'}{article.year or ''}_{article.pmid}"
