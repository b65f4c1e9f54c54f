"""RIS: exact text of one record worked by hand, and the mark of a retraction."""

from dataclasses import replace

from tests.search.export.example_articles import STUDY, written

RIS = """\
TY  - JOUR
TI  - RETRACTED: Metformin & 50% fewer colorectal cancers.
AU  - Okafor, Ngozi B, Jr
AU  - van der Berg, Jan
AU  - Bees and Trees Group,
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


def test_a_record_is_exactly_this():
    assert written("ris", STUDY) == RIS
    assert written("ris", STUDY, STUDY) == RIS * 2, "nothing stands between two records but what ends the first"


def test_a_title_that_says_so_itself_is_not_prefixed_again():
    assert "\nTI  - Retracted article: bees\n" in written("ris", replace(STUDY, title="Retracted article: bees"))
