"""From one element of PubMed's XML to one `Article`.

Only a record without a usable PMID is refused. Whatever else is missing or odd, the record is kept with what it has.
Each element's children are read once into a table by name: asking lxml for one child after the other costs more
than all the rest.
"""

from lxml import etree

from index.core.errors import RecordError
from index.parsing.abstracts import copyright_line, other_abstracts, sections
from index.parsing.authors import people
from index.parsing.bibliography import data_banks, grants, identifiers, journal, links, number, references
from index.parsing.books import book_article, history_date
from index.parsing.dates import iso_date, publication_date
from index.parsing.inline_markup import line, passage
from index.parsing.subjects import chemicals, keywords, mesh_headings, supplementary_concepts, texts
from index.records.article import Article

_Children = dict[str, etree._Element]
_MOST_SHOWN = 40  # characters of a bad value in a message


def parse_article(element: etree._Element) -> Article:
    """Read a `PubmedArticle` or a `PubmedBookArticle`.

    Args:
        element: The whole element, as `iterparse` gives it.

    Returns:
        Everything that this project keeps of the record.

    Raises:
        RecordError: The element is neither, or has no PMID that is a number.
    """
    told = _children(element)
    if element.tag == "PubmedBookArticle":
        document = _required(told, "BookDocument")
        pmid, version = _identity(document)
        return book_article(document, told.get("PubmedBookData"), pmid=pmid, version=version)
    if element.tag != "PubmedArticle":
        raise RecordError(f"<{element.tag}> is no record; expected <PubmedArticle> or <PubmedBookArticle>")
    citation = _required(told, "MedlineCitation")
    pmid, version = _identity(citation)
    return _journal_article(citation, told.get("PubmedData"), pmid=pmid, version=version)


def deleted_pmids(element: etree._Element) -> tuple[int, ...]:
    """Read the PMIDs that a `DeleteCitation` or `DeleteDocument` lists, in order.

    Raises:
        RecordError: One of them is no number.
    """
    return tuple(_pmid(listed) for listed in element.iterchildren("PMID"))


def _journal_article(citation: etree._Element, data: etree._Element | None, *, pmid: int, version: int) -> Article:
    cited, added = _children(citation), _children(data)
    article = cited.get("Article")
    told = _children(article)
    issue = _children(_children(told.get("Journal")).get("JournalIssue"))
    abstract, authors = told.get("Abstract"), told.get("AuthorList")
    return Article(
        pmid=pmid,
        version=version,
        status=citation.get("Status"),
        owner=citation.get("Owner"),
        title=line(told.get("ArticleTitle")),
        vernacular_title=line(told.get("VernacularTitle")),
        sections=sections(abstract),
        other_abstracts=other_abstracts(citation),
        copyright=copyright_line(abstract),
        authors=people(authors),
        authors_complete=authors is None or authors.get("CompleteYN") != "N",
        journal=journal(told.get("Journal"), info=cited.get("MedlineJournalInfo"), pagination=told.get("Pagination")),
        published=publication_date(issue.get("PubDate")),
        electronic=iso_date(told.get("ArticleDate")),
        entrez=history_date(added.get("History"), "entrez"),
        completed=iso_date(cited.get("DateCompleted")),
        revised=iso_date(cited.get("DateRevised")),
        publication_status=line(added.get("PublicationStatus")),
        ids=identifiers(added.get("ArticleIdList"), article=article, citation=citation, pmid=pmid),
        languages=texts(article, "Language"),
        types=texts(told.get("PublicationTypeList"), "PublicationType"),
        mesh=mesh_headings(cited.get("MeshHeadingList")),
        supplementary=supplementary_concepts(cited.get("SupplMeshList")),
        chemicals=chemicals(cited.get("ChemicalList")),
        keywords=keywords(citation),
        genes=texts(cited.get("GeneSymbolList"), "GeneSymbol"),
        grants=grants(told.get("GrantList")),
        references=references(data),
        links=links(cited.get("CommentsCorrectionsList")),
        conflict_of_interest=passage(cited.get("CoiStatement")),
        data_banks=data_banks(told.get("DataBankList")),
        investigators=people(cited.get("InvestigatorList")),
        named_persons=people(cited.get("PersonalNameSubjectList")),
        subsets=texts(citation, "CitationSubset"),
    )


def _children(element: etree._Element | None) -> _Children:
    """Return the children by name; of those that may be repeated, the last."""
    return {} if element is None else {child.tag: child for child in element}


def _required(told: _Children, tag: str) -> etree._Element:
    if tag not in told:
        raise RecordError(f"no <{tag}>, and so no PMID")
    return told[tag]


def _identity(document: etree._Element) -> tuple[int, int]:
    """Return the PMID and its version (1 where none is given)."""
    element = next(document.iterchildren("PMID"), None)
    if element is None:
        raise RecordError("no <PMID>")
    pmid = _pmid(element)
    version = number(element.get("Version", "1").strip())
    if version is None:
        raise RecordError(f"PMID {pmid}: version {element.get('Version')!r:.{_MOST_SHOWN}} is no number from 1 up")
    return pmid, version


def _pmid(element: etree._Element) -> int:
    pmid = number(line(element))
    if pmid is None:
        raise RecordError(f"PMID {line(element)!r:.{_MOST_SHOWN}} is no number from 1 up")
    return pmid
