"""Files applied to the store: revisions, deletions, the ledger, accounts that add up."""

import os
import time
from pathlib import Path

import pytest

from index.ingest.ingest import ingest
from index.library.layout import Library
from index.sources.source_files import find_sources
from index.store.article_store import ArticleStore
from index.store.store_check import verify_store
from tests.support.builds.store_helpers import QUIET, apply, content, settle, snapshot, titles
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, deletion_xml, write_articles

P = FIRST_PMID


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")


@pytest.fixture
def nlm(tmp_path):
    """Write NLM file number n of year 25 (or another) from records."""

    def write(number, *records, year=25):
        return write_articles(tmp_path / f"pubmed{year}n{number:04d}.xml", records)

    return write


def sound(library):
    return verify_store(library.store) == ()


def test_the_account_of_one_file_adds_up(library, nlm):
    same = article_xml(P + 1, title="Same")
    apply(library, nlm(1, article_xml(P, title="Old", revised="2021-01-01"), same, article_xml(P + 2)))
    newer = [article_xml(P, title="New"), same, article_xml(P + 2, revised="2020-01-01"), article_xml(P + 3)]
    stats = apply(library, nlm(2, *newer, "<PubmedArticle/>", deletion_xml([P + 3, P + 9])))
    (file,) = stats.files
    assert (file.state, file.read, file.new, file.replaced) == ("applied", 5, 1, 1)
    assert (file.unchanged, file.superseded, file.set_aside) == (1, 1, 1)
    assert (file.deleted, file.deletions_applied, file.removed) == (2, 2, 1)
    assert stats.read == stats.stored + stats.unchanged + stats.superseded + stats.set_aside
    assert (stats.distinct_pmids, stats.articles, stats.complete) == (4, 3, False)
    assert titles(library) == {P: "New", P + 1: "Same", P + 2: "A study of something"}
    assert sound(library)


@pytest.mark.fault("R1")
def test_a_deletion_removes_the_article_and_everything_of_it(library, nlm):
    apply(library, nlm(1, article_xml(P, references=[5]), article_xml(P + 1)))
    apply(library, nlm(2, deletion_xml([P])))
    assert titles(library).keys() == {P + 1}
    for table, rows in content(library).items():
        assert table == "deletions" or not any(str(P) in map(str, row[:1]) for row in rows), table
    assert sound(library)


@pytest.mark.fault("R1")
def test_a_deletion_of_an_absent_pmid_is_kept_for_the_record_that_comes_late(library, nlm):
    stats = apply(library, nlm(2, deletion_xml([P])))
    assert (stats.deletions_listed, stats.deletions_applied, stats.removed) == (1, 1, 0)
    late = apply(library, nlm(1, article_xml(P)))
    assert (late.superseded, late.articles) == (1, 0)


@pytest.mark.fault("R1")
def test_a_later_file_brings_a_deleted_article_back(library, nlm):
    apply(library, nlm(1, article_xml(P)), nlm(2, deletion_xml([P])), nlm(3, article_xml(P, title="Back")))
    assert titles(library) == {P: "Back"}
    with ArticleStore.open(library.store) as store:
        assert store.status().deletions == 0
    assert sound(library)


@pytest.mark.fault("R1")
def test_a_deletion_in_the_same_file_wins_wherever_it_stands(library, nlm):
    apply(library, nlm(1, deletion_xml([P]), article_xml(P)), nlm(2, article_xml(P + 1), deletion_xml([P + 1])))
    assert titles(library) == {}


@pytest.mark.fault("R1")
def test_a_revision_older_by_date_but_from_a_later_file_survives_a_deletion_that_comes_last(library, nlm):
    first = nlm(1, article_xml(P, title="Newer date", revised="2022-01-01"))
    third = nlm(3, article_xml(P, title="Later file", revised="2020-01-01"))
    apply(library, first, third)
    assert titles(library) == {P: "Newer date"}
    stats = apply(library, nlm(2, deletion_xml([P])))
    assert titles(library) == {P: "Later file"}
    assert (stats.removed, stats.articles) == (0, 1)
    assert sound(library)


