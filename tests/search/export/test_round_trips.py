"""What was exported, read back by programs that others wrote, equals what went in."""

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from index.parsing.article_parser import parse_article
from index.records.article import Article, Author
from search.export.formats import export
from tests.support.records.hostile_articles import articles

medline = pytest.importorskip("Bio.Medline", reason="biopython (extra `dev`) is not installed")
pybtex = pytest.importorskip("pybtex.database", reason="pybtex (extra `dev`) is not installed")

Check = Callable[[str, list[Article]], None]


def flat(text: str | None) -> str:
    """A text as line-based formats hold it: control characters and white space are single spaces."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", " ", text or "").split())


def flat_texts(texts) -> list[str]:
    return [flat(text) for text in texts if flat(text)]


def labelled(article: Article) -> str:
    sections = (": ".join(part for part in (section.label, section.text) if part) for section in article.sections)
    return " ".join(text for text in sections if text)


def abstract(article: Article) -> str:
    return flat(labelled(article))


def headings(article: Article) -> list[str]:
    return flat_texts(
        "/".join(("*" if part.major else "") + part.name for part in (mesh, *mesh.qualifiers)) for mesh in article.mesh
    )


def full_names(article: Article, between: str) -> list[str]:
    def name(author: Author) -> str:
        joined = ", ".join(part for part in (author.last_name, author.fore_name or author.initials) if part)
        return author.collective_name or between.join(part for part in (joined, author.suffix) if part)

    return flat_texts(map(name, article.authors))


def ris_is(text: str, written: list[Article]) -> None:
    import rispy

    records = rispy.loads(text)
    assert len(records) == len(written)
    for record, article in zip(records, written, strict=True):
        title = flat(article.title or article.vernacular_title)
        assert record.get("title", "").removeprefix("RETRACTED:").strip() == title.removeprefix("RETRACTED:").strip()
        assert record["accession_number"] == str(article.pmid)
        assert record["urls"] == [f"https://pubmed.ncbi.nlm.nih.gov/{article.pmid}/"]
        assert record.get("authors", []) == full_names(article, ", ")
        assert record.get("abstract", "") == abstract(article)
        assert record.get("keywords", []) == flat_texts(word.text for word in article.keywords) + headings(article)
        assert record.get("doi", "") == flat(article.doi)
        assert record.get("custom2", "") == flat(article.pmcid)
        assert record.get("volume", "") == flat((article.book or article.journal).volume)
        assert record.get("number", "") == flat(article.journal.issue)
        assert record.get("year", "") == (article.published.year or str(article.year or ""))
        assert record.get("type_of_work", "") == "; ".join(flat_texts(article.types))
        assert record.get("language", "") == "; ".join(article.languages)
        assert ("notes" in record) == (article.retraction is not None)
        assert set(record) <= RIS_NAMES


RIS_NAMES = {
    *("type_of_reference", "title", "original_publication", "authors", "secondary_title", "alternate_title1", "year"),
    *("date", "volume", "number", "start_page", "end_page", "issn", "secondary_authors", "publisher", "edition", "doi"),
    *("place_published", "accession_number", "custom2", "name_of_database", "database_provider", "type_of_work"),
    *("language", "abstract", "keywords", "author_address", "notes", "urls"),
}


def nbib_is(text: str, written: list[Article]) -> None:
    records = list(medline.parse(io.StringIO(text)))
    assert len(records) == len(written)
    for record, article in zip(records, written, strict=True):
        # A value over several lines may be read as several values.
        joined = {tag: value if isinstance(value, str) else " ".join(value) for tag, value in record.items()}
        people = [author for author in article.authors if not author.collective_name]
        expected = {
            "PMID": str(article.pmid),
            "TI": flat(article.title),
            "TT": flat(article.vernacular_title),
            "AB": abstract(article),
            "DP": flat(str(article.published)),
            "VI": flat(article.journal.volume),
            "IP": flat(article.journal.issue),
            "PG": flat(article.journal.pages),
            "JT": flat(article.journal.title),
            "TA": flat(article.journal.medline_ta or article.journal.iso_abbreviation),
            "FAU": " ".join(full_names(Article(1, authors=tuple(people)), " ")),
            "AU": " ".join(flat_texts(map(str, people))),
            "CN": " ".join(flat_texts(author.collective_name for author in article.authors)),
            "AD": " ".join(flat_texts(address for author in article.authors for address in author.affiliations)),
            "LA": " ".join(article.languages),
            "PT": " ".join(flat_texts(article.types)),
            "MH": " ".join(headings(article)),
            "OT": " ".join(flat_texts(("*" if word.major else "") + word.text for word in article.keywords)),
            "PMC": " ".join(flat_texts(identifier.value for identifier in article.ids if identifier.kind == "pmc")),
            "CRDT": (article.entrez or "").replace("-", "/"),
        }
        assert {tag: joined.get(tag, "") for tag in expected} == expected
        dois = [f"{identifier.value} [doi]" for identifier in article.ids if identifier.kind == "doi"]
        assert all(flat(doi) in joined["AID"] for doi in dois)


SPELLED = {
    "\\textbackslash{}": "\\", "\\textbraceleft{}": "{", "\\textbraceright{}": "}", "\\textasciitilde{}": "~",
    "\\textasciicircum{}": "^", "\\%": "%", "\\&": "&", "\\$": "$", "\\#": "#", "\\_": "_",
}  # fmt: skip


def read_tex(text: str) -> str:
    """Undo the escapes, and remove the remaining braces."""
    commands = re.compile("|".join(map(re.escape, SPELLED)) + "|[{}]")
    return commands.sub(lambda match: SPELLED.get(match[0], ""), text)


def read_name(author) -> tuple[str, str, str]:
    parts = (
        (*author.first_names, *author.middle_names),
        (*author.prelast_names, *author.last_names),
        author.lineage_names,
    )
    return tuple(read_tex(" ".join(part)) for part in parts)


def name_parts(author: Author) -> tuple[str, str, str]:
    first, last = flat(author.fore_name or author.initials), flat(author.last_name)
    if author.collective_name or not (first and last):
        return "", flat(author.collective_name or author.last_name) or first, ""
    return first, last, flat(author.suffix)


def bibtex_is(text: str, written: list[Article]) -> None:
    database = pybtex.parse_string(text, "bibtex")
    assert len(database.entries) == len(written)
    for (key, entry), article in zip(database.entries.items(), written, strict=True):
        fields = {name: read_tex(value) for name, value in entry.fields.items()}
        expected = {
            "pmid": str(article.pmid),
            "title": flat(article.title or article.vernacular_title or (article.book and article.book.title)),
            "abstract": abstract(article),
            "journal": flat(article.journal.title),
            "year": str(article.year or ""),
            "pubdate": flat(str(article.published)),
            "volume": flat(article.journal.volume or (article.book and article.book.volume)),
            "number": flat(article.journal.issue),
            "keywords": "; ".join(flat_texts(word.text for word in article.keywords)),
            "mesh": "; ".join(headings(article)),
            "type": "; ".join(flat_texts(article.types)),
            "language": "; ".join(article.languages),
            "pmcid": flat(article.pmcid),
        }
        assert {name: fields.get(name, "") for name in expected} == expected
        assert re.fullmatch(rf"[A-Za-z0-9]+_{article.pmid}", key)
        assert [read_name(person) for person in entry.persons.get("author", [])] == [
            author_name for author_name in map(name_parts, article.authors) if any(author_name)
        ]
        assert ("note" in fields) == (article.retraction is not None)


def csv_is(text: str, written: list[Article]) -> None:
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == len(written)
    for row, article in zip(rows, written, strict=True):
        cells = {name: unguarded(cell) for name, cell in row.items()}
        names = [visible(str(author)) for author in article.authors]
        expected = {
            "PMID": str(article.pmid),
            "Title": visible(article.title or article.vernacular_title or (article.book and article.book.title)),
            "Abstract": visible(labelled(article)),
            "Authors": f"{', '.join(names)}." if names else "",
            "First Author": names[0] if names else "",
            "Publication Year": str(article.year or ""),
            "DOI": visible(article.doi),
            "Retraction": article.retraction or "",
            "Publication Types": visible("; ".join(article.types)),
            "Volume": visible(article.journal.volume),
            "Keywords": visible("; ".join(word.text for word in article.keywords)),
            "URL": f"https://pubmed.ncbi.nlm.nih.gov/{article.pmid}/",
        }
        assert {name: cells[name] for name in expected} == expected


def visible(text: str | None) -> str:
    """The text of a cell, with spaces for control characters except line breaks and tabs."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", " ", text or "")


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if re.match(r"'('*\s*[=+@＝＋－＠-]|[\t\r\n])", cell) else cell


