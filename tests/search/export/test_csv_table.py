"""CSV: one row worked by hand, and that no cell is run as a formula."""

import csv
import io
from dataclasses import replace

import pytest

from index.records.article import Author, Identifier, Journal, Keyword, PublicationDate, Section
from search.export.csv_table import COLUMNS, guarded
from tests.search.export.example_articles import STUDY, written


def test_a_table_has_pubmeds_columns_first_and_says_everything_in_the_article_of_the_row():
    [row] = csv.DictReader(io.StringIO(written("csv", STUDY).removeprefix("\ufeff"), newline=""))
    assert list(row) == list(COLUMNS)
    assert ",".join(COLUMNS[:11]) == (
        "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI"
    )
    assert list(row.values()) == [
        "900000001",
        "Metformin & 50% fewer colorectal cancers.",
        "Okafor NB Jr, van der Berg J, Bees and Trees Group.",
        "J Sample Rec. 2021 Mar;7(2):113-25. doi: 10.0000/s_1. Epub 2020 Dec 3.",
        "Okafor NB Jr",
        "J Sample Rec",
        "2021",
        "2020/12/05",
        "PMC1",
        "NIHMS1",
        "10.0000/s_1",
        "retracted",
        "AIMS: To count cancers among people with type 2 diabetes who took metformin and who didn't. RESULTS: H_2 {O}.",
        "Journal Article; Retracted Publication",
        "Neoplasms/*drug therapy; Humans",
        "cohort; cancer",
        "eng",
        "2021 Mar",
        "7",
        "2",
        "113-25",
        "0000-0019",
        "Lab A, Lagos.; Lab B.",
        "Okafor NB Jr: 0000-0002-1825-0097",
        "https://pubmed.ncbi.nlm.nih.gov/900000001/",
    ]


@pytest.mark.fault("O2")
@pytest.mark.parametrize(
    "cell", ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(1)", "\t=1", "\r=1", "  =1", "'=1", "'\n=", "＝1", "＠x"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_kept_from_it(cell):
    assert guarded(cell) == f"'{cell}"
    text = written("csv", replace(STUDY, title=cell)).removeprefix("\ufeff")
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert row["Title"] == f"'{cell}"


@pytest.mark.fault("O2")
@pytest.mark.parametrize("cell", ["5-HT", "'Tis", "a=b", "α-synuclein", "(−1)", "", "p < .05"])
def test_any_other_cell_stays_as_it_is(cell):
    assert guarded(cell) == cell


@pytest.mark.fault("O2")
def test_every_cell_of_a_row_is_guarded():
    evil = "=1"
    record = replace(
        STUDY,
        title=evil,
        authors=(Author(collective_name=evil, affiliations=(evil,)),),
        journal=Journal(*[evil] * 11),
        published=PublicationDate(medline_date=evil),
        ids=tuple(Identifier(kind, evil) for kind in ("doi", "pmc", "mid")),
        sections=(Section(None, None, evil),),
        keywords=(Keyword(evil),),
        types=(evil,),
        languages=(evil,),
    )
    [row] = csv.reader(io.StringIO(written("csv", record).split("\r\n", 1)[1], newline=""))
    assert not [cell for cell in row if cell.startswith("=")]
    assert sum(cell.startswith("'=") for cell in row) >= 15
