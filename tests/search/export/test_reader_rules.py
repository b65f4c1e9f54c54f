"""What reference managers ask of a file beyond its syntax: locators, end pages, groups, chapters, capitals.

Source:
    Zotero's translators (https://github.com/zotero/translators: "MEDLINEnbib.js" takes the last DOI among AID, the
    last type among PT, and LID [pii] as pages where PG is absent; "RIS.js" joins SP and EP); EndNote's manual
    ("Author and Editor Names": a comma after the name of a group).
"""

import io
import json
import re
from dataclasses import replace

import pytest
import rispy

from index.records.article import Article, Author, Book, Identifier, Journal
from search.export.pages import page_ends
from tests.search.export.example_articles import CHAPTER, STUDY, written

medline = pytest.importorskip("Bio.Medline", reason="biopython (extra `dev`) is not installed")
pybtex = pytest.importorskip("pybtex", reason="pybtex (extra `dev`) is not installed")

JOURNAL = Journal("Journal of sample records", "J. Sample Rec.", "J Sample Rec", volume="7")


def paged(pages: str | None, last_page: str | None = None, **parts) -> Article:
    return replace(STUDY, journal=replace(JOURNAL, pages=pages, last_page=last_page), ids=(), **parts)


def formatted(*articles: Article) -> str:
    """The entries as pybtex's plain style prints them, as text."""
    from pybtex import PybtexEngine

    text = PybtexEngine().format_from_string(written("bibtex", *articles), style="plain", output_backend="plaintext")
    return " ".join(text.split())


@pytest.mark.fault("O7")
@pytest.mark.parametrize(
    ("pages", "last_page", "ends"),
    [
        ("113-25", None, ("113", "125")),
        ("S125-30", None, ("S125", "S130")),
        ("S125-30", "S130", ("S125", "S130")),
        ("S125-30", "30", ("S125", "S130")),
        ("e123-30", None, ("e123", "e130")),
        ("135S-42S", None, ("135S", "142S")),
        ("135S-42", None, ("135S", "142S")),
        ("iv12-9", None, ("iv12", "iv19")),
        ("iv12–9", None, ("iv12", "iv19")),
        ("S98-102", None, ("S98", "S102")),
        ("S123-S30", None, ("S123", "S130")),
        ("e462-e471", None, ("e462", "e471")),
        ("1595-603.e9", None, ("1595", "1603.e9")),
        ("520.e1-6", None, ("520.e1", "520.e6")),
        ("467-e924", None, ("467", "e924")),
        ("iii-v", None, ("iii", "v")),
        ("1045-52; discussion 1052-3", "1052", ("1045", "1052")),
        ("1045-52; discussion 1052-3", None, ("1045", "1052")),
        ("11-9, quiz 20", None, ("11", "19")),
        ("90", "90", ("90", None)),
        ("e1002", None, ("e1002", None)),
        ("58, 61", None, ("58, 61", None)),
        ("3-4, 11", None, ("3-4, 11", None)),
        ("ORL-704-9", None, ("ORL-704-9", None)),
        ("e20.00181-12", None, ("e20.00181-12", None)),
        ("A-24", None, ("A-24", None)),
        (None, None, (None, None)),
    ],
)
def test_the_last_page_is_written_as_it_stands_on_the_page(pages, last_page, ends):
    article = paged(pages, last_page)
    assert page_ends(article.journal) == ends
    first, last = ends
    [record] = rispy.loads(written("ris", article))
    assert (record.get("start_page"), record.get("end_page")) == ends
    joined = "--".join(filter(None, ends))
    assert (f"\tpages = {{{joined}}},\n" in written("bibtex", article)) is bool(first)
    [item] = json.loads(written("csl-json", article))
    assert item.get("page") == (f"{first}-{last}" if last else first)


PII = Identifier("pii", "S0000-0000(21)00001-2")


@pytest.mark.fault("O7")
@pytest.mark.parametrize(
    ("pages", "ids", "place"),
    [
        ("e1002", (PII,), "e1002"),
        (None, (PII,), PII.value),
        (None, (Identifier("pii", "12/6/e228"), Identifier("doi", "10.5555/x"), Identifier("pii", "e228")), "e228"),
    ],
)
def test_an_article_without_pages_is_located_by_its_number(pages, ids, place):
    article = replace(paged(pages), ids=ids)
    assert rispy.loads(written("ris", article))[0]["start_page"] == place
    assert f"\tpages = {{{place}}},\n" in written("bibtex", article)
    assert json.loads(written("csl-json", article))[0]["page"] == place
    _, row = written("csv", article).splitlines()
    assert f",{place}," in row
    assert f"2021 Mar;7:{place}." in row
    nbib = written("nbib", article)
    assert f"SO  - J Sample Rec. 2021 Mar;7:{place}." in nbib
    # Zotero: PG, else the last LID that is a PII.
    [record] = medline.parse(io.StringIO(nbib))
    locations = [line[6:] for line in nbib.splitlines() if line.startswith("LID - ") and "[pii]" in line]
    assert record.get("PG") or locations[-1].removesuffix(" [pii]") == place


