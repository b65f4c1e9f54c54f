"""Recency, rerankers and dates: what they do to a list, and to its record."""

import math
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.core.errors import ModelError, QueryError, ReplayError
from index.records.article import PublicationDate
from index.records.passages import passage_of
from search import Searcher
from search.recording.record_files import read_record, write_record
from search.retrieval.ordering import Order
from search.retrieval.ranked import Ranked
from search.retrieval.recency import favour_recent
from search.retrieval.reranking import RERANKED_BEST, rerank
from tests.support.fakes.fake_index import FakeIndex, FakeManifest, FakeStore, article, stand_in

NEWEST = "2021-03-02"


@dataclass
class FakeReranker:
    """Prefers high PMIDs: every text ends in one."""

    name: str = "made/up"

    def scores(self, query: str, texts: list[str]) -> list[float]:
        return [float(text.split()[-1]) for text in texts]


def dated(pmid: int, day: str | None, title: str = "Bees"):
    return article(pmid, title=f"{title} {pmid}", published=PublicationDate(year=day and day[:4], first=day))


def ranked(*scores: float) -> list[Ranked]:
    return [
        Ranked(900000001 + position, score, 0.5, None) for position, score in enumerate(sorted(scores, reverse=True))
    ]


def index(*days: str | None) -> FakeIndex:
    return FakeIndex(
        [dated(900000001 + position, day) for position, day in enumerate(days)], FakeManifest(newest=NEWEST)
    )


def test_a_score_is_halved_for_each_half_life_as_worked_by_hand():
    aged = favour_recent(ranked(0.8, 0.8, 0.3), 2, index("2017-03-02", "2019-03-02", NEWEST))
    assert [(article.pmid, article.score) for article in aged] == [
        (900000002, pytest.approx(0.8 * 2 ** -(731 / 365.25 / 2))),
        (900000003, pytest.approx(0.3)),
        (900000001, pytest.approx(0.8 * 2 ** -(1461 / 365.25 / 2))),
    ]


def test_no_date_counts_as_the_oldest_of_the_list_and_a_coming_one_as_new():
    aged = {
        article.pmid: article.score
        for article in favour_recent(ranked(1, 1, 1), 5, index(None, "2016-03-02", "2031-01-01"))
    }
    assert aged[900000001] == aged[900000002] == pytest.approx(0.5, abs=1e-3)
    assert aged[900000003] == 1
    assert [article.score for article in favour_recent(ranked(1, 0.5), 5, index(None, None))] == [1, 0.5]
    assert favour_recent([], 5, index()) == ()


def store(*pmids: int) -> FakeStore:
    fake = FakeStore([dated(pmid, None) for pmid in pmids])
    fake.passages = lambda pmids: [passage_of(article) for article in fake.articles(pmids).values()]
    return fake


def test_a_reranker_puts_the_best_into_its_order_and_leaves_the_rest():
    original = ranked(*(1 - number / 100 for number in range(60)))
    reordered = rerank("bees", original, FakeReranker(), store(*(article.pmid for article in original)))
    assert [article.pmid for article in reordered[:RERANKED_BEST]] == [
        article.pmid for article in original[:RERANKED_BEST]
    ][::-1]
    assert reordered[RERANKED_BEST:] == tuple(original[RERANKED_BEST:])
    assert (reordered[0].score, reordered[RERANKED_BEST - 1].score) == (1, original[RERANKED_BEST].score)
    assert {article.meaning for article in reordered} == {0.5}, "why stays what it was"


def test_an_article_that_the_store_lost_comes_last_of_those_read_again():
    reordered = rerank("bees", ranked(0.9, 0.8, 0.7), FakeReranker(), store(900000001, 900000002))
    assert [article.pmid for article in reordered] == [900000002, 900000001, 900000003]
    assert rerank("bees", [], FakeReranker(), store()) == ()
    assert [article.score for article in rerank("bees", ranked(0.9), FakeReranker(), store(900000001))] == [1]


SCORES = st.lists(st.floats(0, 1), max_size=70)
DAYS = st.dates().map(lambda day: day.isoformat()) | st.none()


@given(SCORES, st.data(), st.floats(0.01, 1000))
def test_recency_keeps_every_article_and_scores_between_0_and_1_that_never_rise(scores, data, half_life):
    days = data.draw(st.lists(DAYS, min_size=len(scores), max_size=len(scores)))
    assert_valid(favour_recent(ranked(*scores), half_life, index(*days)), scores)


@given(SCORES, st.sets(st.integers(0, 69)))
def test_reranking_keeps_every_article_and_scores_between_0_and_1_that_never_rise(scores, lost):
    original = ranked(*scores)
    kept_pmids = [article.pmid for position, article in enumerate(original) if position not in lost]
    assert_valid(rerank("bees", original, FakeReranker(), store(*kept_pmids)), scores)


def assert_valid(reordered, scores) -> None:
    assert sorted(article.pmid for article in reordered) == [900000001 + position for position in range(len(scores))]
    new_scores = [article.score for article in reordered]
    assert new_scores == sorted(new_scores, reverse=True)
    assert all(0 <= score <= 1 for score in new_scores)


