"""Other houses' languages: recognised by name, translated where it can be, never read as words."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.core.errors import QuerySyntaxError
from search.query.field_tags import find_tag
from search.query.query_reader import has_syntax, read_query
from search.syntaxes.recognition import foreign_part, has_pubmed_tags
from search.syntaxes.subheadings import SUBHEADINGS
from tests.support.fakes.fake_index import stems
from tests.support.oracles.query_properties import QUERIES, SIGNS

pytestmark = pytest.mark.fault("Q14")


def read(text: str):
    return read_query(text, None, stems)


def refused(text: str) -> QuerySyntaxError:
    with pytest.raises(QuerySyntaxError) as raised:
        read(text)
    return raised.value


FIELDED = "ProQuest, Europe PMC or the BVS"
# A strategy, whose language it is in, and its translation by hand.
TRANSLATED = [
    ("exp Hypertension/ or hypertens$.ti,ab.", "Ovid", '("Hypertension"[mh] OR hypertens*[tiab])'),
    ("*Asthma/", "Ovid", '"Asthma"[majr:noexp]'),
    ("exp *Asthma/", "Ovid", '"Asthma"[majr]'),
    ("Asthma/dt", "Ovid", '"Asthma/drug therapy"[mh:noexp]'),
    ("exp Asthma/dt, th", "Ovid", '("Asthma/drug therapy"[mh] OR "Asthma/therapy"[mh])'),
    ("Lasers/du [Diagnostic Use]", "Ovid", '"Lasers/diagnostic use"[mh:noexp]'),
    ('exp "Imagery (Psychotherapy)"/', "Ovid", '"Imagery (Psychotherapy)"[mh]'),
    ("randomized controlled trial.pt.", "Ovid", '"randomized controlled trial"[pt]'),
    ("placebo.ab. or trial.ti.", "Ovid", "(placebo[ab] OR trial[ti])"),
    ("heart attack.tw. and breathing exercise$.mp.", "Ovid", '("heart attack"[tiab] AND "breathing exercise*"[tw])'),
    ("(cancer or tumour).kf,kw.", "Ovid", "(cancer[ot] OR tumour[ot])"),
    ("dt.fs.", "Ovid", '"drug therapy"[sh:noexp]'),
    ("bees/ not (ants/ and bees/)", "Ovid", '("bees"[mh:noexp] NOT ("ants"[mh:noexp] AND "bees"[mh:noexp]))'),
    ("(hip adj3 pain).tw.", "Ovid", '"hip pain"[tiab:~2]'),
    ("((hip or knee) adj3 pain).ti.", "Ovid", '("hip pain"[ti:~2] OR "knee pain"[ti:~2])'),
    ("'heart failure'/exp OR 'heart failure':ti,ab", "Embase", '("heart failure"[mh] OR "heart failure"[tiab])'),
    ("‘heart failure’/exp", "Embase", '"heart failure"[mh]'),
    ("'asthma'/de AND [english]/lim", "Embase", '("asthma"[mh:noexp] AND english[la])'),
    ("'asthma'/mj AND (hip NEAR/3 pain):ti,ab", "Embase", '("asthma"[majr:noexp] AND "hip pain"[tiab:~2])'),
    ("'asthma'/exp AND (heart NEXT/1 failure):ti", "Embase", '("asthma"[mh] AND "heart failure"[ti])'),
    ("TS=(heart NEAR/3 failure) AND TI=asthma", "the Web of Science", '("heart failure"[tiab:~3] AND asthma[ti])'),
    ("TS=(bees OR wasp*) NOT AU=Okafor", "the Web of Science", '((bees[tiab] OR wasp*[tiab]) NOT "Okafor"[au])'),
    ('[mh asthma] OR (hip NEXT pain):ti,ab,kw', "the Cochrane Library", '("asthma"[mh] OR "hip pain"[tiab])'),
    ("MeSH descriptor: [Heart Failure] explode all trees", "the Cochrane Library", '"Heart Failure"[mh]'),
    ('[mh ^"asthma"] AND (hip NEAR/3 pain):ti', "the Cochrane Library", '("asthma"[mh:noexp] AND "hip pain"[ti:~2])'),
    ('(MH "Heart Failure+") OR (MM "Asthma")', "EBSCOhost", '("Heart Failure"[mh] OR "Asthma"[majr:noexp])'),
    ('TI ( hip N3 pain ) OR TI "heart failure"', "EBSCOhost", '("hip pain"[ti:~3] OR "heart failure"[ti])'),
    ("TI heart W0 failure AND AB asthma", "EBSCOhost", '("heart failure"[ti] AND asthma[ab])'),
    ("MH Asthma AND TI bees", "EBSCOhost", '("Asthma"[mh:noexp] AND bees[ti])'),
    ("(MH asthma+) OR TX (bees n3 ants)", "EBSCOhost", '("asthma"[mh] OR (bees[all] AND ants[all]))'),
    ("(TI bees) AND (AB ants*)", "EBSCOhost", "(bees[ti] AND ants*[ab])"),
    ("TX bees OR SU ants", "EBSCOhost", "bees[all]"),
    ("(bees or ants*).tw", "Ovid", "(bees[tiab] OR ants*[tiab])"),
    ("TITLE:bees AND PUB_YEAR:[2010 TO 2020]", FIELDED, "(bees[ti] AND 2010:2020[dp])"),
    ('DE "Asthma" AND TI bees', "EBSCOhost", '("Asthma"[mh:noexp] AND bees[ti])'),
    ("ti:(bees) AND ab:ants*", FIELDED, "(bees[ti] AND ants*[ab])"),
    ('mh:"Asthma" AND (tw:bees OR title:ants)', FIELDED, '("Asthma"[mh:noexp] AND (bees[tw] OR ants[ti]))'),
    ('MESH.EXACT.EXPLODE("Asthma") AND TI,AB(bees)', FIELDED, '("Asthma"[mh] AND bees[tiab])'),
    ("noft(bees AND ants*)", FIELDED, "(bees[tw] AND ants*[tw])"),
    ("heart ADJ failure AND bees", "Ovid", '("heart failure"[tw] AND bees[tw])'),
    ("TITLE-ABS-KEY(heart W/3 failure) AND PUBYEAR > 2010", "Scopus", '("heart failure"[tiab:~3] AND 2011:3000[dp])'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "house", "translation"), TRANSLATED)
def test_a_strategy_is_named_and_its_translation_offered(text, house, translation):
    error = refused(text)
    assert str(error).startswith(f"This is written in {house}'s language.")
    assert "^" in str(error)
    assert [proposal.text for proposal in error.proposals] == [translation]


@pytest.mark.parametrize("translation", [translation for _, _, translation in TRANSLATED])
def test_each_translation_is_a_query_in_pubmeds_language(translation):
    assert read(translation).read_as.clause


@pytest.mark.parametrize(
    ("text", "expected", "remark"),
    [
        ("colo?r.ti. or bees.ti.", "bees[ti]", "'colo?r' was left out: a wildcard has no equal"),
        ("tumor$2.ab. or bees.ab.", "bees[ab]", "'tumor$2' was left out: a limited truncation has no equal"),
        ("can$.ti. or bees.ti.", "bees[ti]", "PubMed truncates after 4 letters"),
        ("bees.hw. or wasps.ti.", "wasps[ti]", "The field hw of Ovid has no equal"),
        ("(elevat$ adj3 pressure).tw.", "(elevat*[tiab] AND pressure[tiab])", "AND is in its place"),
        ("(optic adj2 nerve adj2 head).tw.", "(optic[tiab] AND nerve[tiab] AND head[tiab])", "AND is in its place"),
        ("(hip adj3 pain).ab.", "(hip[ab] AND pain[ab])", "AND is in its place"),
        ("'asthma'/exp AND (hip NEXT/3 pain):ti", '("asthma"[mh] AND (hip[ti] AND pain[ti]))', "heading of Emtree"),
        ("bees.ti. or wasps.ti. and ants.ti.", "(bees[ti] OR (wasps[ti] AND ants[ti]))", "stood side by side"),
        ("bees.ti. and colo?r.ti.", "bees[ti]", "was left out: this finds more"),
    ],
)
def test_what_has_no_equal_is_listed(text, expected, remark):
    [proposal] = refused(text).proposals
    assert proposal.text == expected
    assert remark in " ".join(proposal.remarks)


def test_where_nothing_has_an_equal_nothing_is_offered():
    assert refused("colo?r.ti.").proposals == ()


def test_proximity_without_a_field_is_offered_as_each_house_counts_it():
    error = refused("hip NEAR/3 pain")
    assert "the Web of Science's or the Cochrane Library's" in str(error)
    assert [proposal.text for proposal in error.proposals] == ['"hip pain"[tiab:~3]', '"hip pain"[tiab:~2]']


def test_numbered_and_unnumbered_lines_are_translated_line_by_line():
    expected = '#1 "Asthma"[mh]\n#2 asthma[tiab]\n#3 (#1 OR #2)\n#4 (#3 AND english[la] AND humans[mh])'
    limit = "limit 3 to (english language and humans)"
    for text in (
        f"1. exp Asthma/ (1234)\n2. asthma.ti,ab. (99)\n3. 1 or 2 (1300)\n4. {limit} (12)",
        f"exp Asthma/\nasthma.ti,ab.\nor/1-2\n{limit}",
    ):
        [proposal] = refused(text).proposals
        assert proposal.text == expected
    whole = '(("Asthma"[mh]) OR (asthma[tiab])) AND english[la] AND humans[mh]'
    assert read(expected).read_as.filter_expression == read(whole).read_as.filter_expression


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        (
            "#1 MeSH descriptor: [Asthma] this term only\n#2 bees:ti,ab\n#3 #1 and #2 in Trials",
            '#1 "Asthma"[mh:noexp]\n#2 bees[tiab]\n#3 (#1 AND #2)',
        ),
        (
            "S2  S1 AND TI bees  Search modes - Boolean/Phrase  12\n"
            'S1  (MH "Asthma+")  Expanders - Apply equivalent subjects  Search modes - Boolean/Phrase  1,345',
            '#1 "Asthma"[mh]\n#2 (#1 AND bees[ti])',
        ),
        (
            "1  exp Asthma/ (1345)\n2  bees.tw. (12)\n3  1 and 2 (5)\n4  remove duplicates from 3 (4)\n\n*********",
            '#1 "Asthma"[mh]\n#2 bees[tiab]\n#3 (#1 AND #2)\n#4 #3',
        ),
        (
            "#2 #1 AND TI=ants\n#1 TS=(bees)\nIndexes=SCI-EXPANDED, SSCI Timespan=All years",
            "#1 bees[tiab]\n#2 (#1 AND ants[ti])",
        ),
        (
            "#2. #1 AND bees:ti 12 12 Mar 2021\n#1. 'asthma'/exp 345 12 Mar 2021",
            '#1 "asthma"[mh]\n#2 (#1 AND bees[ti])',
        ),
    ],
)
def test_histories_of_each_house_are_translated_without_their_columns(text, translation):
    [proposal] = refused(text).proposals
    assert proposal.text == translation
    assert read(proposal.text)


def test_a_line_that_cannot_be_translated_is_quoted():
    error = refused("1. exp Asthma/\n2. (asthma.ti. or bees.ab.\n3. 1 and 2")
    assert "Line #2 cannot be translated. A closing bracket is missing here" in str(error)
    assert error.proposals == ()


@pytest.mark.parametrize(
    "text",
    [
        "(continue*[tiab] OR maintenance[tiab]) ADJ3 medication[tiab]",
        "bees[ti] NEAR/3 wasps[ti]",
        "exp Hypertension/ OR bees[ti]",
        "hypertens$ OR bees[ti]",
        "asthma.ti,ab. OR bees[tiab]",
    ],
)
def test_a_foreign_part_of_a_query_is_pointed_at(text):
    error = refused(text)
    assert "the rest is in PubMed's" in str(error)
    assert error.position == text.index(str(error).split("'")[1])


def test_an_operator_of_proximity_between_tags_can_become_AND():
    [proposal] = refused("(bees[ti] OR ants[ti]) ADJ3 wasps[ti]").proposals
    assert proposal.text == "(bees[ti] OR ants[ti]) AND wasps[ti]"
    assert "finds more" in proposal.remarks[0]


OPERANDS = st.sampled_from(
    [
        "bees",
        "heart failure",
        "child*",
        '"lung cancer"',
        "asthma[mh]",
        "surgery/methods[mh]",
        "Okafor N[au]",
        "2019[dp]",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(OPERANDS, st.sampled_from(["AND", "OR", "NOT", "and", "or", ""])), min_size=1, max_size=8))
def test_no_query_of_pubmeds_is_taken_for_anothers(steps):
    assert foreign_part(" ".join(f"({operand}) {operator}" for operand, operator in steps)) is None
    assert foreign_part(" ".join(f"{operand} {operator}" for operand, operator in steps)) is None


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*SIGNS, *QUERIES]), max_size=12).map(" ".join))
def test_no_combination_of_signs_is_taken_for_anothers(text):
    assert foreign_part(text) is None


def test_no_published_strategy_of_pubmeds_is_taken_for_anothers(shared_data: Path):
    lines = (shared_data / "search_strategies" / "strategies.jsonl").read_text(encoding="utf-8").splitlines()
    strategies = [json.loads(line) for line in lines]
    texts = [strategy.get("query") or strategy["text"] for strategy in strategies]
    assert len(texts) >= 60
    foreign = [text for text in texts if foreign_part(text)]
    mixed = [text for text in foreign if has_pubmed_tags(text, lambda name: find_tag(name) is not None)]
    assert len(foreign) - len(mixed) == 2, "two are Ovid's"
    assert ["ADJ3" in text for text in mixed] == [True], "one has an operator of Ovid's"
    for text in set(foreign) - set(mixed):
        [proposal] = refused(text).proposals
        assert has_syntax(proposal.text)
        assert read(proposal.text).read_as.lines


def test_subheadings_are_known_by_two_letters():
    assert len(SUBHEADINGS) > 70
    assert all(len(code) == 2 and name[0].islower() for code, name in SUBHEADINGS.items())


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("infan$[tiab] AND bees", "infan*[tiab] AND bees"),
        ("bees[tiab] NEXT ants[tiab]", "bees[tiab] AND ants[tiab]"),
        ("bees[tiab] W3 ants[tiab]", "bees[tiab] AND ants[tiab]"),
        ("bees[tiab] AND ants*.tw.", "bees[tiab] AND ants*[tiab]"),
        ("(bees or wasps).ti. AND ants[tiab]", "(bees[ti] OR wasps[ti]) AND ants[tiab]"),
        (
            "1. bees[ti]\n2. ants[ti]\n3. 1 AND 2\n4. limit 3 to english",
            "#1 bees[ti]\n#2 ants[ti]\n#3 #1 AND #2\n#4 (#3 AND english[la])",
        ),
        ("exp asthma/ AND ants[tiab]", '"asthma"[mh] AND ants[tiab]'),
    ],
)
def test_a_part_in_another_language_is_offered_in_pubmeds(text, proposal):
    [offered] = refused(text).proposals
    assert offered.text == proposal
