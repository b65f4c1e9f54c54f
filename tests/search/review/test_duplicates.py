"""References of other databases compared with a library in memory and with each other."""

from pathlib import Path

import pytest

from index.core.errors import SourceError
from index.records.article import Author, Identifier, PublicationDate
from search import Searcher
from search.review.duplicates import ComparedReference
from search.review.references import Reference, read_reference_file, references_of
from tests.search.export.example_articles import CHAPTER, STUDY, written
from tests.support.fakes.fake_index import article, stand_in

DAY = PublicationDate(year="2020", first="2020-03-01", last="2020-03-31")
ARTICLES = [
    article(
        900000001, title="Naps & <i>memory</i>: a trial.", ids=(Identifier("doi", "10.5555/Naps.1"),), published=DAY
    ),
    article(900000002, title="Sleep of β-blocked rats", vernacular_title="Schlaf", published=DAY),
    article(900000003, title="Editorial", authors=(Author(collective_name="The Sleep Group"),), published=DAY),
]
RIS = """Provider: somebody
TY  - JOUR
TI  - Another title altogether
AN  - 900000001
DB  - PubMed
ER  -

TY  - JOUR
T1  - Naps and memory
M3  - https://doi.org/10.5555/NAPS.1
ER  -

TY  - JOUR
TI  - Sleep of beta-blocked
  rats.
AU  - Ökafor, Ngozi
Y1  - 2021/01/02/
ER  -

TY  - JOUR
TI  - EDITORIAL
AU  - Moreau, A
PY  - 2020
ER  -

TY  - JOUR
TI  - Shift work
AU  - Moreau, A
PY  - 2019
DO  - 10.5555/shift
ER  -

TY  - JOUR
TI  - Shift work [abstract]
DO  - DOI:10.5555/SHIFT
ER  -

TY  - JOUR
AN  - 900000002
DB  - Medline
DO  - 10.5555/other
ER  -
"""


@pytest.fixture
def pubmed(monkeypatch):
    stand_in(monkeypatch, [*ARTICLES, article(900000004, title="Long ago", ids=(Identifier("doi", "10.5555/x"),))])
    with Searcher.open("anywhere") as searcher:
        yield searcher


def compared(pubmed, text: str) -> list[ComparedReference]:
    return list(pubmed.compare(references_of("refs.ris", text.encode(), shown_as="refs.ris")).compared)


def test_each_reference_is_found_by_the_surest_thing_that_it_has(pubmed):
    assert [str(each) for each in compared(pubmed, RIS)] == [
        "in the library: PMID 900000001, by PMID",
        "in the library: PMID 900000001, by DOI",
        "in the library: PMID 900000002, by title, year and first author",
        "to check by eye: PMID 900000003, by title alone",
        "new",
        "twice in the file: record 5, by DOI",
        "in the library: PMID 900000002, by PMID",
    ]


def test_a_pmid_beside_another_doi_is_to_be_checked(pubmed):
    text = "TY  - JOUR\nAN  - 900000004\nDB  - PubMed\nDO  - 10.5555/y\nER  - \n"
    assert [str(each) for each in compared(pubmed, text)] == [
        "to check by eye: PMID 900000004, by PMID, with another DOI"
    ]


def test_a_title_in_the_language_of_the_article_is_its_title_too(pubmed):
    text = "TY  - JOUR\nTI  - Schlaf.\nAU  - Okafor, N\nPY  - 2020\nER  - \n"
    assert [each.pmid for each in compared(pubmed, text)] == [900000002]


def test_counts_add_up_and_the_rest_stands_as_it_stood(pubmed):
    comparison = pubmed.compare(references_of("refs.ris", RIS.encode(), shown_as="refs.ris"))
    assert str(comparison) == "7 records (RIS): 4 in the library, 1 twice in the file, 1 to check by eye, 1 new"
    assert comparison.rest == (
        "TY  - JOUR\nTI  - EDITORIAL\nAU  - Moreau, A\nPY  - 2020\nER  -\n\n"
        "TY  - JOUR\nTI  - Shift work\nAU  - Moreau, A\nPY  - 2019\nDO  - 10.5555/shift\nER  -\n"
    )
    assert comparison.to_json()["counts"] == {"held": 4, "repeated": 1, "similar": 1, "new": 1}
    assert comparison.to_json()["records"][5] == {
        "record": 6, "title": "Shift work [abstract]", "verdict": "repeated", "by": "DOI", "pmid": None, "same_as": 5,
    }  # fmt: skip


@pytest.mark.parametrize("into", ["ris", "nbib"])
def test_our_own_exports_are_found_whole_even_without_their_pmids(monkeypatch, into):
    stand_in(monkeypatch, [STUDY, CHAPTER])
    text = written(into, STUDY, CHAPTER)
    without = (
        "\n".join(line for line in text.splitlines() if not line.startswith(("AN ", "UR ")) and "[doi]" not in line)
        .replace(f"PMID- {STUDY.pmid}", "PMID- 1")
        .replace(f"PMID- {CHAPTER.pmid}", "PMID- 2")
    )
    with Searcher.open("anywhere") as pubmed:
        assert [(each.verdict, each.by) for each in compared(pubmed, text)] == [("held", "PMID")] * 2
        found = [(each.verdict, each.pmid) for each in compared(pubmed, without)]
    assert found == [("held", STUDY.pmid), ("held", CHAPTER.pmid)]


def test_a_reference_has_what_its_record_says():
    text = (
        "PMID- 900000001\nTI  - A title that goes\n      on. \nFAU - Okafor, Ngozi B\nAU  - Okafor NB\nDP  - 2019 Mar\n"
        "LID - 10.5555/A.1 [doi]\nLID - S1 [pii]\n"
    )
    (found,) = references_of("refs.nbib", text.encode(), shown_as="refs.nbib").references
    assert found == Reference(
        1, "A title that goes on.", 900000001, "10.5555/a.1", 2019, "okafor", text.replace(". \n", ". \n")
    )


def test_what_is_neither_ris_nor_nbib_is_refused_with_what_was_expected(tmp_path: Path):
    path = tmp_path / "refs.bib"
    path.write_text("@article{a, title={B}}")
    with pytest.raises(SourceError, match=r"refs.bib holds neither RIS nor NBIB records: expected lines such as"):
        read_reference_file(path)
    with pytest.raises(SourceError, match="cannot be read"):
        read_reference_file(tmp_path / "none.ris")
