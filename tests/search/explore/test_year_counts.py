"""Subjects over the years: each year's number is what a filter by both would leave."""

import pytest

from index.core.errors import QueryError
from index.records.article import MeshHeading, PublicationDate, Reference
from search import Searcher
from tests.support.fakes.fake_index import article, stand_in

ARTICLES = [
    article(
        900000001 + number,
        title="Sleep" if number % 2 else "Memory",
        mesh=tuple(MeshHeading(f"D{name}", name) for name in ("Sleep", "Memory")[: 1 + number % 2]),
        published=PublicationDate(str(2018 + number % 3), first=f"{2018 + number % 3}-01-01"),
        references=(Reference("Cited.", 900000001),) if number in {4, 7} else (),
    )
    for number in range(12)
]


@pytest.fixture
def pubmed(monkeypatch: pytest.MonkeyPatch):
    stand_in(monkeypatch, ARTICLES)
    with Searcher.open("anywhere") as searcher:
        yield searcher


def test_each_number_is_the_total_with_both_filters(pubmed: Searcher):
    found = pubmed.years_of("mesh", ["Memory", "Sleep"], "", years=(2018, 2019))
    assert list(found) == ["Memory", "Sleep"]
    for heading, counts in found.items():
        assert {int(count.value): count.articles for count in counts} == {
            year: pubmed.total("", mesh=(heading,), years=(year, year)) for year in (2018, 2019)
        }
    assert pubmed.years_of("mesh", ["Absent"], "sleep[ti]") == {"Absent": ()}
    with pytest.raises(QueryError):
        pubmed.years_of("mesh", ["Sleep"], "sleep[ti] AND (")


def test_the_articles_that_cite_one_are_those_whose_references_name_it(pubmed: Searcher):
    assert pubmed.citing(900000001) == (900000008, 900000005)
    assert pubmed.citing("900000002") == ()
    with pytest.raises(QueryError):
        pubmed.citing("x")