@pytest.mark.fault("R2")
def test_the_highest_version_stands_whatever_its_date(library, nlm):
    versions = [
        article_xml(P, version=2, title="Two", revised="2020-01-01"),
        article_xml(P, version=3, title="Three", revised="2019-01-01"),
        article_xml(P, version=1, title="One", revised="2021-01-01"),
    ]
    stats = apply(library, nlm(1, *versions))
    assert titles(library) == {P: "Three"}
    assert (stats.new, stats.replaced, stats.superseded, stats.distinct_pmids) == (1, 1, 1, 1)
    assert sound(library)


@pytest.mark.fault("R3")
def test_an_older_revision_after_a_newer_one_changes_nothing(library, nlm):
    apply(library, nlm(1, article_xml(P, title="New", revised="2021-06-07")))
    stats = apply(library, nlm(2, article_xml(P, title="Old", revised="2021-06-06")))
    assert titles(library) == {P: "New"}
    assert (stats.superseded, stats.stored) == (1, 0)


@pytest.mark.fault("R3")
def test_of_two_revisions_of_one_day_the_later_file_stands_and_then_the_later_place(library, nlm):
    second = nlm(2, article_xml(P, title="First place"), article_xml(P, title="Second place"))
    apply(library, second, nlm(1, article_xml(P, title="Earlier file")))
    assert titles(library) == {P: "Second place"}


def test_a_record_without_a_date_of_revision_is_older_than_any_with_one(library, nlm):
    apply(library, nlm(1, article_xml(P, title="Dated")), nlm(2, article_xml(P, title="Undated", revised=None)))
    assert titles(library) == {P: "Dated"}


@pytest.mark.fault("R12")
def test_one_doi_on_two_pmids_keeps_both(library, nlm):
    apply(library, nlm(1, article_xml(P, doi="10.1/same"), article_xml(P + 1, doi="10.1/same")))
    with ArticleStore.open(library.store) as store:
        assert {article.doi for article in store} == {"10.1/same"}
        assert store.count() == 2


@pytest.mark.fault("R13")
def test_records_set_aside_keep_their_xml_and_place(library, nlm):
    stats = apply(library, nlm(1, article_xml(P), "<PubmedArticle><Odd/></PubmedArticle>", article_xml(P + 1)))
    assert (stats.set_aside, stats.stored) == (1, 2)
    with ArticleStore.open(library.store) as store, store.connection() as connection:
        ((position, xml),) = connection.execute("SELECT position, xml FROM set_aside").fetchall()
    assert (position, xml) == (1, "<PubmedArticle><Odd/></PubmedArticle>")


@pytest.mark.fault("F12", "B15")
def test_the_same_file_again_changes_no_byte(library, nlm):
    files = [nlm(1, article_xml(P)), nlm(2, deletion_xml([P])), nlm(3, article_xml(P + 1))]
    apply(library, *files)
    before = snapshot(library.path)
    stats = apply(library, *files)
    assert snapshot(library.path) == before
    assert [file.state for file in stats.files] == ["unchanged"] * 3
    assert (stats.changed, stats.complete, stats.read) == (False, True, 0)


@pytest.mark.fault("B15")
def test_a_file_not_touched_since_is_not_even_read(library, nlm, monkeypatch):
    file = nlm(1, article_xml(P))
    settle(file)
    apply(library, file)
    monkeypatch.setattr("index.ingest.ingest.fingerprint", None)
    assert apply(library, file).files[0].state == "unchanged"


def test_a_file_changed_within_the_clocks_step_is_noticed(library, nlm):
    file = nlm(1, article_xml(P, title="Aaa"))
    apply(library, file)
    stamp = file.stat().st_mtime_ns
    file.write_text(file.read_text().replace("Aaa", "Bbb"))
    os.utime(file, ns=(stamp, stamp))
    apply(library, file)
    assert titles(library) == {P: "Bbb"}


def test_a_file_moved_to_another_folder_is_known_by_its_content(library, nlm, tmp_path):
    file = nlm(1, article_xml(P))
    apply(library, file)
    moved = tmp_path / "elsewhere" / file.name
    moved.parent.mkdir()
    file.rename(moved)
    before = snapshot(library.path)
    assert apply(library, moved).files[0].state == "unchanged"
    assert snapshot(library.path) == before


