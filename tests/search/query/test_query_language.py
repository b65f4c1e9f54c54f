"""PubMed's query language: what restricts, what only ranks, and errors that point at the character."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.core.errors import QueryError, QuerySyntaxError
from index.engine.filter_expression import (
    AllOf,
    AnyOf,
    Between,
    Everything,
    Phrase,
    Pmids,
    Prefix,
    Value,
    ValuePrefix,
    Without,
    Word,
)
from search.query.field_tags import find_tag
from search.query.query_reader import read_query
from tests.support.fakes.fake_index import stems
from tests.support.oracles.query_properties import QUERIES, SIGNS, hold


def read(text: str):
    return read_query(text, None, stems)


def expression_of(text: str):
    return read(text).read_as.filter_expression


@pytest.mark.fault("Q2", "Q3", "Q5")
@pytest.mark.parametrize(
    "text",
    [
        "What's the role of IL-6 (interleukin) in COVID-19?",
        "one (bracket is open",
        "one) is closed",
        "ratio 1:2 and/or dose: 5 mg/kg",
        "benzo[a]pyrene and 2-[4-(methyl)phenyl]ethanol",
        "[The role of bees in spring]",
        "does it work and for whom, or not?",
        'a 5" needle or a 10" one',
        "HLA-B*27 and x.*",
        "'; DROP TABLE articles; --",
        '" OR 1=1',
        "select id from txtai where similar('x')",
        '" * ( ) : ^ NEAR - AND x',
        "AND",
        "OR NOT",
        "bees AND",
    ],
)
def test_plain_questions_and_hostile_ones_are_plain_text(text):
    query = read(text)
    assert query.plain == text
    assert query.read_as.filter_expression == Everything()
    assert query.read_as.clause is None


@pytest.mark.parametrize(
    ("text", "filter_expression"),
    [
        ("bees[ti]", Word("title", "bees")),
        ("honey bees[Title]", Phrase("title", "honey bees")),
        ("IL-6[ab]", AnyOf((Phrase("abstract", "IL-6"), Phrase("other_abstract", "IL-6")))),
        (
            "bees[tiab]",
            AnyOf(tuple(Word(field, "bees") for field in ("title", "abstract", "other_abstract", "keyword"))),
        ),
        ('"heart attack"', Phrase("all", "heart attack")),
        ("metform*", Prefix("all", "metform")),
        ("anti-inflam*[ti]", Prefix("title", "anti-inflam")),
        ('"breast feed*"[ti]', Prefix("title", "breast feed")),
        ("bees AND wasps", AllOf((Word("all", "bees"), Word("all", "wasps")))),
        ("Okafor NB[au]", AnyOf((Value("author", frozenset({"Okafor NB"})), ValuePrefix("author", "okafor nb")))),
        ("Okafor[1au]", AnyOf((Value("first_author", frozenset({"Okafor"})), ValuePrefix("first_author", "okafor ")))),
        ("2019[dp]", Between("published", 20190101, 20191231)),
        ("2019/03:2020/04/05[pdat]", Between("published", 20190301, 20200405)),
        ("2019/03 : 2020[dp]", Between("published", 20190301, 20201231)),
        ('"2019"[Date - Publication] : "2020"[Date - Publication]', Between("published", 20190101, 20201231)),
        ("2019[edat]", Between("entered", 20190101, 20191231)),
        ("2019[crdt]", Between("created", 20190101, 20191231)),
        ("Review[pt]", Value("type", frozenset({"Review"}))),
        ("German[la]", Value("language", frozenset({"ger"}))),
        ("33990091[pmid]", Pmids(frozenset({33990091}))),
        ("10.1000/ABC[doi]", Value("doi", frozenset({"10.1000/ABC"}))),
        ("free full text[sb]", Value("free_full_text", frozenset({"yes"}))),
        ("In-Process[sb]", Value("status", frozenset({"In-Process", "In-Data-Review"}))),
        ("pubmednotmedline[sb]", Value("status", frozenset({"PubMed-not-MEDLINE"}))),
        ("Neoplasms[majr]", Value("mesh_major", frozenset({"Neoplasms"}))),
        ("bees[ti] NOT wasps[ti]", AllOf((Word("title", "bees"), Without(Word("title", "wasps"))))),
        ("bees[ti]AND wasps[ti]", AllOf((Word("title", "bees"), Word("title", "wasps")))),
        ("(honey bees)[ti]", Phrase("title", "honey bees")),
        ("(Okafor NB)[au]", AnyOf((Value("author", frozenset({"Okafor NB"})), ValuePrefix("author", "okafor nb")))),
        ("Cancers (Basel)[ta]", Value("journal", frozenset({"Cancers (Basel)"}))),
    ],
)
def test_each_form_filters_exactly(text, filter_expression):
    assert expression_of(text) == filter_expression


@pytest.mark.parametrize(
    "name",
    [
        "benzo[a]pyrene",
        "dibenz[a,h]anthracene",
        "pyrido[2,3-d]pyrimidine",
        "[3H]thymidine",
        "[Ca(2+)]i",
        "2-[4-(methyl)phenyl]ethanol",
        "poly(ADP-ribose)",
        "(R)-salbutamol",
        "bis(2-(x)ethyl)amine",
    ],
)
def test_a_name_with_brackets_is_one_word_with_a_tag_beside_an_operator_and_in_a_question(name):
    assert expression_of(f"{name}[ti]") == expression_of(f'"{name}"[ti]') == Phrase("title", name)
    assert expression_of(f"{name} AND (bees OR wasps)") == AllOf(
        (Phrase("all", name), AnyOf((Word("all", "bees"), Word("all", "wasps"))))
    )
    question = read(f"is {name} harmful to bees?")
    assert (question.plain, question.read_as.warnings) == (f"is {name} harmful to bees?", ())
    free = read(f"{name} toxicity 2019[dp]")
    assert (free.plain, free.read_as.filter_expression) == (
        f"{name} toxicity",
        Between("published", 20190101, 20191231),
    )


def test_brackets_around_operators_or_beside_a_space_still_group():
    bees_or_wasps = AnyOf((Word("all", "bees"), Word("all", "wasps")))
    for text in ("ants (bees OR wasps)", "(bees OR wasps) ants", "ants AND(bees OR wasps)"):
        assert bees_or_wasps in (expression_of(text), *getattr(expression_of(text), "parts", ())), text
    assert expression_of("(bees)AND(wasps)") == AllOf((Word("all", "bees"), Word("all", "wasps")))


def test_operators_join_from_left_to_right_and_brackets_come_first():
    a, b, c = (Word("all", word) for word in ("ants", "bees", "crabs"))
    assert expression_of("ants OR bees AND crabs") == AllOf((AnyOf((a, b)), c))
    assert expression_of("ants OR (bees AND crabs)") == AnyOf((a, AllOf((b, c))))
    assert expression_of("ants AND bees OR crabs") == AnyOf((AllOf((a, b)), c))


def test_words_beside_a_tag_rank_and_words_beside_an_operator_restrict():
    query = read("does metformin slow ageing 2019:2021[dp]")
    assert query.plain == "does metformin slow ageing"
    assert query.read_as.filter_expression == Between("published", 20190101, 20211231)
    assert expression_of("metformin ageing AND 2019[dp]") == AllOf(
        (AllOf((Word("all", "metformin"), Word("all", "ageing"))), Between("published", 20190101, 20191231))
    )
    assert read("bees NOT wasps").plain == "bees", "what is shut out does not rank"


def test_a_query_of_facts_alone_has_nothing_to_rank_and_says_its_order():
    query = read("Okafor NB[au] 2019[dp]")
    assert query.plain == ""
    assert query.read_as.description == "only author Okafor NB AND published 2019; newest first"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Neoplasms/flying[mh]", "no subheading 'flying'"),
        ("flying[sh]", "no subheading 'flying'"),
        ("Neoplasms[mh]", "MeSH is not loaded"),
        ("systematic[sb] bees[ti]", "is read as the publication type Systematic Review"),
        ("bees[ti,ab] AND wasps", "[ti,ab] is read as [tiab]"),
        ("bees'*[ti]", "is read as bees*"),
        ("Bee*[mh]", "without those that are narrower"),
        ("Review[pt]", "narrower publication types do not count"),
        ("the of[ti]", "common words only"),
        ("klingon[la]", "not a language"),
        ("can* bees", "too short"),
        ("bees[ti] or wasps[ti]", "1 lower-case operator was read"),
        ("bees or wasps[ti]", "capitals: OR"),
        ("(sleep AND", "AND at character 8 has no term after it"),
        ("NOT sleep", "NOT at character 1 has no term before it"),
        ("sleep OR", "OR at character 7 has no term after it"),
        ('sleep "memory', "quote at character 7 is never closed"),
        ("sleep[ti and memory", "bracket at character 6 is never closed"),
    ],
)
def test_what_cannot_be_meant_so_is_warned_of(text, expected):
    assert expected in " ".join(read(text).read_as.warnings)


@pytest.mark.fault("Q3")
@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("bees[ti] AND", 12, "the query ends here"),
        ("bees[ti] AND [ti]", 13, "must follow one term"),
        ("can*[ti]", 0, "too short"),
        ("can* bees 2019[dp]", 0, "too short"),
        ("wom*n[ti]", 0, "inside a word"),
        ("bees[ti] AND cure[pa]", 13, "pharmacological action"),
        ("bees[ti] AND cure[xyz]", 13, "no field [xyz]"),
        ("bees[ti] OR cure[sb]", 12, "the subset 'cure'"),
        ("bees[ti] OR --- OR ants", 12, "no word to search for"),
        ('bees[ti] OR "---"[ab]', 12, "no word to search for"),
        ('bees[ti] OR "ant"[ti:~3]', 12, "cannot be near itself"),
        ('bees[ti] OR "hill ants*"[ti:~3]', 12, "cannot end in *"),
        ("bees[ti] OR :[dp]", 12, "is no date"),
        ("(bees OR wasps", 0, "never closed"),
        ("bees OR wasps) AND ants", 13, "has no opening one"),
        ('bees[ti] "wasps', 9, "quote is never closed"),
        ("bees OR OR wasps", 8, "found 'OR'"),
        ("bees[ti] ()", 10, "found ')'"),
        ("lately[dp]", 0, "is not a date"),
        ("cancer[xyz]", 0, "no field [xyz]"),
        ("bees AND 2021:2019[dp]", 9, "are in reverse order"),
        ("x1[pmid]", 0, "is not a PMID"),
        ("(bees OR wasps)[ti]", 15, "follow one term"),
        ("bees AND NOT wasps", 9, "Write bees NOT wasps"),
        ("benzo[a pyrene[ti]", 5, "square bracket does not belong to a pair"),
    ],
)
def test_an_error_points_at_the_character_and_says_what_to_type(text, position, expected):
    with pytest.raises(QuerySyntaxError) as raised:
        read(text)
    assert raised.value.position == position
    message, quoted, caret = str(raised.value).split("\n")
    assert expected in message
    assert quoted == f"  {text}"
    assert caret.index("^") - 2 == position


def test_an_error_far_into_a_query_quotes_what_stands_around_it():
    with pytest.raises(QuerySyntaxError) as raised:
        read("bees OR " * 200 + "OR wasps")
    _, quoted, caret = str(raised.value).split("\n")
    assert quoted[caret.index("^") :].startswith("OR wasps")
    assert len(quoted) < 70


@pytest.mark.fault("Q7")
def test_a_thousand_ORs_and_brackets_200_deep_are_read_at_once():
    started = time.monotonic()
    assert len(expression_of(" OR ".join(f"bee{number}" for number in range(1000))).parts) == 1000
    assert isinstance(expression_of("(" * 200 + "bees OR ants" + ")" * 200 + " AND wasps"), AllOf)
    assert isinstance(expression_of("(bees OR " * 199 + "wasps" + ")" * 199), AnyOf)
    with pytest.raises(QuerySyntaxError, match="nested levels"):
        read("(bees OR " * 5000 + "wasps" + ")" * 5000)
    assert time.monotonic() - started < 20


@pytest.mark.fault("Q1")
def test_a_strategy_too_long_to_be_read_is_refused_not_cut():
    with pytest.raises(QueryError, match="at most 100,000 characters"):
        read("bees[ti] OR " * 10_000)


def test_tags_go_by_short_and_long_names_in_any_case():
    assert find_tag("TIAB") is find_tag("title/abstract") is not None
    assert find_tag("Mesh  Terms").exploded
    assert find_tag("nonsense") is None


hostile = st.one_of(
    st.text(),
    st.lists(st.sampled_from(SIGNS), max_size=14).map(" ".join),
    st.lists(st.sampled_from([*SIGNS, *QUERIES]), max_size=14).map("".join),
)


@pytest.mark.fault("Q3", "Q4")
@settings(max_examples=200, deadline=None)
@given(hostile)
def test_any_text_ends_in_the_same_whole_reading_or_a_stated_error_that_points_into_it(text):
    hold(text, stems)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_uses_the_whole_language_is_read_and_restricts(query):
    assert hold(query, stems).read_as.clause


@pytest.mark.fault("Q3")
@pytest.mark.long
@settings(max_examples=8_000, deadline=None)
@given(st.lists(st.sampled_from([*SIGNS, *QUERIES]), max_size=40).map(" ".join) | hostile)
def test_long_no_combination_of_signs_ends_in_anything_else(text):
    hold(text, stems)
