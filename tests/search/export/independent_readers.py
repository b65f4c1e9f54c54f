"""Programs that others wrote read an export back; each check compares every field with what went in."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable

import msgspec
import pytest

from index.records.article import Article, Author

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


def full_names(authors: Iterable[Author], between: str, after_group: str = "") -> list[str]:
    def name(author: Author) -> str:
        joined = ", ".join(part for part in (author.last_name, author.fore_name or author.initials) if part)
        if author.collective_name:
            group = flat(author.collective_name).rstrip(", ")
            return group and group + after_group
        return between.join(filter(None, (joined, author.suffix)))

    return flat_texts(map(name, authors))


def located(article: Article) -> str:
    """Pages, else the last PII, as it is written down in one piece."""
    piis = [identifier.value for identifier in article.ids if identifier.kind == "pii"]
    return flat(article.journal.pages or (piis[-1] if piis else ""))


def agrees_with(written: str, pages: str, last_page: str | None) -> bool:
    """Whether "S125-S130" says the same as "S125-30": the same beginning, and an end that ends alike."""
    if written == pages:
        return True
    first, _, last = written.partition("-")
    tail = re.split("[-\u2010-\u2014\u2212]", re.split("[;,]", pages)[0])[-1]
    return pages.startswith(first) and last.endswith(flat(last_page) or tail)


def ris_is(text: str, written: list[Article]) -> None:
    import rispy

    records = rispy.loads(text)
    assert len(records) == len(written)
    for record, article in zip(records, written, strict=True):
        title = flat(article.title or article.vernacular_title)
        assert record.get("title", "").removeprefix("RETRACTED:").strip() == title.removeprefix("RETRACTED:").strip()
        assert record["accession_number"] == str(article.pmid)
        assert record["urls"] == [f"https://pubmed.ncbi.nlm.nih.gov/{article.pmid}/"]
        assert record.get("authors", []) == full_names(article.authors, ", ", ",")
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
        pages = "-".join(filter(None, (record.get("start_page"), record.get("end_page"))))
        assert agrees_with(pages, located(article), article.journal.last_page)
        editors = article.book.editors if article.book else ()
        assert record.get("secondary_authors", []) == full_names(editors, ", ", ",")
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
            "FAU": " ".join(full_names(people, " ")),
            "AU": " ".join(flat_texts(map(str, people))),
            "CN": " ".join(flat_texts(author.collective_name for author in article.authors)),
            "AD": " ".join(flat_texts(address for author in article.authors for address in author.affiliations)),
            "LA": " ".join(article.languages),
            "PT": " ".join(flat_texts((*article.types, *book_kind(article)))),
            "MH": " ".join(headings(article)),
            "OT": " ".join(flat_texts(("*" if word.major else "") + word.text for word in article.keywords)),
            "PMC": " ".join(flat_texts(identifier.value for identifier in article.ids if identifier.kind == "pmc")),
            "CRDT": (article.entrez or "").replace("-", "/"),
        }
        assert {tag: joined.get(tag, "") for tag in expected} == expected
        dois = [f"{identifier.value} [doi]" for identifier in article.ids if identifier.kind == "doi"]
        assert all(flat(doi) in joined["AID"] for doi in dois if flat(doi) != "[doi]")
        # Zotero takes the last DOI of AID for the article's own, and without PG the last PII of LID for its pages.
        if flat(article.doi):
            assert joined["AID"].endswith(f"{flat(article.doi)} [doi]")
        if not article.journal.pages and located(article):
            locations = [line[6:] for line in unwrapped(text, article.pmid) if line.startswith("LID - ")]
            assert [value for value in locations if value.endswith("[pii]")][-1] == f"{located(article)} [pii]"


def book_kind(article: Article) -> list[str]:
    if article.book is None:
        return []
    chapter = bool(article.book.title) and article.title not in (None, article.book.title)
    kind = "Book Chapter" if chapter else "Book"
    return [] if kind in article.types else [kind]


def unwrapped(text: str, pmid: int) -> list[str]:
    """The lines of one record, each tag on a line of its own."""
    record = re.search(rf"^PMID- {pmid}\n.*?(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return record[0].replace(" \n      ", " ").splitlines()


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
            "doi": re.sub(r"[{}\\ ]", lambda match: f"%{ord(match[0]):02X}", flat(article.doi)),
        }
        assert {name: fields.get(name, "") for name in expected} == expected
        assert re.fullmatch(rf"[A-Za-z0-9]+_{article.pmid}", key)
        pages = fields.get("pages", "").replace("--", "-")
        assert agrees_with(pages, located(article).replace("--", "-"), article.journal.last_page)
        assert [read_name(person) for person in entry.persons.get("author", [])] == [
            author_name for author_name in map(name_parts, article.authors) if any(author_name)
        ]
        assert ("note" in fields) == (article.retraction is not None)


def csv_is(text: str, written: list[Article]) -> None:
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
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
            "Pages": visible(located_verbatim(article)),
            "Keywords": visible("; ".join(word.text for word in article.keywords)),
            "URL": f"https://pubmed.ncbi.nlm.nih.gov/{article.pmid}/",
        }
        assert {name: cells[name] for name in expected} == expected


def located_verbatim(article: Article) -> str:
    piis = [identifier.value for identifier in article.ids if identifier.kind == "pii"]
    return article.journal.pages or (piis[-1] if piis else "")


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


def csl_json_is(text: str, written: list[Article]) -> None:
    items = json.loads(text)
    assert len(items) == len(written)
    for item, article in zip(items, written, strict=True):
        expected = {
            "PMID": str(article.pmid),
            "DOI": flat(article.doi),
            "PMCID": flat(article.pmcid),
            "URL": f"https://pubmed.ncbi.nlm.nih.gov/{article.pmid}/",
            "issue": flat(article.journal.issue),
            "volume": flat((article.book or article.journal).volume),
            "abstract": abstract(article),
            "type": {"Book Chapter": "chapter", "Book": "book"}.get("".join(book_kind(article)), item["type"]),
        }
        assert {name: item.get(name, "") for name in expected} == expected
        title = flat(article.title or article.vernacular_title or (article.book and article.book.title))
        assert item.get("title", "").removeprefix("RETRACTED:").strip() == title.removeprefix("RETRACTED:").strip()
        assert agrees_with(item.get("page", ""), located(article), article.journal.last_page)
        names = [
            tuple(name.get(part, "") for part in ("given", "family", "suffix"))
            if "family" in name
            else ("", name["literal"], "")
            for name in item.get("author", [])
        ]
        assert names == [name for name in map(name_parts, article.authors) if any(name)]
        year = [parts[0] for parts in item.get("issued", {}).get("date-parts", [])][:1]
        assert year == ([article.year] if article.year else [])
        assert ("note" in item) == (article.retraction is not None)


STYLES = ("vancouver", "apa", "ama", "nlm")


def references_are(text: str, written: list[Article]) -> None:
    """Formatted references have no reader: each line says who, what, when and where."""
    lines = text.splitlines()
    assert len(lines) == len(written)
    for line, article in zip(lines, written, strict=True):
        title = flat(article.title or article.vernacular_title or (article.book and article.book.title))
        assert title.removesuffix(".") in line or not title
        assert str(article.year or "") in line
        assert flat(article.doi) in line
        first = article.authors[0] if article.authors else Author()
        assert flat(first.last_name or first.collective_name).rstrip(".") in line
        assert article.retraction != "retracted" or "RETRACTED" in line.upper()


READERS: dict[str, Check] = {
    "ris": ris_is,
    "nbib": nbib_is,
    "bibtex": bibtex_is,
    "csv": csv_is,
    "csl-json": csl_json_is,
    "jsonl": jsonl_is,
    **dict.fromkeys(STYLES, references_are),
}
