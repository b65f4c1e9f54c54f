"""What is shown of an article, typed as people type it, brings that article."""

from collections.abc import Iterator

import pytest

from index.library.layout import Library
from search import Searcher
from tests.support.builds.killed_builds import build, small_builds
from tests.support.records.named_articles import (
    ACCENTS,
    BASE,
    EPUB,
    ESCAPED,
    GERMAN,
    GREEK_LETTER,
    GREEK_NAME,
    GROUP,
    NOTICE,
    NUMBERS,
    OLD_TYPE,
    PARTICLES,
    POWER,
    SIGNS,
    SUFFIXES,
    TRIAL,
    TWIN,
    records,
)
from tests.support.records.pubmed_xml import write_articles


@pytest.fixture(scope="module")
def pubmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("named")
    library = Library(folder / "library")
    build(library, write_articles(folder / "named.xml.gz", records()))
    with small_builds(), Searcher.open(library.path) as searcher:
        yield searcher


def found(pubmed: Searcher, text: str, **filters) -> list[int]:
    return sorted(pmid - BASE for pmid in pubmed.pmids(text, **filters))


NAMES = [
    (SUFFIXES, ["Adeyemi FB Jr", "Adeyemi FB", "Adeyemi F.B., Jr.", "Adeyemi, Femi B, Jr", "Femi B Adeyemi"]),
    (SUFFIXES, ["Femi Adeyemi"]),
    (SUFFIXES, ["Femi B Adeyemi Jr", "Adeyemi Jr FB", "F. B. Adeyemi", "Lind K 3rd", "Karl Lind 3rd", "Lind, Karl"]),
    (SUFFIXES, ["van 't Hof AM", "van ’t Hof AM", "van t Hof AM", "Anna Maria van 't Hof", "Hof, Anna Maria van ʼt"]),
    (ACCENTS, ["O'Ceallaigh S", "O’Ceallaigh S", "OCeallaigh S", "O Ceallaigh S", "Seán O'Ceallaigh", "o`ceallaigh s"]),
    (ACCENTS, ["Núñez-Ruiz P", "Nunez Ruiz P", "Núñez‐Ruiz P", "Pia Nunez–Ruiz", "王 W", "王 伟", "伟 王"]),
    (ACCENTS, ["Oster L", "Øster Ł", "Łukasz Øster", "Suhartono", "Madonnina"]),
    (GROUP, ["Ministry of Ponds, Department of Reeds (North), and Toads"]),
    (GROUP, ["ministry of ponds department of reeds north and toads"]),
    (PARTICLES, ["de la Peña E", "De La Pena E", "Eva de la Peña", "Al-Hakim O", "Al Hakim O", "Omar Al‑Hakim", "O S"]),
    (PARTICLES, ["Sun O", "Roldanova D, Juana F", "Juana F Roldanova D", "V B, Chandra", "Wangari, De Yun"]),
    (PARTICLES, ["Wangari Y", "Ogunda, 'Deji", "Davina K , MSN, MPH", "Davina, Kim, , MSN, MPH", "Davina K"]),
]  # fmt: skip
CASES = [(number, name) for number, names in NAMES for name in names]


@pytest.mark.fault("R16", "R18")
@pytest.mark.parametrize(("number", "name"), CASES)
def test_every_form_of_a_name_finds_its_article_by_tag_by_filter_and_alone(pubmed: Searcher, number: int, name: str):
    quoted = name.replace('"', " ")
    assert found(pubmed, f'"{quoted}"[au]') == [number]
    assert found(pubmed, "ponds", authors=[name]) == [number]
    assert pubmed.search(name, limit=1).hits[0].article.pmid == BASE + number


@pytest.mark.fault("R16")
def test_a_name_finds_only_those_who_bear_it(pubmed: Searcher):
    for name in ("Adeyemi FC", "Femi", "Lind F", "Ponds", "Liv", "Adeyemi Lind", "Wangari, Zoe", "Yun, Wangari"):
        assert found(pubmed, f"{name}[au]") == [], name
    assert found(pubmed, "Adeyemi[au]") == found(pubmed, "Adeyemi F[au]") == [SUFFIXES]
    assert found(pubmed, "Åkesson L[au]") == [], "an investigator is no author"