@pytest.mark.parametrize("wrong", [0, -1, math.nan, math.inf])
def test_a_half_life_is_above_0(wrong):
    with pytest.raises(QueryError, match="half-life in years, above 0"):
        Order(recency=wrong)


@pytest.mark.parametrize("wrong", ["5", True, (5,)])
def test_a_half_life_is_a_number(wrong):
    with pytest.raises(TypeError, match="number of years"):
        Order(recency=wrong)


ARTICLES = [dated(900000000 + number, f"{1980 + number}-01-01", ("Bees", "Wasps")[number % 2]) for number in range(41)]


@pytest.fixture
def library(monkeypatch):
    fake = stand_in(monkeypatch, ARTICLES)
    monkeypatch.setattr("index.embedding.cross_encoder.Reranker.load", FakeReranker)
    monkeypatch.setattr(FakeStore, "passages", lambda self, pmids: store(*pmids).passages(pmids), raising=False)
    return fake


def pmids(page) -> list[int]:
    return [hit.article.pmid for hit in page.hits]


@pytest.mark.parametrize("text", ["bees", "bees[ti]", "900000004", "Bees 900000004", "wasps garden 2004[dp]"])
@pytest.mark.parametrize("recency", [None, 3])
@pytest.mark.parametrize("reranker", [None, "made/up"])
def test_in_every_order_by_relevance_scores_lie_between_0_and_1_and_never_rise(library, text, recency, reranker):
    with Searcher.open("anywhere", reranker=reranker) as pubmed:
        page = pubmed.search(text, limit=100, recency=recency)
        assert sorted(pmids(page)) == sorted(pmids(pubmed.search(text, limit=100)))
        if text.endswith("900000004"):
            assert page.hits[0].article.pmid == 900000004, "a known item stays first"
    scores = [hit.score for hit in page.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_recency_and_reranker_are_part_of_what_a_page_says_of_its_ranking(library):
    with Searcher.open("anywhere", reranker="made/up") as pubmed:
        ranking = pubmed.search("bees", recency=3).to_json()["ranking"]
        assert (ranking["reranker"], ranking["reranked"], ranking["recency_half_life_years"]) == ("made/up", 50, 3)
        assert "reranker" not in pubmed.search("bees", sort="newest", recency=3).ranking
    with Searcher.open("anywhere") as pubmed:
        assert not {"reranker", "recency_half_life_years"} & pubmed.search("bees").ranking.keys()


def test_the_newer_of_two_alike_comes_first_where_recency_counts(library):
    with Searcher.open("anywhere") as pubmed:
        page = pubmed.search("bees", recency=2, limit=5)
        assert pmids(page) == list(pubmed.pmids("bees", recency=2))[:5]
        assert [hit.article.year for hit in page.hits] == sorted((hit.article.year for hit in page.hits), reverse=True)


@pytest.mark.parametrize("options", [{"sort": "newest"}, {"sort": "oldest"}, {"recency": 2.5}, {}], ids=str)
@pytest.mark.parametrize("reranker", [None, "made/up"])
@pytest.mark.parametrize("text", ["bees", "bees[ti]", "900000004"])
def test_a_record_in_any_order_is_replayed_through_its_file(library, tmp_path, options, reranker, text):
    with Searcher.open("anywhere", reranker=reranker) as pubmed:
        record = pubmed.record(text, limit=9, **options)
        assert record.listed.pmids == tuple(pmids(pubmed.search(text, limit=9, **options)))
        _, program = write_record(record, tmp_path / "bees")
        replay = pubmed.replay(read_record(program))
    assert (replay.verdict, replay.changes) == ("same", ())


def test_a_record_says_that_a_known_item_came_first(library):
    with Searcher.open("anywhere") as pubmed:
        record = pubmed.record("900000004")
    assert record.read_as["known"] == "PMID 900000004"
    assert record.read_as["says"].startswith("known item (PMID 900000004) first; ")


def test_a_record_with_a_reranker_asks_for_it_and_one_without_does_not_use_it(library):
    with Searcher.open("anywhere", reranker="made/up") as with_it, Searcher.open("anywhere") as without:
        reranked, plain = with_it.record("bees"), without.record("bees")
        assert with_it.replay(plain).verdict == "same"
        with pytest.raises(ReplayError, match=r"used the reranker made/up.*open with none(.|\n)*--rerank made/up"):
            without.replay(reranked)
        with pytest.raises(ReplayError, match="used the reranker other, this library is open with made/up"):
            with_it.replay(replace(reranked, request=replace(reranked.request, reranker="other")))


def test_a_reranker_in_a_folder_is_recorded_by_its_last_name(library, tmp_path):
    folder = tmp_path / "secret place" / "small"
    folder.mkdir(parents=True)
    with Searcher.open("anywhere", reranker=str(folder)) as pubmed:
        record = pubmed.record("bees", limit=1)
    assert record.request.reranker == record.ranking["reranker"] == "small"


@pytest.mark.fault("S3")
def test_a_reranker_that_is_not_there_says_what_is_missing_and_how_to_get_it(monkeypatch):
    stand_in(monkeypatch, ARTICLES)
    with pytest.raises(ModelError, match=r"neither a folder nor in this machine(.|\n)*hf download nobody/nothing"):
        Searcher.open("anywhere", reranker="nobody/nothing")
