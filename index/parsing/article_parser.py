"""From one element of PubMed's XML to one `Article`.

Only a record without a usable PMID is refused. If anything else is missing or unusual, the record is kept as it is.
Each element's children are read once into a table by name: finding each child by its own lxml call costs more than
all the rest.
"""

from lxml import etree

from index.core.errors import RecordError
from index.parsing.abstracts import copyright_line, other_abstracts, sections
from index.parsing.authors import people
from index.parsing.bibliography import data_banks, grants, identifiers, journal, links, number, references
from index.parsing.books import book_article
from index.parsing.dates import history_dates, iso_date, publication_date
from index.parsing.inline_markup import line, passage
from index.parsing.subjects import chemicals, keywords, mesh_headings, supplementary_concepts, texts
from index.records.article import Article

_Children = dict[str, etree._Element]
_MAX_VALUE_LENGTH = 40  # characters of a bad value in a message


def parse_article(element: etree._Element) -> Article:
    """Read a `PubmedArticle` or a `PubmedBookArticle`.

    Args:
        element: The whole element, as `iterparse` gives it.

    Returns:
        All fields of the record that this project keeps.

    Raises:
        RecordError: The element is neither, or has no valid PMID.
    """
    children = _children(element)
    if element.tag == "PubmedBookArticle":
        document = _required(children, "BookDocument")
        pmid, version = _identity(document)
        return book_article(document, children.get("PubmedBookData"), pmid=pmid, version=version)
    if element.tag != "PubmedArticle":
        raise RecordError(f"<{element.tag}> is not a record: expected <PubmedArticle> or <PubmedBookArticle>")
    citation = _required(children, "MedlineCitation")
    pmid, version = _identity(citation)
    return _journal_article(citation, children.get("PubmedData"), pmid=pmid, version=version)


def deleted_pmids(element: etree._Element) -> tuple[int, ...]:
    """Read the PMIDs that a `DeleteCitation` or `DeleteDocument` lists, in order.

    Raises:
        RecordError: One of them is not a positive whole number.
    """
    return tuple(_pmid(pmid) for pmid in element.iterchildren("PMID"))


def _journal_article(citation: etree._Element, data: etree._Element | None, *, pmid: int, version: int) -> Article:
    citation_children, data_children = _children(citation), _children(data)
    article = citation_children.get("Article")
    article_children = _children(article)
    issue = _children(_children(article_children.get("Journal")).get("JournalIssue"))
    history = history_dates(data_children.get("History"))
    abstract, authors = article_children.get("Abstract"), article_children.get("AuthorList")
    return Article(
        pmid=pmid,
        version=version,
        status=citation.get("Status"),
        owner=citation.get("Owner"),
        title=line(article_children.get("ArticleTitle")),
        vernacular_title=line(article_children.get("VernacularTitle")),
        sections=sections(abstract),
        other_abstracts=other_abstracts(citation),
        copyright=copyright_line(abstract),
        authors=people(authors),
        authors_complete=authors is None or authors.get("CompleteYN") != "N",
        journal=journal(
            article_children.get("Journal"),
            info=citation_children.get("MedlineJournalInfo"),
            pagination=article_children.get("Pagination"),
        ),
        published=publication_date(issue.get("PubDate")),
        electronic=iso_date(article_children.get("ArticleDate")),
        entrez=iso_date(history.get("entrez")),
        entered=iso_date(history.get("pubmed")),
        indexed=iso_date(history.get("medline")),
        completed=iso_date(citation_children.get("DateCompleted")),
        revised=iso_date(citation_children.get("DateRevised")),
        publication_status=line(data_children.get("PublicationStatus")),
        ids=identifiers(data_children.get("ArticleIdList"), article=article, citation=citation, pmid=pmid),
        languages=texts(article, "Language"),
        types=texts(article_children.get("PublicationTypeList"), "PublicationType"),
        mesh=mesh_headings(citation_children.get("MeshHeadingList")),
        supplementary=supplementary_concepts(citation_children.get("SupplMeshList")),
        chemicals=chemicals(citation_children.get("ChemicalList")),
        keywords=keywords(citation),
        genes=texts(citation_children.get("GeneSymbolList"), "GeneSymbol"),
        grants=grants(article_children.get("GrantList")),
        references=references(data),
        links=links(citation_children.get("CommentsCorrectionsList")),
        conflict_of_interest=passage(citation_children.get("CoiStatement")),
        data_banks=data_banks(article_children.get("DataBankList")),
        investigators=people(citation_children.get("InvestigatorList")),
        named_persons=people(citation_children.get("PersonalNameSubjectList")),
        subsets=texts(citation, "CitationSubset"),
    )


def _children(element: etree._Element | None) -> _Children:
    """Return the children by name; of repeated ones, the last."""
    return {} if element is None else {child.tag: child for child in element}


def _required(children: _Children, tag: str) -> etree._Element:
    if tag not in children:
        raise RecordError(f"no <{tag}>, which holds the PMID")
    return children[tag]


def _identity(document: etree._Element) -> tuple[int, int]:
    """Return the PMID and its version (1 where none is given)."""
    element = next(document.iterchildren("PMID"), None)
    if element is None:
        raise RecordError("no <PMID>")
    pmid = _pmid(element)
    version = number(element.get("Version", "1").strip())
    if version is None:
        raise RecordError(
            f"PMID {pmid}: version must be a positive whole number, not {element.get('Version')!r:.{_MAX_VALUE_LENGTH}}"
        )
    return pmid, version


def _pmid(element: etree._Element) -> int:
    pmid = number(line(element))
    if pmid is None:
        raise RecordError(f"PMID must be a positive whole number, not {line(element)!r:.{_MAX_VALUE_LENGTH}}")
    return pmid
