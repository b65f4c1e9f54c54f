"""The searcher's contract, on a library in memory."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import search
from index.core.errors import LibraryError, QueryError
from index.records.article import PublicationDate
from search import Searcher
from tests.support.fakes.fake_index import FakeLibrary, article, stand_in


def dated(year: int) -> PublicationDate:
    return PublicationDate(year=str(year), first=f"{year}-01-01", last=f"{year}-12-31")


ARTICLES = [
    article(900000001, title="Metformin and cancer", abstract="Metformin lowered cancer.", published=dated(2019)),
    article(900000002, title="Metformin alone", abstract="It was safe.", published=dated(2020)),
    article(900000003, title="Bees in spring", abstract="Bees fly far.", published=dated(2020)),
    article(900000004, title="Undated bees", published=PublicationDate()),
]


@pytest.fixture
def library(monkeypatch) -> FakeLibrary:
    return stand_in(monkeypatch, ARTICLES)


@pytest.fixture
def pubmed(library):
    with Searcher.open("anywhere") as searcher:
        yield searcher


def pmids(page) -> list[int]:
    return [hit.article.pmid for hit in page.hits]


def test_the_public_names_are_these():
    assert search.__all__ == [
        "Corpus", "Evidence", "Hit", "Interpretation", "Page", "Query", "Replay", "SearchRecord", "Searcher",
        "SentenceHit", "SentencePage", "SentencePair", "SimilarHit", "SimilarPage", "Span", "Suggestion", "Why",
        "WhySentence", "WhySimilar", "Years",
    ]  # fmt: skip
    assert all(hasattr(search, name) for name in search.__all__)


def test_the_best_article_comes_first_with_evidence_and_reasons(pubmed):
    page = pubmed.search("metformin cancer")
    best = page.hits[0]
    assert best.article.pmid == 900000001
    assert best.score == pytest.approx(1.0)
    assert best.evidence.text == "Metformin lowered cancer."
    assert best.why.words == 2
    assert best.why.matched == ("metformin", "cancer")
    assert 0 < best.why.meaning <= 1


def test_a_question_lists_what_is_relevant_and_the_whole_library_if_asked(pubmed):
    page = pubmed.search("spring")
    assert len(page.hits) == page.total == 3
    assert (page.total_is, page.passing) == ("exact", 4)
    whole = pubmed.search("spring", whole=True)
    assert pmids(whole)[:3] == pmids(page)
    assert (len(whole.hits), whole.total, whole.passing) == (4, 4, 4)
    assert list(pubmed.pmids("spring", whole=True)) == pmids(whole)


def test_years_restrict_hits_and_total_alike(pubmed):
    page = pubmed.search("metformin", years=(2020, None))
    assert set(pmids(page)) == {900000002, 900000003}
    assert page.total == 2
    assert page.query.read_as.description.endswith("from 2020")


@pytest.mark.fault("Q8")
def test_a_filter_that_keeps_one_article_finds_it_whatever_the_words(pubmed):
    assert pmids(pubmed.search("bees", years=(2019, 2019))) == [900000001]
    page = pubmed.search("bees", years=(1990, 1999))
    assert (page.hits, page.total) == ((), 0)


@pytest.mark.fault("Q9")
def test_paging_cuts_one_list_into_pieces_that_join_without_gap_or_overlap(pubmed):
    whole = pmids(pubmed.search("metformin bees"))
    for size in (1, 2, 3):
        pieces = [pmids(pubmed.search("metformin bees", limit=size, offset=start)) for start in range(0, 6, size)]
        assert [pmid for piece in pieces for pmid in piece] == whole


@pytest.mark.fault("Q6")
def test_a_page_past_the_end_is_empty_and_still_has_its_total(pubmed):
    page = pubmed.search("bees", offset=10**9)
    assert (page.hits, page.total, page.offset) == ((), 4, 10**9)


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"limit": -1}, ValueError),
        ({"limit": 0}, ValueError),
        ({"offset": -1}, ValueError),
        ({"limit": "5"}, TypeError),
        ({"years": (2021, 2015)}, QueryError),
        ({"years": (99999, None)}, QueryError),
    ],
)
def test_wrong_arguments_are_refused(pubmed, arguments, error):
    with pytest.raises(error):
        pubmed.search("bees", **arguments)


def test_an_article_deleted_from_the_store_is_passed_over_and_the_page_filled(library, pubmed):
    whole = pmids(pubmed.search("metformin bees"))
    del library.stores[0].held[whole[1]]
    remaining = [pmid for pmid in whole if pmid != whole[1]]
    assert pmids(pubmed.search("metformin bees", limit=2)) == remaining[:2]
    assert pmids(pubmed.search("metformin bees", limit=2, offset=2)) == remaining[2:]


def test_an_article_that_shares_no_word_with_the_query_is_quoted_by_meaning(library, pubmed):
    hits = pubmed.search("ylf raf", whole=True).hits
    quoted = {hit.article.pmid: hit.evidence and hit.evidence.text for hit in hits}
    assert quoted[900000003] == "Bees fly far."
    assert quoted[900000004] is None, "it has no abstract"
    assert all(hit.why.words is None and hit.why.matched == () for hit in hits)


def test_an_article_is_read_by_its_pmid(pubmed):
    assert pubmed.article(900000003).title == "Bees in spring"
    assert pubmed.article(1) is None


def test_the_corpus_says_what_is_searched(pubmed):
    corpus = pubmed.corpus()
    assert (corpus.articles, corpus.newest, corpus.build, corpus.model) == (4, "2021-03-02", "first", "fake-model")
    assert pubmed.count == 4
    (years,) = pubmed.facets("", fields=("year",))
    assert sorted((count.value, count.articles) for count in years.counts) == [("2019", 1), ("2020", 2)]


@pytest.mark.fault("B8")
def test_a_rebuild_is_seen_by_the_next_search_and_the_model_is_kept(library, pubmed):
    before = pubmed.search("bees")
    library.publish("second", [replace(ARTICLES[2], title="Bees in autumn")])
    after = pubmed.search("bees")
    assert (after.build, after.total) == ("second", 1)
    assert (before.build, before.total) == ("first", 4), "a page already returned stays as it is"
    assert library.opened == [(Path("first"), None), (Path("second"), library.encoder)]
    assert library.stores[0].closed.is_set()


@pytest.mark.fault("B8")
def test_nothing_is_reopened_while_the_build_stays(library, pubmed):
    for _ in range(3):
        pubmed.search("bees")
    assert len(library.opened) == 1


@pytest.mark.fault("B8")
def test_a_search_under_way_ends_on_the_old_build(library, pubmed):
    with pubmed._serving() as build_in_use:
        library.publish("second", ARTICLES[:1])
        assert pubmed.search("metformin").build == "second"
        assert build_in_use.store.article(900000003) is not None, "its store is still open"
    assert library.stores[0].closed.is_set()


def test_a_build_that_cannot_be_opened_is_reported_once_and_the_old_one_serves_on(library, pubmed, caplog):
    library.broken.add(Path("second"))
    library.publish("second", [])
    with caplog.at_level(logging.WARNING):
        assert [pubmed.search("bees").build for _ in range(3)] == ["first"] * 3
    assert len(caplog.records) == 1
    assert "second is damaged" in caplog.text
    library.publish("third", ARTICLES[:1])
    assert pubmed.search("bees").build == "third"


def test_a_closed_searcher_says_so_and_closes_its_store_once(library):
    with Searcher.open() as searcher:
        pass
    searcher.close()
    assert library.stores[0].closed.is_set()
    with pytest.raises(LibraryError, match=r"closed. Open the library again"):
        searcher.search("bees")


@pytest.mark.fault("Q10")
def test_eight_threads_get_what_one_gets_while_builds_come_and_go(library, pubmed):
    expected = pmids(pubmed.search("metformin bees"))
    stop = threading.Event()

    def rebuild() -> None:
        for number in range(1000):
            library.publish(f"build{number}", ARTICLES)
            if stop.wait(0.002):
                return

    builder = threading.Thread(target=rebuild)
    builder.start()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: pmids(pubmed.search("metformin bees")), range(200)))
    stop.set()
    builder.join()
    assert answers == [expected] * 200
    pubmed.search("bees")
    assert [store.closed.is_set() for store in library.stores] == [True] * (len(library.stores) - 1) + [False]
