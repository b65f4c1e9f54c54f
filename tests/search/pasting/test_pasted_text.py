"""Characters, comments and operators of pasted queries: read as what was meant, and said; plain questions stay so."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.core.errors import QuerySyntaxError
from search.query.query_reader import read_query
from tests.support.fakes.fake_index import stems


def read(text: str):
    return read_query(text, None, stems)


def kept(text: str):
    return read(text).read_as.filter_expression


@pytest.mark.fault("Q4")
@pytest.mark.parametrize(
    ("pasted", "plain", "said"),
    [
        (
            "“heart attack”[tiab] OR bees[ti]",
            '"heart attack"[tiab] OR bees[ti]',
            "2 curly quotes were read as",
        ),
        ("„heart attack“[tiab]", '"heart attack"[tiab]', "2 curly quotes"),
        ("«heart attack»[tiab]", '"heart attack"[tiab]', "2 curly quotes"),
        ('"Ignis sacer”[tiab]', '"Ignis sacer"[tiab]', "1 curly quote was read as a straight one."),
        (
            "‘sleep quality’[tiab] AND O’Connor[au]",
            '"sleep quality"[tiab] AND O’Connor[au]',
            "1 phrase in curly",
        ),
        ("“heart attack”", '"heart attack"', "2 curly quotes"),
        ("IL‐6[ti] AND T–cell[ti]", "IL-6[ti] AND T-cell[ti]", "2 dashes were read as hyphens"),
        ("neuro\u00adscience[ti]", "neuroscience[ti]", "1 soft hyphen was left out"),
        ("bees[ti]\u00a0AND\u00a0wasps[ti]", "bees[ti] AND wasps[ti]", "2 no-break or narrow spaces"),
        ("bees[ti] AND\nwasps[ti]", "bees[ti] AND wasps[ti]", "1 line break was read as a space"),
        ('"(""heart attack""[ti] OR bees[ti])"', '("heart attack"[ti] OR bees[ti])', "2 doubled quotes were read as"),
        ('bees[ti] OR"heart attack"[ti]', 'bees[ti] OR "heart attack"[ti]', "1 operator was parted"),
        ("// first part\nbees[ti] OR\n# second part\nwasps[ti]", "bees[ti] OR wasps[ti]", "2 comments were left out"),
        ("bees[ti] /* social */ OR wasps[ti]", "bees[ti] OR wasps[ti]", "1 comment was left out"),
        ("Search: (bees[ti] OR wasps[ti]) Schema: all", "(bees[ti] OR wasps[ti])", "'Search' and 'Schema: all'"),
        ("bees[ti] or wasps[ti]", "bees[ti] OR wasps[ti]", "1 lower-case operator was read as AND, OR or NOT"),
        ('(bees) and "honey" not wasps[ti]', '(bees) AND "honey" NOT wasps[ti]', "2 lower-case operators"),
        ("bees[ti] AND (ants or wasps)", "bees[ti] AND (ants OR wasps)", "1 lower-case operator"),
        ("bees AND (ants OR wasp or infan*)", "bees AND (ants OR wasp OR infan*)", "1 lower-case operator"),
        ("Population: bees[ti]\nAND\nOutcome: honey[ti]", "bees[ti] AND honey[ti]", "Names before terms were left out"),
        ("PubMed search: bees[ti] AND ants", "bees[ti] AND ants", "'Search' and 'Schema: all'"),
        (
            '"2019"[Date \u2013 Publication] : "3000"[Date\u2014Publication]',
            '"2019"[dp] : "3000"[dp]',
            "dash in a tag was read as a hyphen",
        ),
        ("infan\u2217[ti] OR bees", "infan*[ti] OR bees", "1 star was read as *"),
        ("\u2033honey bee\u2033[ti]", '"honey bee"[ti]', "2 curly quotes"),
        (
            "&quot;honey bee&quot;[ti] OR prevention &amp; control[sh]",
            '"honey bee"[ti] OR prevention & control[sh]',
            "2 &quot;",
        ),
        (
            "(bees[ti]) AND (ants) (n = 1,234)",
            "(bees[ti]) AND (ants)",
            "The count at the end was left out: (n = 1,234).",
        ),
        ("bees[ti] AND ants[ti] \u2013 12 results", "bees[ti] AND ants[ti]", "The count at the end was left out"),
        (
            "https://pubmed.ncbi.nlm.nih.gov/?term=bees%5Bti%5D+AND+%22ants%22&filter=years.2010-2020&filter=lang.english",
            '(bees[ti] AND "ants") AND 2010:2020[dp] AND english[la]',
            "The address was read as the search in it.",
        ),
        ("pre-\nmature[ti] AND bees", "pre-mature[ti] AND bees", "Hyphens at the ends of lines were kept: pre-mature"),
        (
            "bees[ti] AND ants Filters: English, German, Humans, from 2010 - 2020",
            "(bees[ti] AND ants) AND (english[la] OR german[la]) AND humans[filter] AND 2010:2020[dp]",
            "was read as",
        ),
        (
            "bees[ti]\nFilters applied: Clinical Trial, Phase I, Child: birth-18 years, in the last 5 years. Clear all",
            '(bees[ti]) AND "Clinical Trial, Phase I"[filter] AND allchild[filter] AND "last 5 years"[dp]',
            "was read as",
        ),
    ],
)
def test_what_word_processors_and_people_write_is_read_as_a_query_and_said(pasted, plain, said):
    assert kept(pasted) == kept(plain)
    assert said in " ".join(read(pasted).read_as.warnings)
    assert said not in " ".join(read(plain).read_as.warnings)


@pytest.mark.parametrize(
    "text",
    [
        "what’s the “best” dose?",
        "is it “safe” to give aspirin and ibuprofen or paracetamol?",
        "1. Introduction\n2. Methods\n3. Results",
        "what is the #1 cause of death?",
        "#metoo and harassment",
        "COVID-19: a review of 2 trials and 3 cohorts",
        "Search engines and bias",
        "cost in US$ per km/h, and/or 24/7 care",
        "Aims: bees. Methods: TI = 900 ms (AU = arbitrary units; AB = both). Results: p.p.m. e.g. 5/10.",
        "Background: we compared W3 and N3 sleep\u2013wake cycles.\nMethods: 10 mice (n = 5) or rats.\nResults: none.",
        "https://www.example.org/articles/sleep/ and others",
        "gene exp and/or silencing",
        "Rio/de Janeiro",
        "2019 or 2020",
        "Filters: a review of water",
        "title: bees of the north",
        "A. Bees\nB. Wasps\nC. Ants and bees",
        "Step 1: wash. Step 2: dry.",
        "the NEXT STEP in NEAR infrared",
        "1 x 2 y",
    ],
)
def test_a_plain_question_stays_one(text):
    query = read(text)
    assert query.read_as.clause is None
    assert query.read_as.warnings == ()
    assert query.plain == " ".join(text.split())


@pytest.mark.parametrize("listed", ["bees[mh]; wasps[mh]", "\u2022 bees[mh]\n\u2022 wasps[mh]", "bees[mh] & wasps[mh]"])
def test_signs_of_a_list_are_no_part_of_a_term(listed):
    assert kept(listed) == kept("bees[mh] AND wasps[mh]")


def test_words_that_stand_in_a_tagged_term_stay_words():
    assert kept("wounds and injuries[mh] AND bees") == kept('"wounds and injuries"[mh] AND bees')


def test_a_question_with_a_quoted_word_keeps_its_and():
    assert read('what is the "best" and cheapest dose?').read_as.clause == read('the "best"').read_as.clause


@pytest.mark.fault("Q3")
@pytest.mark.parametrize(
    ("text", "proposals"),
    [
        ("bees[ti] OR", ["bees[ti]"]),
        ("OR bees[ti] AND wasps", ["bees[ti] AND wasps"]),
        ("bees OR OR wasps", ["bees OR wasps"]),
        ("bees AND OR wasps", ["bees OR wasps", "bees AND wasps"]),
        ("(bees[ti] OR wasps[ti] OR) AND ants", ["(bees[ti] OR wasps[ti]) AND ants"]),
        ("ants AND (bees[ti] OR wasps[ti]", ["ants AND (bees[ti] OR wasps[ti])"]),
        ("(bees[ti] OR wasps[ti]))", ["(bees[ti] OR wasps[ti])"]),
        ("bees[ti] [x wasps", []),
        ("(bees[ti] OR wasps[ti])) AND ants", ["(bees[ti] OR wasps[ti]) AND ants"]),
        ('(bees OR "honey bee")[tiab] AND ants', ['(bees[tiab] OR "honey bee"[tiab]) AND ants']),
        ("bees[ti] AND/OR wasps[ti]", ["bees[ti] OR wasps[ti]"]),
        ("bees[ti] AND ()", ["bees[ti]"]),
        ('"honey bee[ti] AND "ants"[ti]', ['"honey bee"[ti] AND "ants"[ti]']),
        ('honey bee"[ti] AND ants[ti]', ["honey bee [ti] AND ants[ti]"]),
        ("bees [tiab AND ants[ti]", ["bees [tiab] AND ants[ti]"]),
    ],
)
def test_what_joins_or_closes_nothing_is_pointed_at_with_what_can_be_searched_instead(text, proposals):
    with pytest.raises(QuerySyntaxError, match=r"\^") as refused:
        read(text)
    assert [proposal.text for proposal in refused.value.proposals] == proposals
    for proposal in refused.value.proposals:
        assert proposal.label
        assert read(proposal.text).read_as.clause


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("abc äß,;.-()?! \n\t"), min_size=1).filter(str.strip))
def test_text_without_a_sign_of_a_query_is_never_changed(text):
    query = read(text)
    assert (query.plain, query.read_as.clause) == (" ".join(text.split()), None)
