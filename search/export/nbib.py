"""NBIB, PubMed's own display format, tag by tag; no maintained writer exists.

Left out because the store does not hold it: entry dates other than Entrez's, times of day, general notes.

Source:
    Tags: https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format and https://www.nlm.nih.gov/bsd/mms/medlineelements.html;
    their order and the width of lines: records as PubMed gives them since 2020.
"""

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from index.records.article import Article, Author, Book, Grant, Identifier
from index.records.identifiers import bare_doi
from search.export.citation import citation, heading, inverted_name, is_chapter, labelled_abstract, linked, one_line

WIDTH = 81
"""Characters of a value on one line; the space before the next line is at its end."""
INDENT = " " * 6

LINK_TAGS = {
    "CommentIn": "CIN",
    "CommentOn": "CON",
    "CorrectedandRepublishedIn": "CRI",
    "CorrectedandRepublishedFrom": "CRF",
    "ErratumIn": "EIN",
    "ErratumFor": "EFR",
    "ExpressionOfConcernIn": "ECI",
    "ExpressionOfConcernFor": "ECF",
    "OriginalReportIn": "ORI",
    "PartialRetractionIn": "PRIN",
    "PartialRetractionOf": "PROF",
    "RepublishedIn": "RPI",
    "RepublishedFrom": "RPF",
    "RetractedandRepublishedIn": "RRI",
    "RetractedandRepublishedFrom": "RRF",
    "RetractionIn": "RIN",
    "RetractionOf": "ROF",
    "SummaryForPatientsIn": "SPIN",
    "UpdateIn": "UIN",
    "UpdateOf": "UOF",
}
_ARTICLE_IDS = ("bookaccession", "pii", "doi")
# Internal identifiers of NLM, which PubMed does not print.
_UNPRINTED = {"pubmed", "medline", "pmc", "mid", "pmcid", "pmcpid", "pmpid", "pmcbook", "sici", "version"}

Line = tuple[str, str | None]


def write_nbib(articles: Iterable[Article]) -> Iterator[str]:
    """Yield each article as one record, a blank line after it."""
    return (nbib_record(article) for article in articles)


def nbib_record(article: Article) -> str:
    """Return one record; a tag without a value is left out."""
    cleaned = ((tag, one_line(value)) for tag, value in _lines(article) if value)
    return "".join(_wrapped(tag, value) for tag, value in cleaned if value) + "\n"


def _wrapped(tag: str, value: str) -> str:
    if len(value) > WIDTH:
        value = f" \n{INDENT}".join(textwrap.wrap(value, WIDTH, break_long_words=False, break_on_hyphens=False))
    return f"{tag:<4}- {value}\n"


def _lines(article: Article) -> Iterator[Line]:
    yield "PMID", str(article.pmid)
    yield "OWN", article.owner
    yield "STAT", article.status
    yield "DCOM", _compact(article.completed)
    yield "LR", _compact(article.revised)
    yield from _issue(article)
    yield from _book(article.book)
    yield "TI", article.title
    if article.journal.pages:
        yield "PG", article.journal.pages
    yield from (("LID", location) for location in _locations(article, ("pii", "doi")))
    yield "AB", labelled_abstract(article.sections)
    yield "CI", article.copyright
    for author in article.authors:
        yield from _author(author)
    yield from _about(article)
    yield from _subjects(article)
    yield from _closing(article)


def _issue(article: Article) -> Iterator[Line]:
    journal = article.journal
    if journal.issn and journal.issn != journal.issn_linking:
        # The store does not keep whether it is printed or electronic: this is NLM's word for that.
        yield "IS", f"{journal.issn} (Undetermined)"
    yield "IS", journal.issn_linking and f"{journal.issn_linking} (Linking)"
    yield "VI", journal.volume
    yield "IP", journal.issue
    yield "DP", str(article.published)


def _book(book: Book | None) -> Iterator[Line]:
    if book is None:
        return
    yield "BTI", book.title
    yield "CTI", book.collection
    yield "EN", book.edition
    yield "VTI", book.volume
    yield "PB", book.publisher
    yield "PL", book.location
    yield from (("ISBN", isbn) for isbn in book.isbn)
    yield "CTDT", str(book.contributed)
    for editor in book.editors:
        yield "FED", _full(editor)
        yield "ED", str(editor)


