"""The export formats: exact text of one record worked by hand, what they guard against, and that they stream."""

import csv
import io
import itertools
import json
import tracemalloc
from dataclasses import replace

import pytest

from index.records.article import (
    Article,
    Author,
    Book,
    Chemical,
    Grant,
    Identifier,
    Journal,
    Keyword,
    Link,
    MeshHeading,
    PublicationDate,
    Qualifier,
    Section,
)
from search.export.csv_table import COLUMNS, guarded
from search.export.formats import FORMATS, export, file_name

STUDY = Article(
    900000001,
    status="MEDLINE",
    owner="NLM",
    title="Metformin & 50% fewer colorectal cancers.",
    sections=(
        Section("AIMS", None, "To count cancers among people with type 2 diabetes who took metformin and who didn't."),
        Section("RESULTS", "RESULTS", "H_2 {O}."),
    ),
    copyright="© 2021 The authors.",
    authors=(
        Author("Okafor", "Ngozi B", "NB", "Jr", orcid="0000-0002-1825-0097", affiliations=("Lab A, Lagos.", "Lab B.")),
        Author("van der Berg", "Jan", "J"),
        Author(collective_name="Bees and Trees Group"),
    ),
    journal=Journal(
        "Journal of sample records", "J. Sample Rec.", "J Sample Rec", "0000-0019", "0000-0027", "99", "Sweden",
        "7", "2", "113-25",
    ),
    published=PublicationDate(year="2021", month="Mar", first="2021-03-01", last="2021-03-31"),
    electronic="2020-12-03",
    entrez="2020-12-05",
    revised="2021-06-07",
    publication_status="ppublish",
    ids=tuple(Identifier(*one) for one in [("doi", "10.0000/s_1"), ("pmc", "PMC1"), ("mid", "NIHMS1"), ("pii", "e1")]),
    languages=("eng",),
    types=("Journal Article", "Retracted Publication"),
    mesh=(MeshHeading("D0", "Neoplasms", False, (Qualifier("Q0", "drug therapy", True),)), MeshHeading("D1", "Humans")),
    chemicals=(Chemical("D2", "Metformin", "9100L32L2N"),),
    keywords=(Keyword("cohort", owner="NOTNLM"), Keyword("cancer", major=True, owner="NOTNLM")),
    grants=(Grant("R01", "CA", "NCI NIH HHS", "United States"),),
    links=(Link("RetractionIn", "J Sample Rec. 2022;8(1):1", 900000044),),
    subsets=("IM",),
)  # fmt: skip
CHAPTER = Article(
    900000002,
    title="Bees",
    authors=(Author("Rossi"),),
    book=Book(
        "All animals", "Sample Press", "Lund", isbn=("9780000000001",), editors=(Author("Adeyemi", "Tola", "T"),)
    ),
    published=PublicationDate(year="2019", first="2019-01-01", last="2019-12-31"),
)

RIS = """\
TY  - JOUR
TI  - RETRACTED: Metformin & 50% fewer colorectal cancers.
AU  - Okafor, Ngozi B, Jr
AU  - van der Berg, Jan
AU  - Bees and Trees Group
T2  - Journal of sample records
J2  - J. Sample Rec.
PY  - 2021
DA  - 2021/03//
VL  - 7
IS  - 2
SP  - 113
EP  - 125
SN  - 0000-0019
DO  - 10.0000/s_1
AN  - 900000001
C2  - PMC1
DB  - PubMed
DP  - NLM
M3  - Journal Article; Retracted Publication
LA  - eng
AB  - AIMS: To count cancers among people with type 2 diabetes who took metformin and who didn't. RESULTS: H_2 {O}.
KW  - cohort
KW  - cancer
KW  - Neoplasms/*drug therapy
KW  - Humans
AD  - Lab A, Lagos.; Lab B.
N1  - RETRACTED. Retraction in: J Sample Rec. 2022;8(1):1. PMID: 900000044
UR  - https://pubmed.ncbi.nlm.nih.gov/900000001/
ER  - \n
"""

NBIB = """\
PMID- 900000001
OWN - NLM
STAT- MEDLINE
LR  - 20210607
IS  - 0000-0019 (Undetermined)
IS  - 0000-0027 (Linking)
VI  - 7
IP  - 2
DP  - 2021 Mar
TI  - Metformin & 50% fewer colorectal cancers.
PG  - 113-25
LID - 10.0000/s_1 [doi]
AB  - AIMS: To count cancers among people with type 2 diabetes who took metformin and \n\
      who didn't. RESULTS: H_2 {O}.
CI  - © 2021 The authors.
FAU - Okafor, Ngozi B Jr
AU  - Okafor NB Jr
AUID- ORCID: 0000-0002-1825-0097
AD  - Lab A, Lagos.
AD  - Lab B.
FAU - van der Berg, Jan
AU  - van der Berg J
CN  - Bees and Trees Group
LA  - eng
GR  - R01/CA/NCI NIH HHS/United States
PT  - Journal Article
PT  - Retracted Publication
DEP - 20201203
PL  - Sweden
TA  - J Sample Rec
JT  - Journal of sample records
JID - 99
RN  - 9100L32L2N (Metformin)
SB  - IM
RIN - J Sample Rec. 2022;8(1):1. PMID: 900000044
MH  - Neoplasms/*drug therapy
MH  - Humans
PMC - PMC1
MID - NIHMS1
OTO - NOTNLM
OT  - cohort
OT  - *cancer
CRDT- 2020/12/05
PHST- 2020/12/05 [entrez]
AID - 10.0000/s_1 [doi]
AID - e1 [pii]
PST - ppublish
SO  - J Sample Rec. 2021 Mar;7(2):113-25. doi: 10.0000/s_1. Epub 2020 Dec 3.

"""

