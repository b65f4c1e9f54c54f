"""Saved searches: kept in the library's own folder, read back, replaced, removed."""

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.core.errors import LibraryError
from index.library.layout import Library
from search.recording import saved_searches
from search.recording.news import MOST_NEWS, Arrival
from search.recording.record_files import read_record
from search.recording.saved_searches import SavedSearches, saved_id
from search.recording.search_record import Json, ListedArticles, SearchRecord, digest
from tests.search.recording.test_search_record import RECORD


@pytest.fixture
def saved(tmp_path: Path) -> SavedSearches:
    return SavedSearches(Library(tmp_path / "library"))


def another(text: str, at: str) -> SearchRecord:
    return replace(RECORD, at=at, request=replace(RECORD.request, text=text))


def test_what_was_kept_reads_back_the_latest_first(saved: SavedSearches) -> None:
    saved.keep(RECORD)
    later = saved.keep(another("sleep", "2026-11-25T08-00-00+00:00"))
    assert [search.record for search in saved.all()] == [later.record, RECORD]
    assert saved.get(later.id) == later


def test_a_library_without_saved_searches_has_none(saved: SavedSearches) -> None:
    assert saved.all() == ()
    assert saved.get("../../etc/passwd") is None
    saved.forget("../../etc/passwd")


def test_the_same_search_is_kept_once_as_it_was_last_looked_at(saved: SavedSearches) -> None:
    saved.keep(RECORD)
    saved.keep(replace(RECORD, at="2026-11-26T08-00-00+00:00"))
    assert [search.record.at for search in saved.all()] == ["2026-11-26T08-00-00+00:00"]


def test_another_filter_or_order_is_another_search() -> None:
    request = RECORD.request
    others = (replace(request, filters={}), replace(request, sort="newest"), replace(request, text="x"))
    assert len({saved_id(variant) for variant in (request, *others)}) == 4
    assert saved_id(replace(request, limit=None)) == saved_id(request)


def test_a_forgotten_search_is_gone(saved: SavedSearches) -> None:
    search = saved.keep(RECORD)
    saved.forget(search.id)
    assert saved.all() == ()


def test_a_saved_search_is_a_record_that_replay_reads(saved: SavedSearches, tmp_path: Path) -> None:
    search = saved.keep(RECORD)
    assert read_record(Library(tmp_path / "library").searches / f"{search.id}.json") == RECORD


