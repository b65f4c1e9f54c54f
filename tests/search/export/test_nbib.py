"""NBIB: exact text of one record worked by hand."""

from tests.search.export.example_articles import STUDY, written

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
LID - e1 [pii]
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
AID - e1 [pii]
AID - 10.0000/s_1 [doi]
PST - ppublish
SO  - J Sample Rec. 2021 Mar;7(2):113-25. doi: 10.0000/s_1. Epub 2020 Dec 3.

"""


def test_a_record_is_exactly_this():
    assert written("nbib", STUDY) == NBIB
    assert written("nbib", STUDY, STUDY) == NBIB * 2, "nothing stands between two records but what ends the first"