@pytest.mark.fault("O7")
@pytest.mark.parametrize(
    "stored",
    [
        "10.5555/s.1", "https://doi.org/10.5555/s.1", "http://dx.doi.org/10.5555/s.1", "doi:10.5555/s.1",
        "DOI: 10.5555/s.1", "https://www.doi.org/10.5555%2Fs.1", "doi.org/10.5555/s.1", "doi:https://doi.org/10.5555/s.1",
        "info:doi/10.5555/s.1", " 10.5555/s.1 ",
    ],
)  # fmt: skip
def test_a_doi_is_written_without_what_stands_before_it(stored):
    article = replace(STUDY, ids=(Identifier("doi", stored),))
    assert article.doi == "10.5555/s.1"
    assert "\nDO  - 10.5555/s.1\n" in written("ris", article)
    assert "\nLID - 10.5555/s.1 [doi]\n" in written("nbib", article)
    assert re.findall(r"^AID - .*$", written("nbib", article), re.MULTILINE) == ["AID - 10.5555/s.1 [doi]"]
    assert "\tdoi = {10.5555/s.1},\n" in written("bibtex", article)
    assert ",10.5555/s.1," in written("csv", article)
    assert json.loads(written("csl-json", article))[0]["DOI"] == "10.5555/s.1"
    assert json.loads(written("jsonl", article))["doi"] == "10.5555/s.1"
    assert json.loads(written("jsonl", article))["ids"][0]["value"] == stored, "the record is kept word for word"


@pytest.mark.fault("O7")
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Quarry Study Group", "Quarry Study Group,"),
        ("Ministry of Ponds, Department of Reeds, and Toads", "Ministry of Ponds, Department of Reeds, and Toads,"),
        ("Pond Team,", "Pond Team,"),
    ],
)
def test_the_name_of_a_group_ends_in_a_comma_in_ris(name, line):
    group = Author(collective_name=name)
    assert f"\nAU  - {line}\n" in written("ris", replace(STUDY, authors=(group,)))
    assert f"\nA2  - {line}\n" in written("ris", replace(CHAPTER, book=Book("All animals", editors=(group,))))
    assert json.loads(written("csl-json", replace(STUDY, authors=(group,))))[0]["author"] == [{"literal": name}]


@pytest.mark.fault("O7")
def test_a_chapter_and_a_book_say_so_in_nbib_and_the_chapters_doi_comes_last():
    ids = (Identifier("doi", "10.5555/chapter"), Identifier("bookaccession", "NBK1"), Identifier("doi", "10.5555/book"))
    chapter = replace(CHAPTER, ids=ids, types=("Review",))
    lines = written("nbib", chapter).splitlines()
    assert [line for line in lines if line.startswith("PT ")] == ["PT  - Review", "PT  - Book Chapter"]
    for tag in ("LID", "AID"):
        dois = [line[6:] for line in lines if line.startswith(tag) and line.endswith("[doi]")]
        assert dois == ["10.5555/book [doi]", "10.5555/chapter [doi]"]
    assert "AID - NBK1 [bookaccession]" in lines
    assert "PT  - Book\n" in written("nbib", replace(CHAPTER, title="All animals"))
    assert "PT  - Book" not in written("nbib", STUDY)


TITLES = [
    "HIV, DNA and p53 in McCune-Albright syndrome of Escherichia coli.",
    "p53 and mRNA: A study (UK).",
    "[Study of HIV/AIDS in Perú].",
    "ALL CAPITALS OF AN OLD RECORD",
    "Étude of Ökologie, β-Catenin and TNF-α",
    "5-HT_2A and {Ca}2+ in 50% of O'Neill's \\Rats",
    "Metformin in cancer",
    "α-Synuclein & Parkinson",
    "eHealth: What Now?",
]


@pytest.mark.fault("O7")
@pytest.mark.parametrize("title", TITLES)
def test_pybtexs_plain_style_keeps_the_capitals_of_a_title(title):
    # The plain style ends each title with a full stop; the letters and their case are the title's.
    def letters(text: str) -> str:
        return "".join(character for character in text if character.isalnum())

    spelled = {"textbackslash": "", "textbraceleft": "", "textbraceright": ""}
    printed = formatted(replace(STUDY, title=title))
    for command, character in spelled.items():
        printed = printed.replace(command, character)
    assert letters(title) in letters(printed)


@pytest.mark.fault("O7")
def test_words_that_no_style_changes_have_no_braces():
    assert "\ttitle = {Metformin in people with {HIV}, {Escherichia} coli and p53.},\n" in written(
        "bibtex", replace(STUDY, title="Metformin in people with HIV, Escherichia coli and p53.")
    )


@pytest.mark.fault("O7")
def test_a_table_begins_with_a_byte_order_mark_and_pandas_reads_its_accents():
    import pandas

    content = written("csv", replace(STUDY, title="Être à Malmö")).encode()
    assert content.startswith(b"\xef\xbb\xbfPMID,")
    table = pandas.read_csv(io.BytesIO(content), dtype=str)
    assert next(iter(table.columns)) == "PMID"
    assert table["Title"][0] == "Être à Malmö"