@pytest.mark.fault("R16")
@pytest.mark.parametrize("text", ["Akesson L[ir]", "Liv Åkesson[ir]", '"Åkesson, Liv"[FIR]', "Akesson[ir]"])
def test_an_investigator_is_found_under_a_tag_of_its_own_and_alone(pubmed: Searcher, text: str):
    assert found(pubmed, text) == [GROUP]
    assert pubmed.search("Liv Åkesson", limit=1).hits[0].article.pmid == BASE + GROUP


@pytest.mark.fault("R16")
@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((NUMBERS, text) for text in (
            "10.5555/pond.6", "doi:10.5555/Pond.6.", "https://dx.doi.org/10.5555%2Fpond.6", "10.5555/second.6",
            "https://doi-org.proxy.example.edu/10.5555/second.6", "PMC99000006", "S9999-0006(20)30006-X",
            "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC99000006/", "NIHMS990006", f"{BASE + NUMBERS}",
            f"https://pubmed.ncbi.nlm.nih.gov/{BASE + NUMBERS}/",
        )),
        *((TRIAL, text) for text in (
            "NCT09990005", "nct 09990005", "ISRCTN99990005", "trial NCT09990005", "frogs in NCT09990005",
            "R01 ZZ990005",
            "R01ZZ990005", "grant R01-ZZ990005", "ZZ990005",
        )),
        (SUFFIXES, "0000-0002-9999-123X"), (SUFFIXES, "https://orcid.org/0000-0002-9999-123x"),
    ],
)  # fmt: skip
def test_every_identifier_typed_into_the_box_brings_its_article_first(pubmed: Searcher, number: int, text: str):
    page = pubmed.search(text, limit=1)
    assert page.hits[0].article.pmid == BASE + number
    assert page.query.read_as.known


@pytest.mark.fault("R16")
@pytest.mark.parametrize(
    ("number", "text"),
    [
        (NUMBERS, "10.5555/pond.6[doi]"), (NUMBERS, "10.5555/second.6[aid]"), (NUMBERS, "S9999-0006(20)30006-X[pii]"),
        (NUMBERS, "https://doi.org/10.5555/SECOND.6[lid]"), (NUMBERS, "PMC99000006[pmc]"), (NUMBERS, "99000006[pmcid]"),
        (TRIAL, "NCT09990005[si]"), (TRIAL, "ClinicalTrials.gov/NCT09990005[si]"), (TRIAL, "clinicaltrials.gov[si]"),
        (TRIAL, "R01 ZZ990005[gr]"), (TRIAL, "ZZ990005[Grant Number]"), (TRIAL, "Pond Fund[gr]"),
        (SUFFIXES, "0000-0002-9999-123X[auid]"), (GERMAN, "quackostatin[rn]"), (GERMAN, "Mondlicht[tt]"),
        (GROUP, '"Ministry of Ponds, Department of Reeds (North), and Toads"[cn]'),
    ],
)  # fmt: skip
def test_identifiers_have_field_tags(pubmed: Searcher, number: int, text: str):
    assert found(pubmed, text) == [number]


def test_several_pmids_come_in_one_list(pubmed: Searcher):
    page = pubmed.search(f"PMIDs: {BASE + 3}, {BASE + 5}; and {BASE + 7}", limit=3)
    assert {hit.article.pmid - BASE for hit in page.hits} == {3, 5, 7}


@pytest.mark.fault("R16")
@pytest.mark.parametrize("name", ["J Sample Rec", "J. Sample Rec.", "journal of sample records", "0000-0000"])
def test_a_journal_is_found_by_every_name_and_number(pubmed: Searcher, name: str):
    assert (
        len(found(pubmed, f'"{name}"[ta]'))
        == len(records())
        == len(found(pubmed, "ponds", journals=[name], whole=True))
    )


@pytest.mark.fault("R11", "R16", "R5")
@pytest.mark.parametrize("word", ["Molche", "Mondlicht", "Sumpfdotterblumen", "quackostatin", "dukz"])
def test_words_of_every_text_are_found_by_plain_search_and_under_a_tag(pubmed: Searcher, word: str):
    page = pubmed.search(word, limit=1)
    assert (page.hits[0].article.pmid, page.query.read_as.warnings) == (BASE + GERMAN, ())
    assert found(pubmed, f"{word}[all]") == [GERMAN]


