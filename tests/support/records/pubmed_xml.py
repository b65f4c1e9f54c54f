"""Sample records in PubMed's XML, written by us for these tests; no text in them is PubMed's.

PMIDs run from 900000001 up, a range that PubMed has not reached.
"""

import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

FIRST_PMID = 900_000_001

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" \
"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">
<PubmedArticleSet>
"""
TAIL = "</PubmedArticleSet>\n"


def date_xml(tag: str, date: str | None) -> str:
    """Return a date element from "2021-06-07", "2021-06" or "2021"; "" for None."""
    if date is None:
        return ""
    parts = zip(("Year", "Month", "Day"), date.split("-"), strict=False)
    return f"<{tag}>" + "".join(f"<{name}>{value}</{name}>" for name, value in parts) + f"</{tag}>"


def abstract_xml(abstract: str | Sequence[tuple[str, str]] | None) -> str:
    """Return an `Abstract` element from plain text or (label, text) sections; the text may hold inline markup."""
    if not abstract:
        return ""
    if isinstance(abstract, str):
        return f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract>"
    sections = (f"<AbstractText Label={quoteattr(label)}>{text}</AbstractText>" for label, text in abstract)
    return f"<Abstract>{''.join(sections)}</Abstract>"


def author_xml(name: str) -> str:
    """Return an `Author` element from "Okafor, Ngozi B", or a collective name where there is no comma."""
    if "," not in name:
        return f'<Author ValidYN="Y"><CollectiveName>{escape(name)}</CollectiveName></Author>'
    last, fore = (escape(part.strip()) for part in name.split(",", 1))
    initials = "".join(word[0] for word in fore.split())
    return (
        f'<Author ValidYN="Y"><LastName>{last}</LastName><ForeName>{fore}</ForeName>'
        f"<Initials>{initials}</Initials></Author>"
    )


def article_xml(
    pmid: int,
    *,
    title: str | None = "A study of something",
    abstract: str | Sequence[tuple[str, str]] | None = "We studied something. It was there.",
    published: str = "<Year>2021</Year><Month>Mar</Month>",
    revised: str | None = "2021-06-07",
    entrez: str | None = "2021-03-02",
    version: int = 1,
    authors: Sequence[str] = ("Okafor, Ngozi B", "Lindqvist, Sara"),
    journal: str = "Journal of Sample Records",
    types: Sequence[str] = ("Journal Article",),
    language: str = "eng",
    mesh: Sequence[tuple[str, str]] = (),
    keywords: Sequence[str] = (),
    doi: str | None = None,
    pmcid: str | None = None,
    references: Sequence[int] = (),
    links: str = "",
    extra: str = "",
) -> str:
    """Return one `PubmedArticle` of our own.

    Args:
        pmid: From `FIRST_PMID` up.
        title: Inner XML of the title; None leaves the element out.
        abstract: Inner XML, whole or as (label, inner XML) sections; None leaves the element out.
        published: Inner XML of `PubDate`.
        revised: `DateRevised`, ISO, or None to leave it out.
        entrez: The entrez date, ISO, or None.
        version: The PMID's version.
        authors: "Last, Fore" or a collective name each.
        journal: The journal's title.
        types: Publication types.
        language: NLM's code.
        mesh: (UI, name) pairs.
        keywords: Author keywords.
        doi: The article's DOI, or None.
        pmcid: The PubMed Central identifier, or None.
        references: PMIDs of the reference list.
        links: Inner XML of `CommentsCorrectionsList`.
        extra: XML put at the end of `MedlineCitation`.
    """
    headings = "".join(
        f'<MeshHeading><DescriptorName UI="{ui}" MajorTopicYN="N">{escape(name)}</DescriptorName></MeshHeading>'
        for ui, name in mesh
    )
    keywords_xml = "".join(f'<Keyword MajorTopicYN="N">{escape(word)}</Keyword>' for word in keywords)
    ids = [f'<ArticleId IdType="pubmed">{pmid}</ArticleId>']
    ids += [f'<ArticleId IdType="doi">{escape(doi)}</ArticleId>'] if doi else []
    ids += [f'<ArticleId IdType="pmc">{pmcid}</ArticleId>'] if pmcid else []
    history = date_xml("PubMedPubDate", entrez).replace("<PubMedPubDate>", '<PubMedPubDate PubStatus="entrez">')
    cited = "".join(
        f'<Reference><Citation>Cited {number}.</Citation><ArticleIdList><ArticleId IdType="pubmed">{number}'
        "</ArticleId></ArticleIdList></Reference>"
        for number in references
    )
    return f"""<PubmedArticle>
<MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="{version}">{pmid}</PMID>{date_xml("DateRevised", revised)}
<Article PubModel="Print"><Journal><ISSN IssnType="Print">0000-0000</ISSN>
<JournalIssue CitedMedium="Print"><Volume>7</Volume><Issue>2</Issue><PubDate>{published}</PubDate></JournalIssue>
<Title>{escape(journal)}</Title><ISOAbbreviation>J Sample Rec</ISOAbbreviation></Journal>
{"" if title is None else f"<ArticleTitle>{title}</ArticleTitle>"}
<Pagination><MedlinePgn>11-19</MedlinePgn></Pagination>{abstract_xml(abstract)}
<AuthorList CompleteYN="Y">{"".join(map(author_xml, authors))}</AuthorList><Language>{language}</Language>
<PublicationTypeList>{"".join(f'<PublicationType UI="">{escape(kind)}</PublicationType>' for kind in types)}
</PublicationTypeList></Article>
<MedlineJournalInfo><Country>Sweden</Country><MedlineTA>J Sample Rec</MedlineTA></MedlineJournalInfo>
{f"<CommentsCorrectionsList>{links}</CommentsCorrectionsList>" if links else ""}
{f"<MeshHeadingList>{headings}</MeshHeadingList>" if headings else ""}
{f'<KeywordList Owner="NOTNLM">{keywords_xml}</KeywordList>' if keywords_xml else ""}{extra}</MedlineCitation>
<PubmedData><History>{history}</History><PublicationStatus>ppublish</PublicationStatus>
<ArticleIdList>{"".join(ids)}</ArticleIdList>
{f"<ReferenceList>{cited}</ReferenceList>" if cited else ""}</PubmedData>
</PubmedArticle>
"""


def deletion_xml(pmids: Iterable[int]) -> str:
    """Return a `DeleteCitation` element that lists `pmids`."""
    pmids_xml = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in pmids)
    return f"<DeleteCitation>{pmids_xml}</DeleteCitation>\n"


def write_articles(path: Path, records: Iterable[str]) -> Path:
    """Write records as one PubMed file at `path`, gzipped when its name ends in `.gz`; return the path."""
    text = (HEAD + "".join(records) + TAIL).encode()
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)
    return path