def _author(author: Author) -> Iterator[Line]:
    if author.collective_name:
        yield "CN", author.collective_name
    else:
        yield "FAU", _full(author)
        yield "AU", str(author)
    yield "AUID", author.orcid and f"ORCID: {author.orcid}"
    yield from (("AD", address) for address in author.affiliations)


def _full(author: Author) -> str:
    return " ".join(part for part in (inverted_name(author), author.suffix) if part)


def _about(article: Article) -> Iterator[Line]:
    yield from (("LA", language) for language in article.languages)
    for bank in article.data_banks:
        for accession in bank.accessions or ("",):
            yield "SI", "/".join(part for part in (bank.name, accession) if part)
    yield from (("GR", _grant(grant)) for grant in article.grants)
    yield from (("PT", kind) for kind in _types(article))
    yield "TT", article.vernacular_title
    yield "DEP", _compact(article.electronic)
    yield "PL", article.journal.country
    yield "TA", article.journal.medline_ta or article.journal.iso_abbreviation
    yield "JT", article.journal.title
    yield "JID", article.journal.nlm_id


def _subjects(article: Article) -> Iterator[Line]:
    yield from (("RN", f"{chemical.registry_number or 0} ({chemical.name})") for chemical in article.chemicals)
    yield from (("NM", concept.name) for concept in article.supplementary)
    yield from (("SB", subset) for subset in article.subsets)
    for other in article.other_abstracts:
        yield "OAB", ": ".join(part for part in (other.kind, labelled_abstract(other.sections)) if part)
        yield "OABL", other.language
        yield "OCI", other.copyright
    for link in article.links:
        if tag := LINK_TAGS.get(link.kind):
            yield tag, linked(link)
    yield from (("MH", heading(mesh)) for mesh in article.mesh)
    yield from (("GS", gene) for gene in article.genes)
    for person in article.named_persons:
        yield "FPS", _full(person)
        yield "PS", str(person)


def _closing(article: Article) -> Iterator[Line]:
    yield from (("PMC", identifier.value) for identifier in article.ids if identifier.kind == "pmc")
    yield from (("MID", identifier.value) for identifier in article.ids if identifier.kind == "mid")
    for owner, keywords in groupby(article.keywords, key=lambda keyword: keyword.owner):
        yield "OTO", owner
        yield from (("OT", f"*{keyword.text}" if keyword.major else keyword.text) for keyword in keywords)
    yield "COIS", article.conflict_of_interest
    for investigator in article.investigators:
        yield "FIR", _full(investigator)
        yield "IR", str(investigator)
        yield from (("IRAD", address) for address in investigator.affiliations)
    entrez = article.entrez.replace("-", "/") if article.entrez else None
    yield "CRDT", entrez
    yield "PHST", entrez and f"{entrez} [entrez]"
    yield from (("AID", location) for location in _locations(article, _ARTICLE_IDS))
    yield from (
        ("OID", f"{identifier.kind}: {identifier.value}") for identifier in article.ids if _is_printed(identifier)
    )
    yield "PST", article.publication_status
    yield "SO", citation(article)


def _locations(article: Article, kinds: tuple[str, ...]) -> Iterator[str]:
    """Yield the identifiers of these kinds, the article's own DOI last: readers keep the last one, not the book's."""
    found = [(identifier.kind, _plain(identifier)) for identifier in article.ids if identifier.kind in kinds]
    own = [("doi", article.doi)] if article.doi else []
    others = sorted(
        (location for location in found if location not in own), key=lambda location: kinds.index(location[0])
    )
    return (f"{value} [{kind}]" for kind, value in dict.fromkeys([*others, *own]) if one_line(value))


def _plain(identifier: Identifier) -> str:
    return bare_doi(identifier.value) if identifier.kind == "doi" else identifier.value


def _types(article: Article) -> Iterator[str]:
    yield from article.types
    kind = "Book Chapter" if is_chapter(article) else "Book"
    # Last, because readers take the last type that they know.
    if article.book and kind not in article.types:
        yield kind


def _is_printed(identifier: Identifier) -> bool:
    return identifier.kind not in _ARTICLE_IDS and identifier.kind not in _UNPRINTED


def _grant(grant: Grant) -> str:
    return "/".join(part for part in (grant.number, grant.acronym, grant.agency, grant.country) if part)


def _compact(date: str | None) -> str | None:
    return date.replace("-", "") if date else None