def test_a_damaged_file_hides_no_other_and_is_named_in_the_log(
    saved: SavedSearches, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    saved.keep(RECORD)
    (Library(tmp_path / "library").searches / "0123456789abcdef.json").write_text("{")
    assert [search.record for search in saved.all()] == [RECORD]
    assert "0123456789abcdef.json" in caplog.text


@pytest.mark.fault("B17")
def test_files_with_other_names_than_ours_are_no_saved_searches_and_stay(saved: SavedSearches, tmp_path: Path) -> None:
    kept = saved.keep(RECORD)
    folder = Library(tmp_path / "library").searches
    content = (folder / f"{kept.id}.json").read_text()
    names = [f"{kept.id} (conflicted copy).json", ".DS_Store", "notes.json", ".pubmed-notes.partial"]
    for name in names:
        (folder / name).write_text(content)
    (tmp_path / f"{kept.id}.json").write_text(content)
    saved.keep(RECORD)
    assert [search.id for search in saved.all()] == [kept.id]
    for id_ in (f"{kept.id} (conflicted copy)", "notes", f"../../../{kept.id}"):
        assert saved.get(id_) is None
        saved.forget(id_)
    assert {path.name for path in folder.iterdir()} == {f"{kept.id}.json", *names}
    assert (tmp_path / f"{kept.id}.json").exists()


def save_often(folder: Path, variant: int) -> None:
    for number in range(25):
        SavedSearches(Library(folder)).keep(another("sleep", f"2026-11-25T08-{variant:02d}-{number:02d}+00:00"))


@pytest.mark.fault("B19")
@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_eight_who_save_one_search_lose_nothing_and_every_reader_sees_it_whole(
    saved: SavedSearches, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    save_often(tmp_path / "library", 99)
    pool = ThreadPoolExecutor(8) if kind == "threads" else ProcessPoolExecutor(8, multiprocessing.get_context("spawn"))
    with pool:
        writers = [pool.submit(save_often, tmp_path / "library", variant) for variant in range(8)]
        reads = 0
        while not all(writer.done() for writer in writers):
            assert [search.record.request.text for search in saved.all()] == ["sleep"]
            reads += 1
        for writer in writers:
            writer.result()
    assert reads
    assert caplog.text == ""
    assert len(list(Library(tmp_path / "library").searches.iterdir())) == 1


@pytest.mark.fault("B19")
def test_what_a_killed_writer_left_is_removed_by_the_next_one(saved: SavedSearches, tmp_path: Path) -> None:
    kept = saved.keep(RECORD)
    folder = Library(tmp_path / "library").searches
    (folder / ".pubmed-0123456789abcdef.partial").write_text("half")
    saved.keep(RECORD)
    assert [path.name for path in folder.iterdir()] == [f"{kept.id}.json"]


@pytest.mark.fault("B19")
def test_two_may_forget_a_search_at_once(
    saved: SavedSearches, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    search = saved.keep(RECORD)
    real = saved_searches.read_object

    def forgotten_meanwhile(path: Path) -> Json:
        path.unlink()
        return real(path)

    monkeypatch.setattr(saved_searches, "read_object", forgotten_meanwhile)
    assert saved.all() == ()
    saved.forget(search.id)
    assert caplog.text == ""


@pytest.mark.fault("B2")
def test_a_folder_that_cannot_be_written_is_named(saved: SavedSearches, tmp_path: Path) -> None:
    (tmp_path / "library").write_text("a file where the folder should be")
    with pytest.raises(LibraryError, match=r"cannot be saved in .*user/searches"):
        saved.keep(RECORD)


def listing(
    *pmids: int, at: str = "2026-11-26T08:00:00+00:00", build: str = "2026-11-26T07-00-00-abcd"
) -> SearchRecord:
    searched = replace(RECORD.searched, build=build)
    return replace(RECORD, at=at, searched=searched, listed=ListedArticles(len(pmids), "exact", pmids, digest(pmids)))


def test_what_was_new_is_remembered_with_the_time_of_the_build_that_brought_it(saved: SavedSearches) -> None:
    saved.keep(listing(900000001))
    assert saved.keep(listing(900000002, 900000001)).arrivals == (Arrival("2026-11-26T07:00:00+00:00", (900000002,)),)
    later = listing(900000003, 900000002, build="2026-11-27T07-00-00-abcd")
    kept = saved.keep(later)
    assert [(arrival.at[:10], arrival.pmids) for arrival in kept.arrivals] == [
        ("2026-11-27", (900000003,)),
        ("2026-11-26", (900000002,)),
    ]
    assert saved.get(kept.id) == kept
    assert saved.keep(later).arrivals == kept.arrivals


def test_an_article_that_left_and_came_back_is_news_once(saved: SavedSearches) -> None:
    for pmids in ((900000001,), (900000002, 900000001), (900000001,), (900000002, 900000001)):
        kept = saved.keep(listing(*pmids))
    assert kept.arrivals == (Arrival("2026-11-26T07:00:00+00:00", (900000002,)),)


def test_of_news_the_latest_are_remembered(saved: SavedSearches) -> None:
    saved.keep(listing(900000001))
    saved.keep(listing(*range(900000001, 900000151)))
    kept = saved.keep(listing(*range(900000001, 900000301), build="none"))
    assert [len(arrival.pmids) for arrival in kept.arrivals] == [150, MOST_NEWS - 150]
    assert kept.arrivals[0].at == "2026-11-26T08:00:00+00:00"


def test_each_browser_has_its_own_and_everybody_theirs(saved: SavedSearches, tmp_path: Path) -> None:
    one, other = saved.of_browser("00000000000000aa"), saved.of_browser("00000000000000bb")
    mine, everybodys = one.keep(RECORD), saved.keep(another("sleep", "2026-11-25T08:00:00+00:00"))
    assert (one.all(), other.all(), saved.all()) == ((mine,), (), (everybodys,))
    assert other.get(mine.id) is None
    other.forget(mine.id)
    assert saved.everywhere() == (everybodys, mine)
    assert [kept.browser for kept in saved.everywhere()] == ["", "00000000000000aa"]
    assert SavedSearches(Library(tmp_path / "another library")).everywhere() == ()


@pytest.mark.fault("B17")
def test_a_name_that_no_browser_has_is_no_path(saved: SavedSearches, tmp_path: Path) -> None:
    notes = Library(tmp_path / "library").searches / "notes"
    notes.mkdir(parents=True)
    (notes / f"{saved.keep(RECORD).id}.json").write_text("{")
    for name in ("../../..", "notes", "00000000000000AA", "00000000000000aa/.."):
        with pytest.raises(ValueError, match="no browser's number"):
            saved.of_browser(name)
    assert [kept.browser for kept in saved.everywhere()] == [""]


def test_a_title_is_one_line_with_its_filters(saved: SavedSearches) -> None:
    assert saved.keep(RECORD).title == "metformin `x` AND cancer[ti] · 2015-2021"
    assert len(saved.keep(another("#1 sleep\n#2 " + "memory " * 50, RECORD.at)).title) == 133
    unknown = replace(RECORD, request=replace(RECORD.request, filters={"moon": "full"}))
    assert saved.keep(unknown).title == 'metformin `x` AND cancer[ti] · {"moon": "full"}'


def test_a_search_that_an_earlier_version_saved_has_no_news_yet(saved: SavedSearches, tmp_path: Path) -> None:
    kept = saved.keep(RECORD)
    file = Library(tmp_path / "library").searches / f"{kept.id}.json"
    assert "arrivals" not in json.loads(file.read_text())
    assert saved.get(kept.id) == kept
    file.write_text(json.dumps(json.loads(file.read_text()) | {"arrivals": "many"}))
    assert saved.get(kept.id) is None
