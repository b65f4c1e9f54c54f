"""What is true of the reading of any text: checked by hypothesis in the tests and by `make fuzz`."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.core.errors import QueryError, QuerySyntaxError
from index.lexical.matches import TokenSpan
from index.lexical.mesh import Mesh
from search.query.query import Query
from search.query.query_reader import CHARACTERS_READ, SYNTAX_READ, cleaned_query, read_query

QUERIES = (
    "does metformin lower the risk of cancer? 2019:2021[dp]",
    '(bees[ti] OR "honey bee"[tiab]) AND (garden* NOT wasps[ad]) AND Review[pt] AND 2019/03:2020[dp]',
    '"Fruit"[Mesh] OR Citrus Fruit/surgery[mh:noexp] OR Lemon[majr] AND German[la] AND free full text[sb]',
    "Okafor NB[au] AND Li[1au] AND 10.1000/Sample.7[doi] AND 900005001 900005002[pmid]",
    '"2019/01/01"[Date - Publication] : "2020"[Date - Publication] AND hasabstract AND J Sample Rec[ta]',
    "((((bees)) AND (wasps OR (honey[ti])))) NOT (retracted OR 'x')",
    "benzo[a]pyrene[ti]OR (poly(ADP-ribose) AND [3H]thymidine) NOT Sample (Basel)[ta]",
)
"""Queries that use the whole language; hostile ones are cut and joined from them."""

Stems = Callable[[str], Sequence[TokenSpan]]

SIGNS = (
    *('"', "(", ")", "[", "]", "[ti]", "[dp]", "[au]", "[mh]", "[mh:noexp]", "[majr]", "[sb]", "[la]", "[pmid]"),
    *("[doi]", "[nm]", "[1au]", "[ta]", "[pt]", "[vi]", "[xyz]", "[Title/Abstract]", "AND", "OR", "NOT", ":", "*"),
    *("bees", "metform*", "2019", "2019:2020", "2019/02/31", "99999", "IL-6", "the", "free full text", "hasabstract"),
    *("German", "33990091", "10.1000/x(1)", "Okafor NB", "Fruit/surgery", "β", "ﬁ", "é", "e\u0301", "ｗ", "ﾊ\uff9e"),
    *("benzo[a]pyrene", "poly(ADP", "(R)-", ")-", "x[", "]y"),
    *(" ", "\n", "\u202e", "\u200b", "\u200b\u0301", "\x00", "\ud800", "İ", "ß", "²", "٣"),
)
"""What queries are made of, for drawing hostile ones."""


def hold(text: str, stems: Stems, mesh: Mesh | None = None) -> Query | None:
    """Read a text twice and check what must be true; return the reading, or None for a stated error.

    Raises:
        AssertionError: Something is not true.
    """
    first, second = (_outcome(text, stems, mesh) for _ in range(2))
    if isinstance(first, QueryError):
        assert (str(second), type(second)) == (str(first), type(first)), "the same error every time"
        _points_inside(first, text)
        return None
    assert second == first, "the same reading every time"
    _is_whole(first)
    _is_the_plain_texts(first, text, stems, mesh)
    if first.read_as.clause and len(text) < SYNTAX_READ:
        _is_the_same_in_brackets(first, text, stems, mesh)
    return first


def _outcome(text: str, stems: Stems, mesh: Mesh | None) -> Query | QueryError:
    try:
        return read_query(text, None, stems, mesh=mesh)
    except QueryError as error:
        return error


def _points_inside(error: QueryError, text: str) -> None:
    assert str(error).strip()
    str(error).encode()
    if isinstance(error, QuerySyntaxError):
        assert 0 <= error.position <= len(cleaned_query(text)), "it points at a character, or after the last one"


def _is_whole(query: Query) -> None:
    as_json = query.to_json()
    assert json.loads(json.dumps(as_json)) == as_json
    json.dumps(as_json, ensure_ascii=False).encode()
    assert query.read_as.description
    assert query.plain or query.read_as.clause, "something is looked for"
    assert len(query.plain) <= CHARACTERS_READ
    assert hash(query.read_as.filter_expression) == hash(query.read_as.filter_expression)


def _is_the_plain_texts(query: Query, text: str, stems: Stems, mesh: Mesh | None) -> None:
    """Cleaning a text a second time changes nothing, and its cleaned form reads as it does.

    Only what is said differs: the cleaned form has no line break or soft hyphen that would have to be mentioned.
    """
    plain = cleaned_query(text)
    assert cleaned_query(plain) == plain
    read_as = _outcome(plain, stems, mesh).read_as
    assert replace(read_as, warnings=()) == replace(query.read_as, warnings=())
    assert set(read_as.warnings) <= set(query.read_as.warnings)


def _is_the_same_in_brackets(query: Query, text: str, stems: Stems, mesh: Mesh | None) -> None:
    bracketed = _outcome(f"({cleaned_query(text)})", stems, mesh)
    assert isinstance(bracketed, Query), f"brackets around the whole are no error: {bracketed}"
    assert replace(bracketed.read_as, warnings=()) == replace(query.read_as, warnings=())
