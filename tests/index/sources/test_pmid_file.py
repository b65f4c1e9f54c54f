"""PMIDs read out of what librarians export."""

import pytest

from index.core.errors import SourceError
from index.sources.pmid_file import PmidList, read_pmid_file
from tests.search.export.example_articles import CHAPTER, STUDY, written

P = 900_000_001


def of(tmp_path, content: str | bytes, name: str = "list.txt") -> PmidList:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_pmid_file(path)


@pytest.mark.parametrize(("into", "kind"), [("nbib", "NBIB"), ("ris", "RIS"), ("csv", "CSV")])
def test_our_own_exports_are_read_back_and_no_other_articles_pmid_with_them(tmp_path, into, kind):
    found = of(tmp_path, written(into, STUDY, CHAPTER, STUDY))
    assert (found.kind, found.records, found.pmids, found.without) == (kind, 3, (P, P + 1), 0)


RIS = """TY  - JOUR
TI  - One
AN  - {0}
DB  - MEDLINE
ER  -

TY  - JOUR
AN  - 2012345678
DB  - Embase
N1  - Retraction in: J Sample Rec. PMID: 1
AB  - As PMID: 2 says.
ER  -

TY  - JOUR
UR  - https://pubmed.ncbi.nlm.nih.gov/{1}/
ER  -

TY  - JOUR
N1  - PMID: {2}
ER  -

TY  - JOUR
U1  - {3}[pmid]
ER  -
"""
NBIB = """PMID- {0}
TI  - One
      and more
CIN - J Sample Rec. PMID: 1

OWN - ERIC
TI  - Without a PMID

PMID- {1}
TI  - Two
PMID- {2}
TI  - Three
"""


def test_ris_of_several_databases(tmp_path):
    found = of(tmp_path, RIS.format(*range(P, P + 4)))
    assert (found.kind, found.records, found.pmids, found.without) == ("RIS", 5, tuple(range(P, P + 4)), 1)
    assert str(found) == "list.txt: 4 PMIDs in 5 records (RIS), 1 without a PMID"


def test_nbib_with_records_of_another_database(tmp_path):
    found = of(tmp_path, NBIB.format(*range(P, P + 3)))
    assert (found.kind, found.records, found.pmids, found.without) == ("NBIB", 4, (P, P + 1, P + 2), 1)


@pytest.mark.parametrize(
    "content",
    [
        f"PMID,Title\n{P},One\n,None\n{P + 1},\"Two\nlines\"\n",
        f"\ufeffTitle;PubMed ID\nOne;{P}\nNone;\nTwo;{P + 1}\n",
        f"Title\tpmid\nOne\t{P}.0\nNone\t-\nTwo\tPMID: {P + 1}\n",
        f"pmid\r\n{P}\r\nnone\r\n{P + 1}\r\n",
    ],
)  # fmt: skip
def test_tables_with_a_column_of_pmids(tmp_path, content):
    found = of(tmp_path, content, "review.csv")
    assert (found.kind, found.records, found.pmids, found.without) == ("CSV", 3, (P, P + 1), 1)


@pytest.mark.parametrize(
    ("content", "without"),
    [
        (f"{P}\n{P + 1}\n", 0),
        (f"{P}, {P + 1};{P}", 0),
        (f"# of 2021\nPMID: {P}\nhttps://pubmed.ncbi.nlm.nih.gov/{P + 1}/\nnot one\n", 1),
        (f"{P}\n{P + 1}\n".encode("utf-16"), 0),
        (f"www.ncbi.nlm.nih.gov/pubmed/{P}\n{P + 1} [pmid]\n10.5555/x\n", 1),
    ],
)
def test_plain_lists(tmp_path, content, without):
    found = of(tmp_path, content)
    assert (found.kind, found.pmids, found.without) == ("list", (P, P + 1), without)


@pytest.mark.parametrize("content", ["", "nothing here\n", "Title,Year\nOne,2020\n", "TY  - JOUR\nTI  - One\nER  - \n"])
def test_a_file_without_any_pmid_is_refused_with_what_was_expected(tmp_path, content):
    with pytest.raises(SourceError, match=r"list\.txt holds no PMID: read as .*Expected NBIB, RIS with the PMID as"):
        of(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"none\.ris cannot be read \(No such file"):
        read_pmid_file(tmp_path / "none.ris")


def test_a_label_may_stand_before_several_pmids(tmp_path):
    found = of(tmp_path, f"PMIDs: {P}, {P + 1}; {P + 2}\nPMID {P + 3}\nsee PMID: {P + 4}\n")
    assert (found.records, found.pmids, found.without) == (5, tuple(range(P, P + 5)), 0)