BIBTEX = r"""@article{Okafor2021_900000001,
	author = {Okafor, Jr, Ngozi B and van der Berg, Jan and {Bees and Trees Group}},
	title = {Metformin \& 50\% fewer colorectal cancers.},
	journal = {Journal of sample records},
	shortjournal = {J. Sample Rec.},
	year = {2021},
	month = mar,
	pubdate = {2021 Mar},
	volume = {7},
	number = {2},
	pages = {113--125},
	issn = {0000-0019},
	doi = {10.0000/s_1},
	pmid = {900000001},
	pmcid = {PMC1},
	url = {https://pubmed.ncbi.nlm.nih.gov/900000001/},
	language = {eng},
	type = {Journal Article; Retracted Publication},
	keywords = {cohort; cancer},
	mesh = {Neoplasms/*drug therapy; Humans},
	affiliation = {Lab A, Lagos.; Lab B.},
	orcid-numbers = {Okafor NB Jr/0000-0002-1825-0097},
	abstract = {AIMS: To count cancers among people with type 2 diabetes who took metformin and who didn't. RESULTS: H\_2 \textbraceleft{}O\textbraceright{}.},
	note = {RETRACTED. Retraction in: J Sample Rec. 2022;8(1):1. PMID: 900000044}
}

"""  # noqa: E501


def written(into: str, *articles: Article) -> str:
    return "".join(export(articles, into))


@pytest.mark.parametrize(("into", "text"), [("ris", RIS), ("nbib", NBIB), ("bibtex", BIBTEX)])
def test_a_record_is_exactly_this(into, text):
    assert written(into, STUDY) == text
    assert written(into, STUDY, STUDY) == text * 2, "nothing stands between two records but what ends the first"


def test_a_table_has_pubmeds_columns_first_and_says_everything_in_the_article_of_the_row():
    [row] = csv.DictReader(io.StringIO(written("csv", STUDY), newline=""))
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


def test_a_line_of_json_holds_the_whole_record_and_what_follows_from_it():
    [line] = written("jsonl", STUDY).splitlines()
    record = json.loads(line)
    assert line.isascii()
    assert (record["pmid"], record["doi"], record["pmcid"], record["year"]) == (900000001, "10.0000/s_1", "PMC1", 2021)
    assert record["retraction"] == "retracted"
    assert record["abstract"].endswith("didn't. H_2 {O}.")
    assert record["authors"][0]["affiliations"] == ["Lab A, Lagos.", "Lab B."]
    assert record["links"][0]["kind"] == "RetractionIn"


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
    one = replace(STUDY, published=published)
    assert [line[6:] for line in written("ris", one).splitlines() if line.startswith("DA  - ")] == (
        [ris] if ris else []
    )
    assert ([line.strip() for line in written("bibtex", one).splitlines() if "month = " in line]) == (
        [f"month = {bibtex},"] if bibtex else []
    )
    assert (f"DP  - {published}\n" in written("nbib", one)) is bool(str(published))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("PartialRetractionIn", "PARTIALLY RETRACTED. Partial retraction in: J Sample Rec. 2022;8(1):1. PMID: 9"),
        ("RetractionOf", "RETRACTION NOTICE. Retraction of: J Sample Rec. 2022;8(1):1. PMID: 9"),
        (
            "ExpressionOfConcernIn",
            "EXPRESSION OF CONCERN. Expression of concern in: J Sample Rec. 2022;8(1):1. PMID: 9",
        ),
    ],
)
def test_what_became_of_an_article_is_stated_in_every_format(kind, said):
    one = replace(STUDY, types=("Journal Article",), links=(Link(kind, "J Sample Rec. 2022;8(1):1", 9),))
    assert f"\nTI  - {one.title}\n" in written("ris", one), "only a whole retraction is put before the title"
    assert f"\nN1  - {said}\n" in written("ris", one)
    assert f"\tnote = {{{said}}}\n" in written("bibtex", one)
    assert f",{one.retraction}," in written("csv", one)
    assert json.loads(written("jsonl", one))["retraction"] == one.retraction
    tag = {"PartialRetractionIn": "PRIN", "RetractionOf": "ROF", "ExpressionOfConcernIn": "ECI"}[kind]
    assert f"\n{tag:<4}- J Sample Rec. 2022;8(1):1. PMID: 9\n" in written("nbib", one)


@pytest.mark.parametrize("into", FORMATS)
def test_an_article_that_was_not_retracted_is_not_called_so(into):
    text = written(into, replace(STUDY, types=(), links=())).lower()
    assert "retracted" not in text
    assert "retraction in" not in text