def jsonl_is(text: str, written: list[Article]) -> None:
    objects = [json.loads(line) for line in text.splitlines()]
    assert [msgspec.convert(record, Article) for record in objects] == written
    assert [record["retraction"] for record in objects] == [article.retraction for article in written]


READERS: dict[str, Check] = {"ris": ris_is, "nbib": nbib_is, "bibtex": bibtex_is, "csv": csv_is, "jsonl": jsonl_is}


@pytest.mark.fault("O3", "O6")
@pytest.mark.parametrize("into", READERS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written=st.lists(articles(), max_size=3, unique_by=lambda article: article.pmid))
def test_hostile_articles_read_back_equal_what_went_in(into, written):
    READERS[into]("".join(export(written, into)), written)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> list[Article]:
    """The real slice and single records of every kind, each PMID once."""
    folder = shared_data / "xml"
    latest: dict[int, Article] = {}
    for path in [folder / "pubmed21n1298_slice.xml.gz", *sorted((folder / "metapub").glob("*.gz"))]:
        with gzip.open(path) as file:
            for _, element in etree.iterparse(file, tag=("PubmedArticle", "PubmedBookArticle")):
                article = parse_article(element)
                latest[article.pmid] = article
                element.clear()
    return list(latest.values())


@pytest.mark.fault("O6")
@pytest.mark.parametrize("into", READERS)
def test_real_records_read_back_equal_what_went_in(real, into):
    assert len(real) > 1000
    READERS[into]("".join(export(real, into)), real)
