"""A build is published by one rename; the previous one stays."""

import dataclasses
from pathlib import Path

import pytest

from index.core.errors import LibraryError
from index.library import builds as publishing
from index.library.build_lock import building
from index.library.builds import current_build, current_manifest, new_build_name, publish, rollback, temporary_build
from index.library.layout import Library
from index.library.manifest import Manifest
from tests.support.fakes.manifests import manifest

ONE, TWO, THREE, FOUR = (f"2026-11-22T10-04-3{number}-3f9c" for number in (1, 2, 3, 4))


def put_into_service(library: Library, name: str) -> None:
    current = current_manifest(library)
    with temporary_build(library, name) as folder:
        (folder / "bm25").mkdir(mode=0o700)
        (folder / "bm25" / "meta.json").write_text("{}")
        (folder / "bm25" / "meta.json").chmod(0o600)
        manifest(build=name, previous=current.build if current else None).write(folder)
        publish(library, folder, name)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "my library")


def builds(library: Library) -> set[str]:
    return {path.name for path in library.builds.iterdir()}


def test_a_published_build_is_in_service(library: Library):
    put_into_service(library, ONE)
    assert current_build(library) == library.builds / ONE
    assert current_manifest(library) == manifest(build=ONE)


def test_the_build_before_stays_and_older_ones_go(library: Library):
    for name in (ONE, TWO, THREE):
        put_into_service(library, name)
    assert builds(library) == {TWO, THREE}


def test_a_rollback_puts_the_build_before_back(library: Library):
    for name in (ONE, TWO):
        put_into_service(library, name)
    assert rollback(library).build == ONE
    assert current_build(library).name == ONE
    with pytest.raises(LibraryError, match=f"has no index from before {ONE}"):
        rollback(library)
    put_into_service(library, THREE)
    assert builds(library) == {ONE, THREE}


def test_a_rollback_waits_for_no_build_and_disturbs_none(library: Library):
    for name in (ONE, TWO):
        put_into_service(library, name)
    with building(library), pytest.raises(LibraryError, match="is being built"):
        rollback(library)
    assert current_build(library).name == TWO


@pytest.mark.fault("B8")
def test_a_reader_of_the_old_build_can_keep_reading_it(library: Library):
    put_into_service(library, ONE)
    with (current_build(library) / "bm25" / "meta.json").open() as reader:
        for name in (TWO, THREE):
            put_into_service(library, name)
        assert reader.read() == "{}"


def test_a_failed_build_leaves_nothing_and_the_old_one_in_service(library: Library):
    put_into_service(library, ONE)
    with pytest.raises(OSError, match="disk"), temporary_build(library, TWO):
        raise OSError("disk")
    assert builds(library) == {ONE}


def test_the_next_build_removes_what_a_killed_build_left(library: Library):
    leftover = library.builds / f".{THREE}.partial"
    leftover.mkdir(parents=True)
    (leftover / "embeddings").write_bytes(b"half")
    put_into_service(library, ONE)
    assert builds(library) == {ONE}


FOREIGN_FILES = (".DS_Store", "Thumbs.db", f"{ONE} (conflicted copy)", ".nfs0000000a", "..partial")
FOREIGN_FOLDERS = ("my notes", f"{ONE} copy", ".my work.partial", f"{ONE}.bak", "2026-11-22")


@pytest.mark.fault("B17")
@pytest.mark.parametrize("name", FOREIGN_FILES)
def test_a_foreign_file_beside_the_builds_disturbs_no_build_and_stays(library: Library, name: str):
    library.builds.mkdir(parents=True)
    (library.builds / name).write_text("a person's")
    for build in (ONE, TWO, THREE):
        put_into_service(library, build)
    assert rollback(library).build == TWO
    assert builds(library) == {TWO, THREE, name}
    assert (library.builds / name).read_text() == "a person's"


@pytest.mark.fault("B17")
@pytest.mark.parametrize("name", FOREIGN_FOLDERS)
def test_a_persons_folder_beside_the_builds_stays_with_all_that_is_in_it(library: Library, name: str):
    (library.builds / name).mkdir(parents=True)
    (library.builds / name / "manifest.json").write_text("a person's")
    for build in (ONE, TWO, THREE):
        put_into_service(library, build)
    assert builds(library) == {TWO, THREE, name}
    assert (library.builds / name / "manifest.json").read_text() == "a person's"


@pytest.mark.fault("B17")
def test_a_link_with_a_builds_name_is_neither_followed_nor_removed(library: Library, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "thesis.txt").write_text("a person's")
    library.builds.mkdir(parents=True)
    (library.builds / "2025-01-01T00-00-00-abcd").symlink_to(elsewhere)
    for build in (ONE, TWO, THREE):
        put_into_service(library, build)
    assert (elsewhere / "thesis.txt").read_text() == "a person's"
    assert (library.builds / "2025-01-01T00-00-00-abcd").is_symlink()