def test_a_title_that_says_so_itself_is_not_prefixed_again():
    assert "\nTI  - Retracted article: bees\n" in written("ris", replace(STUDY, title="Retracted article: bees"))


@pytest.mark.parametrize("into", FORMATS)
def test_an_article_of_which_only_the_number_is_known_is_written(into):
    assert "900000003" in written(into, Article(900000003))
    assert "None" not in written(into, Article(900000003))


@pytest.mark.parametrize("into", FORMATS)
def test_no_article_is_an_empty_file(into):
    assert written(into) == (",".join(COLUMNS) + "\r\n" if into == "csv" else "")


def test_an_unknown_format_is_refused_before_anything_is_read():
    with pytest.raises(ValueError, match="'doc' is not a format: ris, nbib, bibtex, csv, jsonl"):
        export([], "doc")


@pytest.mark.fault("O2")
@pytest.mark.parametrize(
    "cell", ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(1)", "\t=1", "\r=1", "  =1", "'=1", "＝1", "＠x"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_kept_from_it(cell):
    assert guarded(cell) == f"'{cell}"
    [row] = csv.DictReader(io.StringIO(written("csv", replace(STUDY, title=cell)), newline=""))
    assert row["Title"] == f"'{cell}"


@pytest.mark.fault("O2")
@pytest.mark.parametrize("cell", ["5-HT", "'Tis", "a=b", "α-synuclein", "(−1)", "", "p < .05"])
def test_any_other_cell_stays_as_it_is(cell):
    assert guarded(cell) == cell


@pytest.mark.fault("O2")
def test_every_cell_of_a_row_is_guarded():
    evil = "=1"
    one = replace(
        STUDY,
        title=evil,
        authors=(Author(collective_name=evil, affiliations=(evil,)),),
        journal=Journal(*[evil] * 10),
        published=PublicationDate(medline_date=evil),
        ids=tuple(Identifier(kind, evil) for kind in ("doi", "pmc", "mid")),
        sections=(Section(None, None, evil),),
        keywords=(Keyword(evil),),
        types=(evil,),
        languages=(evil,),
    )
    [row] = csv.reader(io.StringIO(written("csv", one).split("\r\n", 1)[1], newline=""))
    assert not [cell for cell in row if cell.startswith("=")]
    assert sum(cell.startswith("'=") for cell in row) >= 15


EVIL = "one\nTY  - JOUR\r\nER  - \n\nPMID- 1\nTI  - two\u2028AB  - three\x85\x00four {five} \\six 100% {seven"


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


@pytest.mark.fault("O3")
def test_what_tex_takes_for_a_command_is_printed_as_it_was():
    text = written("bibtex", replace(STUDY, title=EVIL + ' ~ ^ $x_1$ & # "q" @article{y,'))
    title = next(line for line in text.splitlines() if "\ttitle" in line)
    assert title.count("{") == title.count("}")
    assert title == (
        r"	title = {one TY - JOUR ER - PMID- 1 TI - two AB - three four \textbraceleft{}five\textbraceright{} "
        r"\textbackslash{}six 100\% \textbraceleft{}seven \textasciitilde{} \textasciicircum{} \$x\_1\$ \& \# "
        r'"q" @article\textbraceleft{}y,},'
    )


@pytest.mark.fault("O3")
def test_citation_keys_are_ascii_and_no_two_articles_share_one():
    names = ["Østergård", "Łoś", "李", "O'Neill-Smith", "", "a{b"]
    articles = [replace(STUDY, pmid=number, authors=(Author(name),)) for number, name in enumerate(names, 1)]
    keys = [line[9:-1] for line in written("bibtex", *articles).splitlines() if line.startswith("@article{")]
    assert keys == ["Ostergard2021_1", "Los2021_2", "PMID2021_3", "ONeillSmith2021_4", "PMID2021_5", "ab2021_6"]


@pytest.mark.fault("O3")
def test_a_doi_in_bibtex_can_be_clicked():
    one = replace(STUDY, ids=(Identifier("doi", "10.1002/(SICI)1097_0142<1::AID>3.0{}%\\x"),))
    assert "\tdoi = {10.1002/(SICI)1097_0142<1::AID>3.0%7B%7D%%5Cx},\n" in written("bibtex", one)


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
        "pubmed-x.ris", "pubmed-x.nbib", "pubmed-x.bib", "pubmed-x.csv", "pubmed-x.jsonl",
    ]  # fmt: skip


@pytest.mark.fault("O5")
@pytest.mark.parametrize("into", FORMATS)
def test_no_article_is_read_before_its_turn(into):
    read = []
    pieces = export((read.append(pmid) or replace(STUDY, pmid=pmid) for pmid in itertools.count(1)), into)
    header = 1 if into == "csv" else 0
    for number, piece in enumerate(itertools.islice(pieces, header, 50), 1):
        assert str(number) in piece
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

    peak(10)  # what is imported late and cached once is not the stream's
    assert peak(100_000) < peak(100) + 100_000, "not one byte a record"
