"""The map of topics: articles that are alike stand together, under words of their own."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.core.errors import QueryError
from index.lexical.everyday_names import EverydayName
from index.lexical.mesh import Descriptor, Mesh, write_mesh
from index.records.article import Keyword, MeshHeading
from search import Searcher
from search.explore.topic_map import MOST_MAPPED, map_topics
from search.filters.filters import Filters
from tests.support.fakes.fake_index import FakeIndex, FakeStore, article, stand_in

# The fake encoder counts letters: these subjects share few.
SUBJECTS = {"zzz zinc": "zinc zebrafish", "mmm muon": "muon marrow", "ooo otolith": "otolith ocular"}
ARTICLES = [
    article(900000001 + 10 * subject + number, title=f"{letters} {letters}", keywords=(Keyword(f"{words} {number}"),))
    for subject, (letters, words) in enumerate(SUBJECTS.items())
    for number in range(8)
]
PMIDS = [record.pmid for record in ARTICLES]


def mapped(pmids=PMIDS, total=24):
    return map_topics(pmids, total, index=FakeIndex(ARTICLES), store=FakeStore(ARTICLES))


def test_each_subject_is_a_topic_of_its_own_with_its_own_words():
    topics = mapped().topics
    assert sorted(tuple(sorted(topic.pmids)) for topic in topics) == [
        tuple(range(first, first + 8)) for first in (900000001, 900000011, 900000021)
    ]
    names = {pmid: topic.label for topic in topics for pmid in topic.pmids}
    assert any("zinc" in word for word in names[900000001])
    assert any("muon" in word for word in names[900000011])


def test_topics_are_named_by_headings_given_or_written_each_term_once(tmp_path: Path):
    write_mesh(
        tmp_path / "mesh.sqlite",
        iter((Descriptor("D1", "Zinc Compounds", ("Zinc zebrafish",)), Descriptor("D2", "Muons", ()))),
        source="ours.tsv",
        source_sha256="0",
        everyday_names=(EverydayName("Otolith ocular", "D2", "x"),),
    )
    with Mesh.open(tmp_path / "mesh.sqlite") as mesh:
        topics = map_topics(PMIDS, 24, index=FakeIndex(ARTICLES), store=FakeStore(ARTICLES), mesh=mesh).topics
    names = {pmid: topic.label for topic in topics for pmid in topic.pmids}
    assert names[900000001][0] == "Zinc Compounds"
    assert names[900000021][0] == "Muons"  # as people say it
    assert names[900000011][0] == "mmm muon"  # no heading: the words themselves
    terms = [term for topic in topics for term in topic.label]
    assert len(terms) == len({*terms})


def test_check_tags_and_headings_of_every_subject_name_no_topic():
    headings = (MeshHeading("D1", "Humans"), MeshHeading("D2", "Risk Factors"))
    given = [replace(record, mesh=headings) for record in ARTICLES]
    topics = map_topics(PMIDS, 24, index=FakeIndex(ARTICLES), store=FakeStore(given)).topics
    assert not {"Humans", "Risk Factors"} & {term for topic in topics for term in topic.label}


def test_every_article_is_one_point_inside_the_frame_and_in_the_order_of_the_list():
    topic_map = mapped()
    assert [point.pmid for point in topic_map.points] == PMIDS
    assert all(0 <= coordinate <= 1 for point in topic_map.points for coordinate in (point.x, point.y))
    assert all(point.pmid in topic_map.topics[point.topic].pmids for point in topic_map.points)


def test_the_same_list_gives_the_same_map():
    assert mapped() == mapped()


def test_too_few_articles_have_no_map():
    assert mapped(PMIDS[:11]) is None


def test_articles_without_a_word_have_a_map_without_names():
    bare = [article(pmid, title="1 2 3") for pmid in PMIDS]
    topic_map = map_topics(PMIDS, 24, index=FakeIndex(ARTICLES), store=FakeStore(bare))
    assert {topic.label for topic in topic_map.topics} == {()}


def test_an_article_that_the_store_lost_is_left_out():
    topic_map = map_topics(PMIDS, 24, index=FakeIndex(ARTICLES), store=FakeStore(ARTICLES[1:]))
    assert [point.pmid for point in topic_map.points] == PMIDS[1:]


def test_a_search_is_mapped_with_its_filters_and_says_of_how_many(monkeypatch: pytest.MonkeyPatch):
    stand_in(monkeypatch, ARTICLES)
    with Searcher.open("anywhere") as pubmed:
        assert pubmed.topics("zinc muon otolith").total == 24
        filtered = pubmed.topics("zinc muon otolith", filters=Filters(pmids=tuple(PMIDS[:16])))
        assert {point.pmid for point in filtered.points} == set(PMIDS[:16])
        with pytest.raises(QueryError):
            pubmed.topics(" ")
    assert MOST_MAPPED == 300


def test_chosen_articles_are_a_filter_like_others(monkeypatch: pytest.MonkeyPatch):
    stand_in(monkeypatch, ARTICLES)
    with Searcher.open("anywhere") as pubmed:
        page = pubmed.search("zinc", pmids=(900000001, 900000011, 900000001, 900009999), whole=True)
        assert {hit.article.pmid for hit in page.hits} == {900000001, 900000011}
        assert str(page.filters) == "3 chosen articles"
        assert Filters.from_json(page.filters.to_json()) == page.filters
        with pytest.raises(QueryError, match="x is not a PMID"):
            pubmed.search("zinc", pmids=("x",))


def test_articles_of_equal_text_have_a_map_too():
    same = [article(pmid, title="Correction") for pmid in PMIDS]
    topic_map = map_topics(PMIDS, 24, index=FakeIndex(same), store=FakeStore(same))
    assert [point.pmid for point in topic_map.points] == PMIDS
    assert all(0 <= coordinate <= 1 for point in topic_map.points for coordinate in (point.x, point.y))
