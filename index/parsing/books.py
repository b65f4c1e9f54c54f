"""`PubmedBookArticle`: a book, or a chapter of one."""

from lxml import etree

from index.parsing.abstracts import copyright_line, sections
from index.parsing.authors import people
from index.parsing.bibliography import grants, identifiers, pages, references
from index.parsing.dates import iso_date, publication_date
from index.parsing.inline_markup import line
from index.parsing.subjects import keywords, texts
from index.records.article import Article, Author, Book, Journal


def book_article(document: etree._Element, data: etree._Element | None, *, pmid: int, version: int) -> Article:
    """Read `BookDocument` (and `PubmedBookData`, which adds its history).

    Args:
        document: The `BookDocument` element.
        data: The `PubmedBookData` element, or None.
        pmid: The record's PMID.
        version: The PMID's version.

    Returns:
        The record. A whole book has no title of its own, and takes the book's.
    """
    told = {child.tag: child for child in document}
    added = {} if data is None else {child.tag: child for child in data}
    volume = {child.tag: child for child in told.get("Book", ())}
    book = _book(document, volume)
    abstract = told.get("Abstract")
    return Article(
        pmid=pmid,
        version=version,
        title=line(told.get("ArticleTitle")) or book.title,
        vernacular_title=line(told.get("VernacularTitle")),
        sections=sections(abstract),
        copyright=copyright_line(abstract),
        authors=_named(document, "authors") or _named(told.get("Book"), "authors"),
        authors_complete=all(listing.get("CompleteYN") != "N" for listing in document.iterchildren("AuthorList")),
        journal=Journal(pages=pages(told.get("Pagination"))),
        published=publication_date(volume.get("PubDate")),
        entrez=history_date(added.get("History"), "entrez"),
        revised=iso_date(told.get("DateRevised")),
        publication_status=line(added.get("PublicationStatus")),
        ids=tuple(
            dict.fromkeys(
                identifiers(told.get("ArticleIdList"), article=told.get("Book"), citation=None, pmid=pmid)
                + identifiers(added.get("ArticleIdList"), article=None, citation=None, pmid=pmid)
            )
        ),
        languages=texts(document, "Language"),
        types=texts(document, "PublicationType"),
        keywords=keywords(document),
        grants=grants(told.get("GrantList")),
        references=references(document),
        book=book,
        investigators=people(told.get("InvestigatorList")),
    )


def history_date(history: etree._Element | None, status: str) -> str | None:
    """Return one date of `History` as ISO 8601: "entrez", "pubmed", "received", ..."""
    if history is None:
        return None
    dates = history.iterchildren("PubMedPubDate")
    return next((iso_date(element) for element in dates if element.get("PubStatus") == status), None)


def _book(document: etree._Element, volume: dict[str, etree._Element]) -> Book:
    told = {child.tag: child for child in document}
    publisher = {child.tag: child for child in volume.get("Publisher", ())}
    outline, element = told.get("Sections"), told.get("Book")
    return Book(
        title=line(volume.get("BookTitle")),
        publisher=line(publisher.get("PublisherName")),
        location=line(publisher.get("PublisherLocation")),
        edition=line(volume.get("Edition")),
        volume=" ".join(filter(None, map(line, (volume.get("Volume"), volume.get("VolumeTitle"))))) or None,
        collection=line(volume.get("CollectionTitle")),
        medium=line(volume.get("Medium")),
        report_number=line(volume.get("ReportNumber")),
        isbn=texts(element, "Isbn"),
        editors=_named(element, "editors") + _named(document, "editors"),
        begun=publication_date(volume.get("BeginningDate")),
        ended=publication_date(volume.get("EndingDate")),
        contributed=publication_date(told.get("ContributionDate")),
        section_titles=() if outline is None else tuple(filter(None, map(line, outline.iter("SectionTitle")))),
        synonyms=tuple(item for listing in document.iterchildren("ItemList") for item in texts(listing, "Item")),
    )


def _named(parent: etree._Element | None, kind: str) -> tuple[Author, ...]:
    """Return the people of the lists of one kind; a list without a kind names authors."""
    if parent is None:
        return ()
    listings = (listing for listing in parent.iterchildren("AuthorList") if listing.get("Type", "authors") == kind)
    return tuple(person for listing in listings for person in people(listing))
