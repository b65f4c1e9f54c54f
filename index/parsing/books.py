"""`PubmedBookArticle`: a book, or a chapter of one."""

from lxml import etree

from index.parsing.abstracts import copyright_line, sections
from index.parsing.authors import people
from index.parsing.bibliography import grants, identifiers, last_page, pages, references
from index.parsing.dates import history_dates, iso_date, publication_date
from index.parsing.inline_markup import line
from index.parsing.subjects import keywords, texts
from index.records.article import Article, Author, Book, Journal


def book_article(document: etree._Element, data: etree._Element | None, *, pmid: int, version: int) -> Article:
    """Read `BookDocument` (and `PubmedBookData`, which holds its history).

    Args:
        document: The `BookDocument` element.
        data: The `PubmedBookData` element, or None.
        pmid: The record's PMID.
        version: The PMID's version.

    Returns:
        The record. A record of a whole book has no article title, and takes the book's.
    """
    children = {child.tag: child for child in document}
    data_children = {} if data is None else {child.tag: child for child in data}
    history = history_dates(data_children.get("History"))
    book_children = {child.tag: child for child in children.get("Book", ())}
    book = _book(document, book_children)
    abstract = children.get("Abstract")
    return Article(
        pmid=pmid,
        version=version,
        title=line(children.get("ArticleTitle")) or book.title,
        vernacular_title=line(children.get("VernacularTitle")),
        sections=sections(abstract),
        copyright=copyright_line(abstract),
        authors=_people_of_kind(document, "authors") or _people_of_kind(children.get("Book"), "authors"),
        authors_complete=all(listing.get("CompleteYN") != "N" for listing in document.iterchildren("AuthorList")),
        journal=Journal(pages=pages(children.get("Pagination")), last_page=last_page(children.get("Pagination"))),
        published=publication_date(book_children.get("PubDate")),
        entrez=iso_date(history.get("entrez")),
        entered=iso_date(history.get("pubmed")),
        indexed=iso_date(history.get("medline")),
        revised=iso_date(children.get("DateRevised")),
        publication_status=line(data_children.get("PublicationStatus")),
        ids=tuple(
            dict.fromkeys(
                identifiers(children.get("ArticleIdList"), article=children.get("Book"), citation=None, pmid=pmid)
                + identifiers(data_children.get("ArticleIdList"), article=None, citation=None, pmid=pmid)
            )
        ),
        languages=texts(document, "Language"),
        types=texts(document, "PublicationType"),
        keywords=keywords(document),
        grants=grants(children.get("GrantList")),
        references=references(document),
        book=book,
        investigators=people(children.get("InvestigatorList")),
    )


def _book(document: etree._Element, book_children: dict[str, etree._Element]) -> Book:
    children = {child.tag: child for child in document}
    publisher = {child.tag: child for child in book_children.get("Publisher", ())}
    outline, book_element = children.get("Sections"), children.get("Book")
    return Book(
        title=line(book_children.get("BookTitle")),
        publisher=line(publisher.get("PublisherName")),
        location=line(publisher.get("PublisherLocation")),
        edition=line(book_children.get("Edition")),
        volume=" ".join(filter(None, map(line, (book_children.get("Volume"), book_children.get("VolumeTitle")))))
        or None,
        collection=line(book_children.get("CollectionTitle")),
        medium=line(book_children.get("Medium")),
        report_number=line(book_children.get("ReportNumber")),
        isbn=texts(book_element, "Isbn"),
        editors=_people_of_kind(book_element, "editors") + _people_of_kind(document, "editors"),
        begun=publication_date(book_children.get("BeginningDate")),
        ended=publication_date(book_children.get("EndingDate")),
        contributed=publication_date(children.get("ContributionDate")),
        section_titles=() if outline is None else tuple(filter(None, map(line, outline.iter("SectionTitle")))),
        synonyms=tuple(item for listing in document.iterchildren("ItemList") for item in texts(listing, "Item")),
    )


def _people_of_kind(parent: etree._Element | None, kind: str) -> tuple[Author, ...]:
    """Return the people in all lists of one kind; a list without a kind holds authors."""
    if parent is None:
        return ()
    listings = (listing for listing in parent.iterchildren("AuthorList") if listing.get("Type", "authors") == kind)
    return tuple(person for listing in listings for person in people(listing))
