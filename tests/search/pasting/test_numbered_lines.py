"""Strategies of numbered lines, and the history of a session: each reference is one line in brackets."""

import pytest

from index.core.errors import QueryError, QuerySyntaxError
from search.pasting.history import with_history
from search.query.query_reader import has_syntax, read_query
from tests.support.fakes.fake_index import stems


def read(text: str):
    return read_query(text, None, stems)


def kept(text: str):
    return read(text).read_as.filter_expression


WHOLE = "(asthma[ti]) AND ((child*[tiab]) OR (infant[ti]))"


@pytest.mark.parametrize(
    "pasted",
    [
        "#1 asthma[ti]\n#2 child*[tiab]\n#3 infant[ti]\n#4 #1 AND (#2 OR #3)",
        "1. asthma[ti]\n2. child*[tiab]\n3. infant[ti]\n4. 1 and (2 or 3)",
        "1 asthma[ti]\n2 child*[tiab]\n3 infant[ti]\n4 #1 AND (#2 OR #3)",
        "S1 asthma[ti]\nS2 child*[tiab]\nS3 infant[ti]\nS4 S1 AND (S2 OR S3)",
        "L1 asthma[ti]\nL2 child*[tiab]\nL3 infant[ti]\nL4 L1 AND (L2 OR L3)",
        "1. asthma[ti]\n2. child*[tiab]\n3. infant[ti]\n4. or/2-3\n5. 1 and 4",
        "#1 asthma[ti]\n#2 child*[tiab]\n#3 infant[ti]\n#4 #2-#3/OR\n#5 #1 AND #4",
        "#1 asthma[ti]\n#2 child*[tiab]\n#3 infant[ti]\n#4 {or #2-#3}\n#5 #1 AND #4",
        "#1\tSearch asthma[ti]\n\n#2\tSearch child*[tiab]\n\n#3\tSearch infant[ti]\n\n#4\tSearch #1 AND (#2 OR #3)",
        "#4 Search #1 AND (#2 OR #3)\n#3 Search infant[ti]\n#2 Search child*[tiab]\n#1 Search asthma[ti]",
        "1. asthma[ti] (1,234)\n2. child*[tiab] (99)\n3. infant[ti] (5)\n4. 1 and (2 or 3) (7)",
        "#1  asthma[ti]  1234\n#2  child*[tiab]  99\n#3  infant[ti]  5\n#4  #1 AND (#2 OR #3)  7",
        "#1 asthma[ti]\n#2 child*[tiab] OR\n   infant[ti]\n#3 #1 AND #2",
        "#1 asthma[ti]\n#2 child*[tiab]\n#3 infant[ti]\n#1 AND (#2 OR #3)",
        "1. asthma[ti]\n2. child*[tiab]\n3. infant[ti]\nFinal search: 1 and (2 or 3)",
        "#1 asthma[ti] #2 child*[tiab] #3 infant[ti] #4 #1 AND (#2 OR #3)",
        "1. asthma[ti] ↵ 2. child*[tiab] ↵ 3. infant[ti] ↵ 4. 1 and (2 or 3)",
        "My strategy\n#1 asthma[ti]\n// children\n#2 child*[tiab]\n#3 infant[ti]\n#4 #1 AND (#2 OR #3)",
        "asthma[ti]\nchild*[tiab]\ninfant[ti]\n1 and (2 or 3)",
    ],
)
def test_numbered_lines_of_every_style_are_read_as_their_last_one(pasted):
    assert kept(pasted) == kept(WHOLE)
    assert "Searched is " in " ".join(read(pasted).read_as.warnings)


def test_the_reading_names_the_line_that_is_searched_and_those_that_are_not():
    read_as = read("#1 bees[ti]\n#2 wasps[ti]\n#3 ants[ti]\n#4 #1 NOT #3").read_as
    assert "Searched is line #4, with lines #1, #3 in place." in read_as.warnings
    assert "Not part of it: line #2." in read_as.warnings
    assert [(line.number, line.text) for line in read_as.lines] == [
        (1, "bees[ti]"),
        (3, "ants[ti]"),
        (4, "#1 NOT #3"),
    ]


def test_a_year_in_brackets_at_the_end_of_one_line_is_no_count():
    assert kept("#1 covid (2019)\n#2 bees[ti]\n#3 wasps[ti]\n#4 #1 AND #2") == kept("(covid (2019)) AND (bees[ti])")


def test_limits_behind_a_line_are_read_as_dates_or_refused_never_as_words():
    dated = "#1 bees[ti]\n#2 #1 Limits: Publication Date from 2008/08/29 to 2009/06/05"
    assert kept(dated) == kept("((bees[ti])) AND 2008/08/29:2009/06/05[dp]")
    with pytest.raises(QuerySyntaxError, match="not part of PubMed's language") as refused:
        read("#1 bees[ti]\n#2 #1 AND wasps Filters: English")
    assert refused.value.proposals


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#1 AND #2", "There is no search #1"),
        ("#7", "There is no search #7"),
        ("#1 bees[ti]\n#2 #1 AND #3", "There is no line #3: the lines here are #1 to #2"),
        ("#1 #2 OR bees[ti]\n#2 #1 OR wasps[ti]", "refers to itself"),
        ("#1 bees[ti]\n#2 (#1 OR wasps[ti]\n#3 #2 AND ants", r"In line #2: This bracket is never closed"),
        ("#1 bees[ti]\n#2 or/1-900", "refers to more than 500 lines"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(text, message):
    with pytest.raises(QueryError, match=message):
        read(text)


def test_a_mend_of_one_line_proposes_the_whole_strategy():
    with pytest.raises(QuerySyntaxError) as refused:
        read("#1 bees[ti]\n#2 (#1 OR wasps[ti]\n#3 #2 AND ants[ti]")
    [proposal] = refused.value.proposals
    assert kept(proposal.text) == kept("((bees[ti] OR wasps[ti])) AND ants[ti]")


@pytest.mark.fault("Q12")
def test_lines_that_double_with_each_are_refused_by_their_length():
    lines = ["#1 bees[ti]", *(f"#{number} #{number - 1} OR #{number - 1}" for number in range(2, 60))]
    with pytest.raises(QueryError, match="more than 100,000 characters"):
        read("\n".join(lines))


def test_the_history_of_a_session_is_put_before_what_refers_to_it():
    history = {1: "asthma[ti]", 2: "child*[tiab]", 3: "#1 AND #2", 4: "1. bees[ti]\n2. wasps[ti]\n3. 1 or 2"}
    combined = with_history("#3 NOT #4", history, has_syntax)
    assert kept(combined) == kept("((asthma[ti]) AND (child*[tiab])) NOT ((bees[ti]) OR (wasps[ti]))")
    assert "#2 child*[tiab]\n" in combined
    assert with_history("what is the #1 cause?", history, has_syntax) == "what is the #1 cause?"
    own = "#1 ants[ti]\n#2 #1 AND bees[ti]"
    assert with_history(own, history, has_syntax) == own, "its own lines come first"
    assert with_history("#9 AND bees", history, has_syntax) == "#9 AND bees"
