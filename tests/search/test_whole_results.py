"""Whole results of the searcher: exported, written down and repeated, on a library in memory."""

import csv
import io
import json
import re
from dataclasses import replace
from itertools import islice

import pytest

from index.core.errors import LibraryError, QueryError, ReplayError
from index.records.article import Link, PublicationDate
from search import Searcher
from search.recording.record_files import read_record, write_record
from search.recording.search_record import Request, digest
from tests.support.fakes.fake_index import FakeLibrary, article, stand_in


def dated(year: int) -> PublicationDate:
    return PublicationDate(year=str(year), first=f"{year}-01-01", last=f"{year}-12-31")


ARTICLES = [
    article(900000000 + number, title=f"Bees {'and flowers ' * (number % 3)}", published=dated(2000 + number % 10))
    for number in range(1, 451)
]


@pytest.fixture
def library(monkeypatch) -> FakeLibrary:
    return stand_in(monkeypatch, ARTICLES)


@pytest.fixture
def pubmed(library):
    with Searcher.open("somewhere/my library") as searcher:
        yield searcher


@pytest.fixture
def few_candidates(monkeypatch):
    """The ranking knows only the best 20 of each leg: the rest of a result comes unranked."""
    monkeypatch.setattr("search.retrieval.candidates.CANDIDATES", 20)


def exported(pieces) -> list[int]:
    return [json.loads(piece)["pmid"] for piece in pieces]


def test_the_whole_result_is_every_article_that_passes_once_ranked_ones_first(few_candidates, pubmed):
    page = pubmed.search("flowers", limit=1000)
    ranked = [hit.article.pmid for hit in page.hits]
    assert ranked == list(pubmed.pmids("flowers")) == exported(pubmed.export("flowers", "jsonl"))
    assert (page.total, page.total_is, page.passing) == (len(ranked), "at least", 450)
    whole = list(pubmed.pmids("flowers", whole=True))
    assert whole[: len(ranked)] == ranked
    assert 20 <= len(ranked) < len(whole) == len(set(whole)) == pubmed.search("flowers", whole=True).total == 450
    assert whole[len(ranked) :] == sorted(whole[len(ranked) :], reverse=True)
    assert exported(pubmed.export("flowers", "jsonl", whole=True)) == whole


def test_a_filter_holds_to_the_last_article_of_an_export(few_candidates, pubmed):
    pieces = pubmed.export("bees", "csv", years=(2003, 2004), whole=True)
    rows = list(csv.DictReader(io.StringIO("".join(pieces), newline="")))
    assert {row["Publication Year"] for row in rows} == {"2003", "2004"}
    assert len(rows) == pubmed.search("bees", years=(2003, 2004)).passing == 90


def test_a_page_and_a_list_of_pmids_export_in_their_order_each_article_once(pubmed):
    page = pubmed.search("flowers", limit=5, offset=5)
    assert exported(pubmed.export(page, "jsonl")) == [hit.article.pmid for hit in page.hits]
    pmids = (pmid for pmid in [900000300, 900000001, 5, 900000300, 900000002])
    assert exported(pubmed.export(pmids, "jsonl")) == [900000300, 900000001, 900000002]
    twice = [*range(900000001, 900000251), 900000001]
    assert exported(pubmed.export(twice, "jsonl")) == twice[:-1], "however far apart the two stand"
    assert exported(pubmed.export([], "jsonl")) == []


@pytest.mark.parametrize("limit", [1, 3, 449, 1000])
def test_a_limit_cuts_an_export(pubmed, limit):
    assert exported(pubmed.export("bees", "jsonl", limit=limit)) == list(pubmed.pmids("bees"))[:limit]


def test_an_article_deleted_meanwhile_is_passed_over_and_a_retraction_that_came_is_told(library, pubmed):
    page = pubmed.search("flowers", limit=3)
    first, second, third = (hit.article for hit in page.hits)
    pieces = pubmed.export(page, "ris")
    del library.stores[0].held[second.pmid]
    library.stores[0].held[third.pmid] = replace(third, links=(Link("RetractionIn"),))
    text = "".join(pieces)
    assert re.findall(r"AN  - (\d+)", text) == [str(first.pmid), str(third.pmid)]
    assert text.count("RETRACTED: ") == 1


def test_what_is_wrong_is_said_before_anything_is_read(pubmed):
    with pytest.raises(ValueError, match="is not a format"):
        pubmed.export("bees", "doc")
    with pytest.raises(ValueError, match="limit"):
        pubmed.export("bees", "ris", limit=0)
    with pytest.raises(QueryError):
        pubmed.export("", "ris")
    with pytest.raises(QueryError):
        pubmed.export("bees", "ris", years=(2021, 2015))


