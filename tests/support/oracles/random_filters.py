"""Random filter expressions, with words and values that are mostly those of some articles."""

from hypothesis import strategies as st

from index.engine.filter_expression import (
    AllOf,
    AnyOf,
    Between,
    Everything,
    FilterExpression,
    Near,
    Phrase,
    Pmids,
    Prefix,
    Value,
    ValuePrefix,
    Without,
    Word,
)
from index.records.article import Article
from tests.support.oracles.brute_force_filter import texts, values, words

TEXT_FIELDS = ("title", "abstract", "affiliation", "keyword", "subject", "other", "all")
VALUE_FIELDS = (
    "author",
    "first_author",
    "last_author",
    "journal",
    "type",
    "language",
    "mesh",
    "mesh_major",
    "substance",
    "keyword",
    "doi",
    "pmcid",
    "status",
    "has_abstract",
    "free_full_text",
    "retraction",
)


def filter_expressions(articles: list[Article]) -> st.SearchStrategy[FilterExpression]:
    """Draw filter expressions whose words and values are mostly those of the articles."""
    draws = st.sampled_from(articles)

    @st.composite
    def of_words(draw) -> FilterExpression:
        field = draw(st.sampled_from(TEXT_FIELDS))
        available = words(" ".join(texts(draw(draws), field))) or ["nothing"]
        start = draw(st.integers(0, len(available) - 1))
        kind = draw(st.sampled_from([Word, Phrase, Prefix]))
        text = " ".join(available[start : start + (1 if kind is Word else draw(st.integers(1, 3)))])
        if kind is Phrase and " " in text and field in ("title", "abstract") and draw(st.booleans()):
            return Near(field, " ".join(draw(st.permutations(text.split()))), draw(st.integers(0, 4)))
        return kind(field, text[: draw(st.integers(1, len(text)))] if kind is Prefix else text.upper())

    @st.composite
    def of_values(draw) -> FilterExpression:
        field = draw(st.sampled_from(VALUE_FIELDS))
        available = values(draw(draws), field) + values(draw(draws), field) or ["nothing"]
        if draw(st.booleans()):
            return Value(field, frozenset(draw(st.lists(st.sampled_from(available), max_size=3))))
        chosen = draw(st.sampled_from(available))
        return ValuePrefix(field, chosen[: draw(st.integers(1, len(chosen)))])

    @st.composite
    def of_dates(draw) -> FilterExpression:
        field = draw(st.sampled_from(["published", "printed", "created", "revised", "year"]))
        years = st.none() | st.integers(1975, 2022)
        parts = st.integers(1975, 2022), st.integers(1, 12), st.integers(1, 28)
        days = st.builds(lambda year, month, day: year * 10_000 + month * 100 + day, *parts)
        bound = years if field == "year" else st.none() | days
        return Between(field, draw(bound), draw(bound))

    pmids = st.builds(Pmids, st.frozensets(st.sampled_from([record.pmid for record in articles]), max_size=5))
    leaves = st.just(Everything()) | of_words() | of_values() | of_dates() | pmids
    return st.recursive(
        leaves,
        lambda parts: (
            st.builds(Without, parts)
            | st.builds(AllOf, st.lists(parts, max_size=3).map(tuple))
            | st.builds(AnyOf, st.lists(parts, max_size=3).map(tuple))
        ),
        max_leaves=6,
    )
