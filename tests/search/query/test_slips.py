"""What is nearly PubMed's language: read as what it means, or refused with what was meant; said in both cases."""

import pytest

from index.core.errors import QuerySyntaxError
from search.query.query_reader import read_query
from tests.support.fakes.fake_index import stems


def read(text: str):
    return read_query(text, None, stems)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"2019"[dp]:"2020"[dp]', '"2019"[dp] : "2020"[dp]'),
        ("2019/03[dp]:2020[dp]", "2019/03:2020[dp]"),
        ("2019[dp] :2020[dp] AND bees", "2019:2020[dp] AND bees"),
        ("2019[pdat] - 2020[pdat]", "2019:2020[dp]"),
        ('("2019"[dp] :"2020"[dp]) AND bees', "2019:2020[dp] AND bees"),
        ('"2019" : "2020"[dp]', '"2019"[dp] : "2020"[dp]'),
        ('"2019/01/01":"2020"[dp] OR bees', '"2019/01/01"[dp] : "2020"[dp] OR bees'),
        ('"2019"[dp] TO "2020"[dp]', '"2019"[dp] : "2020"[dp]'),
        ("(bees[ti]or wasps[ti])and(ants[ti])", "(bees[ti] OR wasps[ti]) AND ants[ti]"),
        ("bees[ti] And wasps[ti] Or ants[ti] Not flies[ti]", "bees[ti] AND wasps[ti] OR ants[ti] NOT flies[ti]"),
        ("bees[ti] AND y_5[filter]", 'bees[ti] AND "last 5 years"[dp]'),
    ],
)
def test_signs_without_spaces_and_operators_in_other_cases_mean_the_same(written, meant):
    assert read(written).read_as.filter_expression == read(meant).read_as.filter_expression


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("bees AND 28 May 2021[dp]", "bees AND 2021 May 28[dp]"),
        ("bees AND ants May 2021[dp]", "bees AND ants 2021 May[dp]"),
        ("bees AND 2019 to 2021[dp]", "bees AND 2019:2021[dp]"),
        ("bees AND since 2019[dp]", "bees AND 2019:3000[dp]"),
        ("bees AND jan 2019:dec 2020[dp]", 'bees AND "2019 jan:2020 dec"[dp]'),
        ("bees AND 2019..2020[dp]", "bees AND 2019:2020[dp]"),
        ("bees AND 2019-[dp]", "bees AND 2019:3000[dp]"),
        ("bees AND 2021.05.28[dp]", "bees AND 2021/05/28[dp]"),
        ('bees AND "10 years"[dp]', 'bees AND "last 10 years"[dp]'),
        ("bees(tiab) AND wasps[ti]", "bees[tiab] AND wasps[ti]"),
        ("honey bees {mesh} AND wasps", "honey bees[mesh] AND wasps"),
        ('"bees wasps"[tiab~5] OR ants[ti]', '"bees wasps"[tiab:~5] OR ants[ti]'),
        ('"bees wasps"[ti:2] OR ants[ti]', '"bees wasps"[ti:~2] OR ants[ti]'),
        ("exp bees[mh] AND wasps[ti]", "bees[mh] AND wasps[ti]"),
    ],
)
def test_what_is_written_otherwise_than_in_pubmed_is_refused_with_what_was_meant(text, proposal):
    with pytest.raises(QuerySyntaxError, match="cannot be answered") as refused:
        read(text)
    assert refused.value.proposals[0].text == proposal
    assert read(proposal).read_as.filter_expression


@pytest.mark.parametrize(
    "text", ["colo?r AND bees", "organi$ed[ti] OR bees", "wom#n bees[ti]", "colo(u)r[ti]", "an(a)emia AND bees"]
)
def test_signs_of_other_houses_for_one_letter_are_refused(text):
    with pytest.raises(QuerySyntaxError, match=r"no sign for one letter|Ovid's language"):
        read(text)


@pytest.mark.parametrize("text", ["benzo(a)pyrene[ti]", "poly(A) AND bees", "Is it safe?A review of the trials[ti]"])
def test_names_and_titles_keep_their_signs(text):
    assert read(text).read_as.clause is not None


def test_words_that_only_rank_are_named():
    assert "'metformin toxicity' ranks the articles" in " ".join(read("metformin toxicity 2019[dp]").read_as.warnings)
    assert not read("metformin AND toxicity AND 2019[dp]").read_as.warnings


def test_a_publication_type_that_there_is_not_is_said():
    assert read("rct[pt] OR bees[ti]").read_as.warnings[0].endswith("Perhaps 'Randomized Controlled Trial' was meant.")
    assert any("no publication type 'bee report'" in warning for warning in read("bee report[pt]").read_as.warnings)
    known = "evaluation studies[pt] OR clinical trial, phase iii[pt] OR Research Support, U.S. Gov't, P.H.S.[pt]"
    assert not any("no publication type" in warning for warning in read(known).read_as.warnings)
