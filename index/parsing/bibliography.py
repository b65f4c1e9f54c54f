"""Links from an article to other sources: identifiers, journal, references, links, grants, databanks."""

from lxml import etree

from index.parsing.inline_markup import line
from index.parsing.subjects import texts
from index.records.article import DataBank, Grant, Identifier, Journal, Link, Reference

_MOST_DIGITS = 18  # what fits into 64 bits


def number(text: str | None) -> int | None:
    """Return a PMID or a version (1 or more) from its text, or None if the text is not one."""
    if not text or len(text) > _MOST_DIGITS or not (text.isascii() and text.isdigit()):
        return None
    return int(text) or None


def article_ids(listing: etree._Element | None) -> tuple[Identifier, ...]:
    """Read `ArticleIdList`; "pubmed" is NLM's default kind."""
    if listing is None:
        return ()
    return tuple(
        Identifier(element.get("IdType", "pubmed"), value)
        for element in listing.iterchildren("ArticleId")
        if (value := line(element))
    )


def identifiers(
    listing: etree._Element | None, *, article: etree._Element | None, citation: etree._Element | None, pmid: int
) -> tuple[Identifier, ...]:
    """Collect an article's identifiers, each once: `ArticleIdList`, then `ELocationID`, then `OtherID`.

    Left out: the PMID itself, and identifiers that PubMed marks as wrong (`ValidYN="N"`).
    """
    unique = dict.fromkeys(article_ids(listing))
    locations = [] if article is None else article.iterchildren("ELocationID")
    for element in locations:
        if element.get("ValidYN") != "N" and (value := line(element)):
            unique[Identifier(element.get("EIdType", "pii"), value)] = None
    for element in [] if citation is None else citation.iterchildren("OtherID"):
        if value := line(element):
            unique[Identifier(element.get("Source", "NLM"), value)] = None
    unique.pop(Identifier("pubmed", str(pmid)), None)
    return tuple(unique)


def journal(
    element: etree._Element | None, *, info: etree._Element | None, pagination: etree._Element | None
) -> Journal:
    """Read the journal from `Journal`, `MedlineJournalInfo` and `Pagination`, each of which may be absent."""
    children = {} if element is None else {child.tag: child for child in element}
    issue_children = {child.tag: child for child in children.get("JournalIssue", ())}
    info_children = {} if info is None else {child.tag: child for child in info}
    return Journal(
        title=line(children.get("Title")),
        iso_abbreviation=line(children.get("ISOAbbreviation")),
        medline_ta=line(info_children.get("MedlineTA")),
        issn=line(children.get("ISSN")),
        issn_linking=line(info_children.get("ISSNLinking")),
        nlm_id=line(info_children.get("NlmUniqueID")),
        country=line(info_children.get("Country")),
        volume=line(issue_children.get("Volume")),
        issue=line(issue_children.get("Issue")),
        pages=pages(pagination),
        last_page=last_page(pagination),
    )


def pages(pagination: etree._Element | None) -> str | None:
    """Return "11-19" as PubMed prints it, else first and last page joined."""
    if pagination is None:
        return None
    parts = {child.tag: line(child) for child in pagination}
    ends = (parts.get("StartPage"), parts.get("EndPage"))
    return parts.get("MedlinePgn") or "-".join(filter(None, ends)) or None


def last_page(pagination: etree._Element | None) -> str | None:
    """Return `EndPage`, or None where it repeats what the pages end with."""
    end = None if pagination is None else line(next(pagination.iterchildren("EndPage"), None))
    printed = pages(pagination) or ""
    return None if not end or printed == end or printed.endswith((f"-{end}", f"–{end}")) else end


def references(document: etree._Element | None) -> tuple[Reference, ...]:
    """Read every reference below `PubmedData` or `BookDocument`, those of nested lists in document order."""
    if document is None:
        return ()
    entries = []
    for listing in document.iterchildren("ReferenceList"):
        entries += [_reference(element) for element in listing.iter("Reference")]
    return tuple(reference for reference in entries if reference.citation or reference.pmid or reference.ids)


def _reference(element: etree._Element) -> Reference:
    citation = pmid = None
    ids: list[Identifier] = []
    for child in element:
        if child.tag == "Citation":
            citation = line(child)
        elif child.tag == "ArticleIdList":
            ids += article_ids(child)
    for identifier in ids:
        if identifier.kind == "pubmed" and (pmid := number(identifier.value)):
            ids.remove(identifier)
            break
    return Reference(citation, pmid, tuple(ids))


def links(listing: etree._Element | None) -> tuple[Link, ...]:
    """Read `CommentsCorrectionsList`."""
    if listing is None:
        return ()
    result = []
    for element in listing.iterchildren("CommentsCorrections"):
        parts = {child.tag: line(child) for child in element}
        pmid = number(parts.get("PMID"))
        result.append(Link(element.get("RefType", ""), parts.get("RefSource"), pmid, parts.get("Note")))
    return tuple(result)


def grants(listing: etree._Element | None) -> tuple[Grant, ...]:
    """Read `GrantList`."""
    if listing is None:
        return ()
    result = []
    for element in listing.iterchildren("Grant"):
        parts = {child.tag: line(child) for child in element}
        result.append(Grant(parts.get("GrantID"), parts.get("Acronym"), parts.get("Agency"), parts.get("Country")))
    return tuple(result)


def data_banks(listing: etree._Element | None) -> tuple[DataBank, ...]:
    """Read `DataBankList`: trial registries, sequences, structures."""
    if listing is None:
        return ()
    result = []
    for element in listing.iterchildren("DataBank"):
        parts = {child.tag: child for child in element}
        accessions = texts(parts.get("AccessionNumberList"), "AccessionNumber")
        result.append(DataBank(line(parts.get("DataBankName")), accessions))
    return tuple(result)