@pytest.mark.fault("R5")
def test_a_vernacular_title_names_its_article(pubmed: Searcher):
    page = pubmed.search("Molche im Mondlicht", limit=1)
    assert (page.hits[0].article.pmid, page.query.read_as.known) == (BASE + GERMAN, "title")


@pytest.mark.fault("R16", "R8")
@pytest.mark.parametrize(
    "text",
    [
        "2019[dp]",
        "2020[dp]",
        "2019/12/20[dp]",
        "2019/12[dp]",
        '"2020 Mar"[dp]',
        "ponds 2020 Mar[dp]",
        "2019 Dec 20[dp]",
    ],
)
def test_an_article_counts_under_its_electronic_and_its_printed_date(pubmed: Searcher, text: str):
    assert found(pubmed, text) == [EPUB]


def test_a_date_that_an_article_never_had_does_not_keep_it(pubmed: Searcher):
    assert found(pubmed, "2019/11[dp]") == found(pubmed, "2020/01[dp]") == found(pubmed, "2018[dp]") == []


@pytest.mark.fault("R17")
def test_a_renamed_type_is_one_with_its_old_name(pubmed: Searcher):
    for kind in ("Retraction of Publication", "retraction notice"):
        assert found(pubmed, f'"{kind}"[pt]') == found(pubmed, "ponds", types=[kind], whole=True) == [NOTICE]
    for kind in ("Validation Study", "Validation Studies"):
        assert found(pubmed, f'"{kind}"[pt]') == [OLD_TYPE]
    assert pubmed.article(BASE + NOTICE).retraction == "retraction notice"
    assert pubmed.article(BASE + OLD_TYPE).types == ("Validation Studies",), "the record keeps NLM's words"


@pytest.mark.fault("R18")
@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("cardiomyopathy[ti]", [SIGNS]), ("garden gnomes[ti]", [SIGNS]), ("prospective[ab]", [SIGNS]),
        ("cardio\u00admyopathy[ti]", [SIGNS]), ("TNF-α[ti]", [GREEK_LETTER, GREEK_NAME]),
        ("TNF-alpha[ti]", [GREEK_LETTER, GREEK_NAME]), ('"tnf alpha"[ti]', [GREEK_LETTER, GREEK_NAME]),
        ("beta-quackin[ot]", [GREEK_LETTER]), ("IFNgamma[ti]", [TWIN]), ('"gamma delta T cells"[ti]', [TWIN]),
        ("γδ[ti]", [TWIN]), ("10^6[ti]", [POWER]), ("10⁶[ti]", [POWER]), ("106[ti]", []), ("m2[ab]", [POWER]),
        ("H2O[ab]", [POWER]), ("Ca2+[ab]", [POWER]), ("QUUX9 variant[ti]", [ESCAPED]),
        ('"quux9 variant voles"[ti]', [ESCAPED]),
        ("lt[ti]", []), ("amp[ti]", []),
    ],
)  # fmt: skip
def test_signs_that_look_alike_are_alike_under_tags(pubmed: Searcher, text: str, numbers: list[int]):
    assert found(pubmed, text) == numbers


@pytest.mark.fault("R18")
def test_the_record_keeps_what_was_escaped_and_a_title_typed_as_shown_names_it(pubmed: Searcher):
    article = pubmed.article(BASE + ESCAPED)
    assert article.title == "A &lt;i&gt;QUUX9&lt;/i&gt; variant &amp; voles."
    page = pubmed.search("A QUUX9 variant & voles.", limit=1)
    assert (page.hits[0].article.pmid, page.query.read_as.known) == (BASE + ESCAPED, "title")
    assert pubmed.article(BASE + POWER).title == "Doses of 10^6 spores"


@pytest.mark.fault("R18")
@pytest.mark.parametrize(
    "text", ["TNF-α of newts", "IFNγ", "Cardio\u00admyo\u00adpathy", "10⁶ spores", "https://example.org/quux"]
)
def test_no_word_that_an_article_has_is_said_to_be_missing(pubmed: Searcher, text: str):
    assert pubmed.search(text).query.read_as.warnings == ()