def test_a_changed_file_is_applied_again_and_its_records_win_over_its_own_old_ones(library, nlm):
    old = nlm(1, article_xml(P, title="Old"), article_xml(P + 1, title="Only then"), "<PubmedArticle/>")
    apply(library, old)
    stats = apply(library, nlm(1, article_xml(P, title="New")))
    assert (stats.files[0].state, stats.replaced) == ("applied", 1)
    assert titles(library) == {P: "New", P + 1: "Only then"}
    with ArticleStore.open(library.store) as store:
        assert store.status().set_aside == ()
        assert len(store.status().applied) == 1
    assert sound(library)
    assert apply(library, nlm(1, article_xml(P, title="Old"), article_xml(P + 1), "<PubmedArticle/>")).changed
    assert titles(library)[P] == "Old"
    assert sound(library)


@pytest.mark.fault("F14")
def test_a_gap_in_the_numbers_is_named(library, nlm):
    stats = apply(library, nlm(7, article_xml(P)), nlm(9), nlm(12), nlm(3, year=24))
    assert stats.missing == ("pubmed25n0008", "pubmed25n0010", "pubmed25n0011")
    assert apply(library, nlm(8), nlm(10), nlm(11)).missing == ()


@pytest.mark.fault("F15")
def test_the_yearly_baseline_takes_over_the_same_articles(library, nlm):
    apply(library, nlm(1500, article_xml(P, title="Daily"), article_xml(P + 1, title="Same")))
    stats = apply(library, nlm(1, article_xml(P, title="Baseline"), article_xml(P + 1, title="Same"), year=26))
    assert (stats.replaced, stats.unchanged, stats.articles) == (1, 1, 2)
    assert titles(library) == {P: "Baseline", P + 1: "Same"}
    late = apply(library, nlm(1501, deletion_xml([P, P + 1])))
    assert (late.removed, late.articles) == (0, 2)
    assert sound(library)


def test_a_file_without_number_is_newer_than_what_is_applied_and_older_than_what_comes(library, nlm, tmp_path):
    apply(library, nlm(5, article_xml(P, title="Numbered")))
    topic = write_articles(tmp_path / "topic.xml", [article_xml(P, title="Fetched")])
    apply(library, topic)
    assert titles(library) == {P: "Fetched"}
    apply(library, nlm(4, article_xml(P, title="Earlier")))
    assert titles(library) == {P: "Fetched"}
    apply(library, nlm(6, article_xml(P, title="Later")))
    assert titles(library) == {P: "Later"}


@pytest.mark.fault("B13")
def test_a_clock_that_moved_backwards_changes_nothing(library, nlm, monkeypatch):
    file = nlm(1, article_xml(P))
    apply(library, file)
    before = snapshot(library.path)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert apply(library, file).files[0].state == "unchanged"
    assert snapshot(library.path) == before
    apply(library, nlm(2, article_xml(P, title="Next")))
    assert titles(library) == {P: "Next"}


@pytest.mark.fault("B14")
def test_two_files_of_one_name_in_two_folders_are_both_applied_once(library, tmp_path):
    paths = [tmp_path / "a b" / "pubmed25n0001.xml", tmp_path / "ü 文" / "pubmed25n0001.xml"]
    for number, path in enumerate(paths):
        path.parent.mkdir()
        write_articles(path, [article_xml(P + number)])
    assert apply(library, *paths).articles == 2
    before = snapshot(library.path)
    assert [file.state for file in apply(library, *paths).files] == ["unchanged", "unchanged"]
    assert snapshot(library.path) == before


@pytest.mark.fault("B14")
def test_a_library_with_spaces_unicode_and_question_marks_in_its_path(tmp_path, nlm, monkeypatch):
    monkeypatch.chdir(tmp_path)
    odd = Library(Path("my bücher 文 100%?#/x").absolute())
    apply(odd, nlm(1, article_xml(P)))
    assert titles(odd).keys() == {P}
    linked = tmp_path / "link"
    linked.symlink_to(odd.path)
    assert titles(Library(linked)).keys() == {P}


def test_ingest_takes_sources_as_they_are_found(library, nlm, tmp_path):
    nlm(2, deletion_xml([P]))
    nlm(1, article_xml(P), article_xml(P + 1))
    stats = ingest(library, find_sources([tmp_path]), progress=QUIET)
    assert [file.name for file in stats.files] == ["pubmed25n0001.xml", "pubmed25n0002.xml"]
    assert stats.articles == 1


def test_nothing_to_read_makes_no_library(library):
    assert apply(library).articles == 0
    assert not library.path.exists()