@pytest.mark.fault("B17")
def test_an_old_build_that_cannot_be_removed_is_named_and_fails_no_new_one(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    put_into_service(library, ONE)
    put_into_service(library, TWO)

    def busy(*_: object, **__: object) -> None:
        raise OSError(16, "Device or resource busy")

    with monkeypatch.context() as patched:
        patched.setattr(publishing.shutil, "rmtree", busy)
        folder = library.builds / f".{THREE}.partial"
        folder.mkdir()
        manifest(build=THREE, previous=TWO).write(folder)
        publish(library, folder, THREE)
    assert current_build(library).name == THREE
    assert f"{ONE} cannot be removed (Device or resource busy)" in caplog.text
    put_into_service(library, FOUR)
    assert builds(library) == {THREE, FOUR}


@pytest.mark.fault("B17")
@pytest.mark.parametrize("is_there", [False, True])
def test_a_rollback_creates_nothing_where_there_is_no_library(library: Library, is_there: bool):
    if is_there:
        library.path.mkdir()
    with pytest.raises(LibraryError, match="rebuild-index"):
        rollback(library)
    assert library.path.exists() == is_there
    assert not is_there or not list(library.path.iterdir())


@pytest.mark.fault("B6")
def test_the_build_is_flushed_before_it_is_named_and_the_pointer_moves_last(
    library: Library, monkeypatch: pytest.MonkeyPatch
):
    steps = []
    real_tree, real_whole, real_rename = publishing.sync_tree, publishing.write_whole, Path.rename
    monkeypatch.setattr(publishing, "sync_tree", lambda folder: (steps.append("flush"), real_tree(folder)))
    monkeypatch.setattr(Path, "rename", lambda path, to: (steps.append("rename"), real_rename(path, to)))
    monkeypatch.setattr(
        publishing, "write_whole", lambda path, content: (steps.append(path.name), real_whole(path, content))
    )
    monkeypatch.setattr(publishing, "sync_folder", lambda folder: steps.append(f"flush {folder.name}"))
    put_into_service(library, ONE)
    assert steps == ["flush", "rename", "flush index", f"flush {library.path.name}", "current"]


@pytest.mark.fault("B2")
@pytest.mark.parametrize("point", ["sync_tree", "sync_folder", "write_whole"])
def test_a_failure_at_any_step_leaves_the_old_build_in_service(
    library: Library, monkeypatch: pytest.MonkeyPatch, point: str
):
    put_into_service(library, ONE)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(publishing, point, full)
        with pytest.raises(OSError, match="No space"):
            put_into_service(library, TWO)
    assert current_build(library).name == ONE
    assert current_manifest(library)
    put_into_service(library, THREE)
    assert current_build(library).name == THREE
    assert TWO not in builds(library)


def test_everybody_may_read_a_build_who_may_read_its_library(library: Library):
    library.builds.mkdir(parents=True)
    library.builds.chmod(0o755)
    put_into_service(library, ONE)
    folder = current_build(library) / "bm25"
    assert folder.stat().st_mode & 0o777 == 0o755
    assert (folder / "meta.json").stat().st_mode & 0o777 == 0o644


@pytest.mark.fault("B13")
def test_a_name_is_never_given_twice(library: Library, monkeypatch: pytest.MonkeyPatch):
    class Stopped(publishing.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 11, 22, 10, 4, 31, tzinfo=tz)

    monkeypatch.setattr(publishing, "datetime", Stopped)
    names = []
    for _ in range(3):
        names.append(new_build_name(library, "3f9c0000"))
        put_into_service(library, names[-1])
    assert names == ["2026-11-22T10-04-31-3f9c", "2026-11-22T10-04-31-3f9c-2", "2026-11-22T10-04-31-3f9c-3"]
    assert current_build(library).name == names[-1]


@pytest.mark.fault("B13")
def test_a_clock_that_jumps_back_and_forth_loses_no_build_and_no_order(
    library: Library, monkeypatch: pytest.MonkeyPatch
):
    names = []
    for year in (2026, 2016, 2096, 2026, 1970):

        class Jumped(publishing.datetime):
            @classmethod
            def now(cls, tz=None, year=year):
                return cls(year, 11, 22, 10, 4, 31, tzinfo=tz)

        monkeypatch.setattr(publishing, "datetime", Jumped)
        names.append(new_build_name(library, "3f9c0000"))
        put_into_service(library, names[-1])
        assert current_build(library).name == names[-1]
        assert builds(library) == set(names[-2:])
    assert rollback(library).build == names[-2]


def test_no_library_no_index_and_a_lost_index_each_name_the_command(library: Library):
    with pytest.raises(LibraryError, match=r"no library at .*my library(.|\n)*rebuild-index --sample"):
        current_build(library)
    library.path.mkdir()
    with pytest.raises(LibraryError, match=r"has no index yet(.|\n)*rebuild-index"):
        current_build(library)
    for name in ("gone", "", "../elsewhere", "."):
        library.pointer.write_text(name)
        with pytest.raises(LibraryError, match=r"is missing(.|\n)*rebuild-index"):
            current_build(library)
    assert current_manifest(library) is None


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path):
    written = dataclasses.replace(manifest(), newest=None, limit=3000, model="/models/mine")
    written.write(tmp_path)
    assert Manifest.read(tmp_path) == written
