"""A field that no article of the library has is named where a filter or a tag needs it."""

from collections.abc import Iterator

import pytest

from index.records.article import MeshHeading
from search.query.empty_fields import NO_HEADINGS
from search.query.terms.headings import NOT_LOADED
from search.searcher import Searcher
from tests.search.retrieval.test_filtered_search import stand_in
from tests.support.fakes.fake_index import article

BARE = [article(900000001, title="Bees"), article(900000002, title="Wasps")]
INDEXED = [*BARE, article(900000003, title="Ants", mesh=(MeshHeading("D900001", "Bees"),))]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[Searcher]:
    stand_in(monkeypatch, BARE)
    with Searcher.open("anywhere") as searcher:
        yield searcher


@pytest.mark.parametrize(
    ("text", "filters", "said"),
    [
        ("bees[mh]", {}, NO_HEADINGS),
        ("wasps NOT bees[majr:noexp]", {}, NO_HEADINGS),
        ("bees[mesh] OR bees[ti]", {}, NO_HEADINGS),
        ("bees", {"mesh": "Bees"}, NO_HEADINGS),
        ("bees", {"species": "humans"}, NO_HEADINGS),
        ("bees", {"retracted": "only"}, "No article of this library is retracted or has a notice."),
        ("wax[nm]", {}, "No article of this library has substances."),
        ("1 R01[gr]", {}, "No article of this library has grants."),
    ],
)
def test_it_is_said_once_and_not_that_MeSH_is_not_loaded(bare: Searcher, text: str, filters: dict[str, str], said: str):
    warnings = bare.search(text, **filters).query.read_as.warnings
    assert warnings.count(said) == 1
    assert NOT_LOADED not in warnings


@pytest.mark.parametrize(("text", "filters"), [("bees", {}), ("bees[ti]", {}), ("bees", {"retracted": "hide"})])
def test_what_needs_no_such_field_says_nothing(bare: Searcher, text: str, filters: dict[str, str]):
    assert bare.search(text, **filters).query.read_as.warnings == ()


def test_where_one_article_has_the_field_nothing_is_said_of_it(monkeypatch: pytest.MonkeyPatch):
    stand_in(monkeypatch, INDEXED)
    with Searcher.open("anywhere") as searcher:
        assert searcher.search("wasps[mh]").query.read_as.warnings == (NOT_LOADED,)
