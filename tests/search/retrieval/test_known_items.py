"""A title typed word for word brings up its own article, on a library of our own records."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.quality.known_item import WAYS, by_author_year_word, names
from index.build.article_choice import choose_articles
from index.core.progress import Progress
from index.library.layout import Library
from index.records.article import Author, Identifier, Journal
from index.store.article_store import ArticleStore
from search import Page, Searcher
from tests.support.fakes.fake_index import article as record
from tests.support.oracles.known_item_trials import known_items, misses


@pytest.fixture(scope="module")
def pubmed(small_library):
    with Searcher.open(small_library.path) as searcher:
        yield searcher


def every_article(pubmed: Searcher):
    return [hit.article for hit in pubmed.search("practice", limit=1000, whole=True).hits]


def test_every_title_brings_up_its_own_article_first(pubmed):
    articles = known_items(every_article(pubmed), 1000)
    assert len(articles) == 48
    assert misses(pubmed, articles) == []


def test_the_draw_is_the_same_every_time_and_leaves_out_titles_that_name_two_articles(pubmed):
    articles = every_article(pubmed)
    assert known_items(articles, 10) == known_items(articles[::-1], 10)
    assert known_items([*articles, *articles], 10) == []


def test_an_article_is_named_as_people_name_it():
    article = record(
        900_000_001,
        title="Metformin with insulin",
        authors=(Author("Okafor", "Ngozi", "N"), Author("Lind", "Eva", "E")),
        journal=Journal(iso_abbreviation="J Sample Rec", volume="7", pages="11-19"),
        ids=(Identifier("doi", "10.0000/sample"),),
    )
    names_by_way = {way: name(article) for way, name in WAYS.items()}
    assert names_by_way.pop("author_year_word") in {"Okafor 2020 metformin", "Okafor 2020 insulin"}
    assert names_by_way == {
        "title": "Metformin with insulin",
        "pmid": "900000001",
        "doi": "10.0000/sample",
        "citation": "Okafor N, Lind E. Metformin with insulin J Sample Rec. 2020;7:11-19.",
    }
    assert by_author_year_word(replace(article, authors=())) is None


def test_a_surname_a_year_and_a_word_may_name_another_article_as_well():
    other = record(900_000_002, title="Insulin at night", authors=(Author("Al Okafor", "Sara", "S"),))
    assert names("Al Okafor 2020 insulin", other)
    assert not any(
        names(query, other) for query in ("Okafor 2020 insulin", "Al Okafor 2021 insulin", "Al Okafor 2020 day")
    )
    assert not any(names(query, other) for query in ("Insulin at night", "900000002", ""))
    assert not names("Al Okafor 2020 insulin", replace(other, authors=()))
    assert not names("Al Okafor 2020 insulin", None)


class Backwards:
    """A searcher that puts the worst first."""

    def __init__(self, pubmed: Searcher) -> None:
        self.pubmed = pubmed

    def search(self, text: str) -> Page:
        page = self.pubmed.search(text)
        return replace(page, hits=page.hits[::-1])


def test_a_title_that_does_not_come_first_is_reported_with_what_did_and_its_rank(pubmed):
    expected = known_items(every_article(pubmed), 3)
    missed = misses(Backwards(pubmed), expected)
    assert [(miss.article, miss.rank) for miss in missed] == [(article, 20) for article in expected]
    assert all(miss.first != miss.article for miss in missed)


def count_misses(library: Library, count: int) -> int:
    with ArticleStore.open(library.store) as store, Searcher.open(library.path) as pubmed:
        indexed = {key.pmid for key in choose_articles(store, pubmed.count, Progress())}
        items = known_items([article for article in store if article.pmid in indexed], count)
        assert len(items) == count
        return len(misses(pubmed, items))


@pytest.mark.timeout(1200)
def test_at_least_97_of_100_real_titles_bring_up_their_own_article_first(demo_library: Library):
    assert count_misses(demo_library, 100) <= 3


@pytest.mark.long
def test_at_least_97_percent_of_200_titles_do_so_in_the_whole_sample(sample_file: Path, tmp_path: Path):
    from index.cli import main

    assert main([str(sample_file), "--library", str(tmp_path)]) == 0
    assert count_misses(Library(tmp_path), 200) <= 6
