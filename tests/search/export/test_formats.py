"""What all export formats state and guard against, and that they stream."""

import itertools
import json
import tracemalloc
from dataclasses import replace

import pytest

from index.records.article import (
    Article,
    Keyword,
    Link,
    PublicationDate,
    Section,
)
from search.export.csv_table import COLUMNS
from search.export.formats import FORMATS, export, file_name
from tests.search.export.example_articles import CHAPTER, EVIL, STUDY, written
from tests.search.export.independent_readers import STYLES


def test_a_chapter_names_its_book():
    assert "TY  - CHAP\nTI  - Bees\nAU  - Rossi\nT2  - All animals\n" in written("ris", CHAPTER)
    assert "A2  - Adeyemi, Tola\nPB  - Sample Press\nCY  - Lund\n" in written("ris", CHAPTER)
    assert "BTI - All animals\n" in written("nbib", CHAPTER)
    bibtex = written("bibtex", CHAPTER)
    assert bibtex.startswith("@incollection{Rossi2019_900000002,\n")
    assert "\tbooktitle = {All animals},\n\teditor = {Adeyemi, Tola},\n\tpublisher = {Sample Press},\n" in bibtex
    book = replace(CHAPTER, title=None)
    assert written("ris", book).startswith("TY  - BOOK\nTI  - All animals\n")
    assert written("bibtex", book).startswith("@book{")


@pytest.mark.parametrize(
    ("published", "ris", "bibtex"),
    [
        (PublicationDate(), None, None),
        (PublicationDate(year="2021", first="2021-01-01", last="2021-12-31"), "2021///", None),
        (
            PublicationDate(year="2021", month="03", day="5", first="2021-03-05", last="2021-03-05"),
            "2021/03/05/",
            "mar",
        ),
        (PublicationDate("2021", "Feb", "30", first="2021-02-01", last="2021-02-28"), "2021/02//2021 Feb 30", "feb"),
        (PublicationDate("2021", season="Fall", first="2021-01-01", last="2021-12-31"), "2021///2021 Fall", None),
        (PublicationDate("2021", "Jan-Feb", first="2021-01-01", last="2021-02-28"), "2021///2021 Jan-Feb", None),
        (
            PublicationDate(medline_date="1998 Dec-1999 Jan", first="1998-12-01", last="1999-01-31"),
            "1998///1998 Dec-1999 Jan",
            None,
        ),
        (PublicationDate(medline_date="undated"), "///undated", None),
    ],
)
def test_a_date_says_what_pubmed_says_and_no_more(published, ris, bibtex):
    record = replace(STUDY, published=published)
    assert [line[6:] for line in written("ris", record).splitlines() if line.startswith("DA  - ")] == (
        [ris] if ris else []
    )
    assert ([line.strip() for line in written("bibtex", record).splitlines() if "month = " in line]) == (
        [f"month = {bibtex},"] if bibtex else []
    )
    assert (f"DP  - {published}\n" in written("nbib", record)) is bool(str(published))


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("PartialRetractionIn", "PARTIALLY RETRACTED. Partial retraction in: J Sample Rec. 2022;8(1):1. PMID: 9"),
        ("RetractionOf", "RETRACTION NOTICE. Retraction of: J Sample Rec. 2022;8(1):1. PMID: 9"),
        (
            "ExpressionOfConcernIn",
            "EXPRESSION OF CONCERN. Expression of concern in: J Sample Rec. 2022;8(1):1. PMID: 9",
        ),
    ],
)
def test_what_became_of_an_article_is_stated_in_every_format(kind, note):
    record = replace(STUDY, types=("Journal Article",), links=(Link(kind, "J Sample Rec. 2022;8(1):1", 9),))
    assert f"\nTI  - {record.title}\n" in written("ris", record), "only a whole retraction is put before the title"
    assert f"\nN1  - {note}\n" in written("ris", record)
    assert f"\tnote = {{{note}}}\n" in written("bibtex", record)
    assert f",{record.retraction}," in written("csv", record)
    assert json.loads(written("csl-json", record))[0]["note"] == note
    assert json.loads(written("jsonl", record))["retraction"] == record.retraction
    tag = {"PartialRetractionIn": "PRIN", "RetractionOf": "ROF", "ExpressionOfConcernIn": "ECI"}[kind]
    assert f"\n{tag:<4}- J Sample Rec. 2022;8(1):1. PMID: 9\n" in written("nbib", record)


