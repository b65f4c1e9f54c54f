"""Identifiers are read however people and publishers write them."""

import pytest

from index.records.identifiers import bare_doi, dois_in, identifier_readings, orcids_in, pmcid_key, pmcids_in, pmids_in

SICI = "10.1002/(sici)1097-0000(19970815)16:15<1385::aid-xy3>3.0.co;2-3"


@pytest.mark.fault("R16")
@pytest.mark.parametrize(
    "text",
    [
        "10.5555/sample.7", "10.5555/Sample.7.", "doi:10.5555/sample.7", "DOI: 10.5555/sample.7;",
        "https://doi.org/10.5555/sample.7", "http://dx.doi.org/10.5555/sample.7", "https://www.doi.org/10.5555/sample.7",
        "https://doi.org/10.5555%2Fsample.7", "https://doi-org.proxy.example.edu/10.5555/sample.7",
        "https://login.example.edu/login?qurl=https%3A%2F%2Fdoi.org%2F10.5555%2Fsample.7",
        "https://login.example.edu/login?url=https%253A%252F%252Fdoi.org%252F10.5555%252Fsample.7",
        "https://publisher.example/doi/full/10.5555/sample.7", "https://publisher.example/doi/10.5555/sample.7/full",
        "https://publisher.example/doi/pdf/10.5555/sample.7?download=true", "(see 10.5555/sample.7)",
        "“10.5555/sample.7”",
        "https://publisher.example/article?id=10.5555/sample.7&type=printable", "10.5555/sample.7.full.pdf",
        "https://publisher.example/content/10.5555/sample.7v2.full", "10.5555/\u200bsample.7",
        "10.5555/sample.7#section-2",
    ],
)  # fmt: skip
def test_a_doi_is_found_however_it_is_written(text: str):
    assert "10.5555/sample.7" in {reading for readings in dois_in(text) for reading in readings}


@pytest.mark.fault("R16")
def test_a_doi_with_brackets_and_signs_stays_whole():
    assert dois_in(SICI)[0][0] == SICI
    assert dois_in(f"({SICI}).")[0][0] == SICI
    assert dois_in(SICI.replace("<", "%3C").replace(">", "%3E"))[0][0] == SICI
    assert dois_in("10.1016/S0140-6736(20)30183-5).")[0][0] == "10.1016/s0140-6736(20)30183-5"


@pytest.mark.parametrize("text", ["10.5", "10/10", "version 110.5/x", "a risk of 10.", ""])
def test_what_is_no_doi_is_none(text: str):
    assert dois_in(text) == []


@pytest.mark.fault("R16")
@pytest.mark.parametrize("prefix", ["", "doi:", "DOI ", "doi: ", "https://doi.org/", "http://dx.doi.org/", "doi.org/"])
def test_a_stored_doi_loses_what_stands_before_it(prefix: str):
    assert bare_doi(f" {prefix}10.5555/Sample.7 ") == "10.5555/Sample.7"
    assert bare_doi("no doi at all") == "no doi at all"


@pytest.mark.fault("R16")
@pytest.mark.parametrize(
    ("text", "pmids"),
    [
        ("900000029", [900000029]), ("900000029, 900000030;900000031", [900000029, 900000030, 900000031]),
        ("900000029\n900000030", [900000029, 900000030]), ("PMID: 900000029", [900000029]),
        ("PMIDs 900000029, 900000030 and 900000031", [900000029, 900000030, 900000031]),
        ("pmid=900000029", [900000029]),
        ("https://pubmed.ncbi.nlm.nih.gov/900000029/", [900000029]),
        ("https://www.ncbi.nlm.nih.gov/pubmed/900000029?dopt=Abstract", [900000029]),
        ("http://www.ncbi.nlm.nih.gov/m/pubmed/900000029", [900000029]),
        ("https://pubmed-ncbi-nlm-nih-gov.proxy.example.edu/900000029/", [900000029]),
        ("https://europepmc.org/article/MED/900000029", [900000029]), ("a trial of 2019", []), ("0", []),
        ("12345678901", []), ("vitamin 12", []), ("10.5555/900000029", []),
        ("12.5", []), ("(900000029).", [900000029]),
    ],
)  # fmt: skip
def test_pmids_are_found_in_lists_labels_and_addresses(text: str, pmids: list[int]):
    assert pmids_in(text) == pmids


@pytest.mark.fault("R16")
@pytest.mark.parametrize(
    "text",
    [
        "PMC99000033", "pmc99000033.", "PMCID: PMC99000033", "https://pmc.ncbi.nlm.nih.gov/articles/PMC99000033/",
        "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC99000033/pdf/x.pdf", "https://europepmc.org/article/PMC/PMC99000033",
    ],
)  # fmt: skip
def test_a_pmc_identifier_is_found_however_it_is_written(text: str):
    assert pmcids_in(text) == ["PMC99000033"]


def test_pmc_identifiers_compare_by_their_number():
    assert {pmcid_key(text) for text in ("PMC123", "pmc-id: PMC123;", "PMC123.1", "123")} == {"123"}


@pytest.mark.fault("R16")
def test_an_orcid_is_found_bare_and_in_an_address():
    for text in (
        "0000-0002-1825-009X",
        "https://orcid.org/0000-0002-1825-009x",
        "0000‐0002‐1825‐009X",
        "000000021825009X",
    ):
        assert [orcid.replace("-", "").upper() for orcid in orcids_in(text)] == ["000000021825009X"]
    assert orcids_in("1234-5678") == []


@pytest.mark.parametrize("text", ["NCT09999937", "trial NCT 09999937", "ClinicalTrials.gov: NCT-09999937"])
def test_a_label_before_a_number_does_not_count(text: str):
    assert "nct09999937" in identifier_readings(text)
