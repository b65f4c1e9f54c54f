"""BibTeX: exact text of one record worked by hand, and what it guards against."""

from dataclasses import replace

import pytest

from index.records.article import Author, Identifier
from tests.search.export.example_articles import EVIL, STUDY, written

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


def test_a_record_is_exactly_this():
    assert written("bibtex", STUDY) == BIBTEX
    assert written("bibtex", STUDY, STUDY) == BIBTEX * 2, "nothing stands between two records but what ends the first"


@pytest.mark.fault("O3")
def test_what_tex_takes_for_a_command_is_printed_as_it_was():
    text = written("bibtex", replace(STUDY, title=EVIL + ' ~ ^ $x_1$ & # "q" @article{y,'))
    title = next(line for line in text.splitlines() if "\ttitle" in line)
    assert title.count("{") == title.count("}")
    assert title == (
        r"	title = {{one} {TY} - {JOUR} {ER} - {PMID}- 1 {TI} - two {AB} - "
        r"three four \textbraceleft{}five\textbraceright{} "
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
    record = replace(STUDY, ids=(Identifier("doi", "10.1002/(SICI)1097_0142<1::AID>3.0{}%\\x"),))
    assert "\tdoi = {10.1002/(SICI)1097_0142<1::AID>3.0%7B%7D%%5Cx},\n" in written("bibtex", record)
