"""Many questions at once, and one answer to its end."""

from dataclasses import replace

import pytest

from index.core.errors import LibraryError, QueryError
from search import Searcher
from tests.support.fakes.fake_index import article, stand_in

WORDS = ("bees", "sleep", "metformin", "asthma", "warfarin")
ARTICLES = [
    article(900000001 + number, title=f"{WORDS[number % 5]} {number}", abstract=f"Of {WORDS[number % 3]}. It was so.")
    for number in range(120)
]
QUESTIONS = ["bees", "sleep[ti]", "does metformin help?", "asthma OR bees[ti]", "bees", "2019[dp]"]


@pytest.fixture
def library(monkeypatch):
    return stand_in(monkeypatch, ARTICLES)


@pytest.fixture
def pubmed(library):
    with Searcher.open("anywhere") as searcher:
        yield searcher


def without_time(page):
    return replace(page, seconds=0)


def test_many_answers_are_those_of_one_by_one(pubmed):
    pages = pubmed.search_many(QUESTIONS, limit=7, sort="newest")
    assert list(map(without_time, pages)) == [
        without_time(pubmed.search(text, limit=7, sort="newest")) for text in QUESTIONS
    ]
    filtered = pubmed.search_many(QUESTIONS[:2], pmids=[900000001])
    assert [[hit.article.pmid for hit in page] for page in filtered] == [[900000001], []]


def test_the_real_model_gives_the_same_answers_in_one_batch(small_library):
    questions = ["does metformin lower the risk of cancer?", "obesity", "severe COVID-19 in old people", "obesity[ti]"]
    with Searcher.open(small_library.path) as pubmed:
        for page, text in zip(pubmed.search_many(questions, limit=5), questions, strict=True):
            alone = pubmed.search(text, limit=5)
            assert [hit.article.pmid for hit in page] == [hit.article.pmid for hit in alone]
            assert [hit.score for hit in page] == pytest.approx([hit.score for hit in alone], abs=1e-4)
            assert [hit.evidence for hit in page] == [hit.evidence for hit in alone]


def test_all_texts_are_encoded_in_one_batch_each_once(pubmed, library):
    library.encoder.calls.clear()
    pubmed.search_many(QUESTIONS)
    batch = library.encoder.calls[0]  # later ones are of sentences, in the index in memory
    assert len(batch) == len(set(batch)) == 4


def test_no_questions_have_no_answers(pubmed):
    assert pubmed.search_many([]) == []


def test_one_text_is_no_list_of_questions(pubmed):
    with pytest.raises(TypeError, match=r"for one, use search\('bees'\)"):
        pubmed.search_many("bees")


def test_the_query_that_cannot_be_read_is_named(pubmed):
    with pytest.raises(QueryError) as raised:
        pubmed.search_many(["bees", "bees[nonsense]"])
    assert raised.value.__notes__ == ["The query is: bees[nonsense]"]


@pytest.mark.parametrize("text", ["bees", "bees[ti] OR sleep[ti]"])
@pytest.mark.parametrize("sort", ["relevance", "oldest"])
def test_the_whole_list_is_its_pages_joined(pubmed, text, sort):
    first = pubmed.search(text, sort=sort, limit=1)
    hits = list(pubmed.iter_all(text, sort=sort))
    assert len(hits) == first.total > 40
    assert hits == list(pubmed.search(text, sort=sort, limit=1000))


def test_a_whole_list_is_of_one_build_and_leaves_out_what_is_gone(pubmed, library):
    hits = pubmed.iter_all("bees[ti]")
    first = next(hits)
    gone = 900000001  # the last one, in a later piece than the first
    library.publish("second", [each for each in ARTICLES if each.pmid != gone] + [article(900000999, title="bees")])
    assert pubmed.search("bees[ti]").build == "second"
    pmids = [first.article.pmid, *(hit.article.pmid for hit in hits)]
    assert 900000999 not in pmids
    assert len(pmids) == 24


def test_what_is_wrong_is_said_before_the_first_hit(pubmed):
    with pytest.raises(QueryError):
        pubmed.iter_all("")
    pubmed.close()
    with pytest.raises(LibraryError):
        pubmed.iter_all("bees")
