"""Saved searches: kept in the library's own folder, read back, replaced, removed."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.core.errors import LibraryError
from index.library.layout import Library
from search.recording import saved_searches
from search.recording.record_files import read_record
from search.recording.saved_searches import SavedSearches, saved_id
from search.recording.search_record import SearchRecord
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
    real = saved_searches.read_record

    def forgotten_meanwhile(path: Path) -> SearchRecord:
        path.unlink()
        return real(path)

    monkeypatch.setattr(saved_searches, "read_record", forgotten_meanwhile)
    assert saved.all() == ()
    saved.forget(search.id)
    assert caplog.text == ""


@pytest.mark.fault("B2")
def test_a_folder_that_cannot_be_written_is_named(saved: SavedSearches, tmp_path: Path) -> None:
    (tmp_path / "library").write_text("a file where the folder should be")
    with pytest.raises(LibraryError, match=r"cannot be saved in .*user/searches"):
        saved.keep(RECORD)
