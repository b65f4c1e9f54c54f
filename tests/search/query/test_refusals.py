"""A clause that cannot be answered never inverts or widens the rest: the query is refused, the rest proposed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.core.errors import QuerySyntaxError
from index.engine.filter_expression import AllOf, Everything
from search.query.query_reader import read_query
from tests.support.fakes.fake_index import stems

READABLE = (
    "bees[ti]",
    '"honey bee"[tiab]',
    "2019[dp]",
    "Review[pt]",
    "Okafor NB[au]",
    "garden*",
    "ants",
    '"bee hives"',
)
UNREADABLE = (
    *("cure[xyz]", "cure[pa]", "x1[pmid]", "cur*[ti]", "wo*n[ti]", "cure[sb]", '"--"[ti]', "lately[dp]", "*cure[ab]"),
    *('"one"[ti:~3]', "hu*", "2021:2019[dp]", '"honey bee*"[tiab:~2]', "cure[healthdisparities]", "///[mh]"),
)
EVERYTHING = "all[sb]"

LEAVES = st.sampled_from(READABLE) | st.sampled_from(UNREADABLE)
TREES = st.recursive(
    LEAVES,
    lambda parts: st.lists(st.tuples(st.sampled_from(["AND", "OR", "NOT"]), parts), min_size=2, max_size=4),
    max_leaves=10,
)


def read(text: str):
    return read_query(text, None, stems)


def kept(text: str):
    """Return what a query keeps; a demand for every article changes nothing."""
    expression = read(text).read_as.filter_expression
    if isinstance(expression, AllOf) and len(expression.parts) == 2 and expression.parts[0] == Everything():
        return expression.parts[1]
    return expression


def written(tree) -> str:
    """Return a tree as a query, brackets around each part that is joined."""
    if isinstance(tree, str):
        return tree
    texts = [f"({written(part)})" if isinstance(part, list) else part for _, part in tree]
    joined = zip([operator for operator, _ in tree[1:]], texts[1:], strict=True)
    return " ".join([texts[0], *(f"{operator} {text}" for operator, text in joined)])


def readable_part(tree):
    """Return the tree without what cannot be answered, or None: what a reader would do by hand."""
    if isinstance(tree, str):
        return None if tree in UNREADABLE else tree
    kept: list = []
    for operator, part in [("AND", tree[0][1]), *tree[1:]]:
        left = readable_part(part)
        if left is None:
            continue
        if not kept and operator == "NOT":
            kept.append(("AND", EVERYTHING))
        kept.append((operator, left))
    return kept[0][1] if len(kept) == 1 else kept or None


def holds_unreadable(tree) -> bool:
    return tree in UNREADABLE if isinstance(tree, str) else any(holds_unreadable(part) for _, part in tree)


@pytest.mark.fault("Q13")
@settings(max_examples=400, deadline=None)
@given(TREES.filter(lambda tree: holds_unreadable(tree) and tree != "hu*"))
def test_a_query_with_a_clause_that_cannot_be_answered_finds_nothing_and_proposes_the_rest(tree):
    text = written(tree)
    with pytest.raises(QuerySyntaxError, match=r"\^") as raised:
        read(text)
    assert any(text.startswith(clause, raised.value.position) for clause in UNREADABLE), "it points at such a clause"
    left = readable_part(tree)
    without = [proposal for proposal in raised.value.proposals if proposal.label.startswith("Search without ")]
    if left is None:
        assert without == []
        return
    # Words alone only rank; beside the clause that was cut they were demanded.
    expected = f"{EVERYTHING} AND ants" if left == "ants" else written(left)
    [proposal] = without
    assert read(proposal.text).read_as.clause is not None
    assert kept(proposal.text) == kept(expected)


@pytest.mark.fault("Q13")
@settings(max_examples=200, deadline=None)
@given(TREES.filter(lambda tree: not holds_unreadable(tree)))
def test_a_query_without_one_is_answered(tree):
    assert read(written(tree)) is not None


@pytest.mark.fault("Q13")
@pytest.mark.parametrize(
    ("text", "label", "proposal"),
    [
        ("cure[pa] NOT review[pt]", "Search without cure[pa]", "all[sb] NOT review[pt]"),
        ("bees[ti] AND (cure[pa] OR cure[xyz])", "Search without cure[pa], cure[xyz]", "bees[ti]"),
        ("honey bees AND hu*", "Search without hu*", "all[sb] AND honey bees"),
        ('bees "x"[pa] wasps[ti]', 'Search without "x"[pa]', "(bees) wasps[ti]"),
        ("(bees OR cure[pa] OR ants) AND wasps[ti]", "Search without cure[pa]", "(bees OR ants) AND wasps[ti]"),
        ("bees (wasps AND cure[pa])", "Search without cure[pa]", "(bees) (all[sb] AND wasps)"),
        ("lately[dp] : 2020[dp] OR bees[ti]", "Search without lately[dp] : 2020[dp]", "bees[ti]"),
        ("honey AND bees[tittle]", "Search for bees[ti] in place of bees[tittle]", "honey AND bees[ti]"),
        ("honey AND behavi*r[ti]", "Search for behavi*[ti] in place of behavi*r[ti]", "honey AND behavi*[ti]"),
    ],
)
def test_exactly_the_clause_and_its_operator_are_cut_out(text, label, proposal):
    with pytest.raises(QuerySyntaxError) as raised:
        read(text)
    assert (label, proposal) in [(one.label, one.text) for one in raised.value.proposals]
    assert read(proposal).read_as.clause


def test_many_such_clauses_are_counted_and_the_first_are_named():
    with pytest.raises(QuerySyntaxError, match=r"w0\[pa\] cannot(?s:.*)\n995 more terms cannot be answered") as raised:
        read(" OR ".join(f"w{number}[pa]" for number in range(1000)) + " OR bees[ti]")
    [proposal] = raised.value.proposals
    assert (proposal.text, len(proposal.label) < 200) == ("bees[ti]", True)


def test_a_sign_that_nothing_joins_changes_nothing():
    assert read("bees[ti] /").read_as.filter_expression == read("bees[ti]").read_as.filter_expression