@pytest.mark.parametrize("into", FORMATS)
def test_an_article_that_was_not_retracted_is_not_called_so(into):
    text = written(into, replace(STUDY, types=(), links=())).lower()
    assert "retracted" not in text
    assert "retraction in" not in text


@pytest.mark.parametrize("into", FORMATS)
def test_an_article_of_which_only_the_number_is_known_is_written(into):
    assert "900000003" in written(into, Article(900000003))
    assert "None" not in written(into, Article(900000003))


@pytest.mark.parametrize("into", FORMATS)
def test_no_article_is_an_empty_list(into):
    assert written(into) == {"csv": "\ufeff" + ",".join(COLUMNS) + "\r\n", "csl-json": "[]\n"}.get(into, "")


def test_an_unknown_format_is_refused_before_anything_is_read():
    with pytest.raises(
        ValueError, match="'doc' is not a format: ris, nbib, bibtex, csv, csl-json, jsonl, vancouver, apa, ama, nlm"
    ):
        export([], "doc")


@pytest.mark.fault("O3")
@pytest.mark.parametrize("into", ["ris", "nbib"])
def test_a_line_break_in_an_abstract_begins_no_line_of_its_own(into):
    evil = replace(
        STUDY, title=EVIL, sections=(Section(EVIL, None, EVIL),), keywords=(Keyword(EVIL, owner=EVIL),), types=(EVIL,)
    )
    tags = {line[:4] for line in written(into, STUDY).splitlines()}
    lines = written(into, evil).split("\n")
    assert {line[:4] for line in lines} == tags
    assert sum(line.startswith(("TY  -", "PMID-")) for line in lines) == 1


@pytest.mark.fault("O4")
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("does metformin lower the risk of cancer?", "pubmed-does-metformin-lower-the-risk-of-cancer.ris"),
        ("../../etc/passwd", "pubmed-etc-passwd.ris"),
        ("C:\\x\x00\n|<>:\"*?.exe", "pubmed-c-x-exe.ris"),
        ("naïve β-cells", "pubmed-naive-cells.ris"),
        ("-rf", "pubmed-rf.ris"),
        ("癌", "pubmed.ris"),
        ("", "pubmed.ris"),
        ("a" * 300, f"pubmed-{'a' * 60}.ris"),
    ],
)  # fmt: skip
def test_a_file_name_made_of_a_query_is_safe_anywhere(query, name):
    assert file_name(query, "ris") == name


@pytest.mark.fault("O4")
def test_each_format_has_its_own_suffix():
    assert [file_name("x", into) for into in FORMATS] == [
        "pubmed-x.ris", "pubmed-x.nbib", "pubmed-x.bib", "pubmed-x.csv", "pubmed-x.json",
        "pubmed-x.jsonl", *["pubmed-x.txt"] * 4,
    ]  # fmt: skip


@pytest.mark.fault("O5")
@pytest.mark.parametrize("into", FORMATS)
def test_no_article_is_read_before_its_turn(into):
    read = []
    pieces = export((read.append(pmid) or replace(STUDY, pmid=pmid) for pmid in itertools.count(1)), into)
    header = 1 if into == "csv" else 0
    for number, piece in enumerate(itertools.islice(pieces, header, 50), 1):
        assert str(number) in piece or into in STYLES, "a style prints no PMID"
        assert len(read) == number, "an endless source is never read ahead"


@pytest.mark.fault("O5")
@pytest.mark.long
@pytest.mark.parametrize("into", FORMATS)
def test_a_hundred_thousand_records_take_no_more_memory_than_a_hundred(into):
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in export((replace(STUDY, pmid=pmid) for pmid in range(1, count + 1)), into):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    many = 2_000 if into in STYLES else 100_000  # citeproc takes milliseconds for each
    peak(10)  # what is imported late and cached once is not the stream's
    # A record takes kilobytes. What citeproc makes refers to itself, and some hundred records wait for the collector.
    spare = 100 * many if into in STYLES else many
    assert peak(many) < peak(100) + spare, "no record is kept"