@pytest.mark.fault("O5")
def test_an_export_reads_the_store_as_it_goes(library, pubmed):
    pieces = pubmed.export("bees", "jsonl")
    store, batch_sizes = library.stores[0], []
    read = store.articles
    store.articles = lambda pmids: batch_sizes.append(len(pmids)) or read(pmids)
    assert batch_sizes == []
    list(islice(pieces, 1))
    assert batch_sizes == [200]
    list(islice(pieces, 200))
    assert batch_sizes == [200, 200]
    list(pieces)
    assert batch_sizes == [200, 200, 50]


@pytest.mark.fault("B8")
def test_an_export_goes_on_through_a_rebuild_and_keeps_no_old_build_open(library, pubmed):
    whole = list(pubmed.pmids("bees"))
    pieces = pubmed.export("bees", "jsonl")
    first_pmids = exported(islice(pieces, 10))
    library.publish("second", ARTICLES)
    pubmed.search("bees")
    assert library.stores[0].closed.is_set(), "a reader that stops half-way must not hold it"
    assert first_pmids + exported(pieces) == whole


def test_an_export_of_a_closed_searcher_says_so(library):
    with Searcher.open() as searcher:
        pieces = searcher.export("bees", "ris")
    with pytest.raises(LibraryError, match="closed"):
        next(pieces)


def test_a_record_says_what_was_searched_with_what_and_what_came_back(library, pubmed):
    record = pubmed.record("flowers", limit=5, years=(2003, None))
    page = pubmed.search("flowers", limit=5, years=(2003, None))
    assert record.request == Request("flowers", {"years": [2003, None]}, "relevance", 5, mapping=True, whole=False)
    assert record.listed.pmids == tuple(hit.article.pmid for hit in page.hits)
    assert (record.listed.total, record.listed.total_is) == (page.total, "exact")
    assert record.listed.digest == digest(record.listed.pmids)
    assert record.read_as == page.query.read_as.to_json()
    assert record.ranking["candidates"] == 1000
    searched = record.searched
    assert (searched.database, searched.library, searched.articles) == ("PubMed", "my library", 450)
    assert (searched.files, searched.last_file, searched.newest) == (1, "pubmed21n1298.xml.gz", "2021-03-02")
    assert (searched.build, searched.content, searched.model, searched.fingerprint) == (
        "first", "c0ffee", "fake-model", "f00d",
    )  # fmt: skip
    assert searched.version[0].isdigit()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", record.at)


def test_a_record_without_a_limit_lists_the_whole_result(few_candidates, pubmed):
    assert pubmed.record("bees").listed.pmids == tuple(pubmed.pmids("bees"))
    with pytest.raises(ValueError, match="limit"):
        pubmed.record("bees", limit=0)


def test_a_record_fills_up_where_the_store_lost_an_article(library, pubmed):
    whole = list(pubmed.pmids("bees"))
    del library.stores[0].held[whole[1]]
    assert pubmed.record("bees", limit=3).listed.pmids == (whole[0], whole[2], whole[3])


@pytest.mark.parametrize("limit", [7, None])
def test_a_replay_on_the_same_build_is_the_same_through_a_file(tmp_path, pubmed, limit):
    record = pubmed.record("flowers and bees", limit=limit, years=(None, 2008))
    _, program = write_record(record, tmp_path / "bees")
    replay = pubmed.replay(read_record(program))
    assert (replay.verdict, replay.changes) == ("same", ())


def test_a_replay_on_another_build_says_what_came_and_went_and_that_the_build_changed(library, pubmed):
    record = pubmed.record("bees")
    library.publish("second", [*ARTICLES[2:], article(900000999, title="Bees")])
    replay = pubmed.replay(record)
    assert replay.verdict == "different"
    assert (replay.added, set(replay.removed)) == ((900000999,), {900000001, 900000002})
    assert [change.what for change in replay.changes] == ["build", "articles", "total"]


@pytest.mark.parametrize(
    "filters", [{"colour": "red"}, {"years": [2021, 2015]}, {"years": 5}, {"limit": 3}, {"text": "other"}]
)
def test_a_record_with_filters_that_this_version_does_not_know_is_refused(pubmed, filters):
    record = replace(pubmed.record("bees", limit=1), request=Request("bees", filters, limit=1))
    with pytest.raises(ReplayError, match="cannot be repeated: "):
        pubmed.replay(record)


def test_a_record_in_an_order_that_this_version_does_not_know_is_refused(pubmed):
    record = replace(pubmed.record("bees", limit=1), request=Request("bees", {}, "colour", 1))
    with pytest.raises(ReplayError, match=r"cannot be repeated: sort must be one of .*, not 'colour'"):
        pubmed.replay(record)
