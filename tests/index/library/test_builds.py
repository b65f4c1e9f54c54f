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
    put_into_service(library, "one")
    assert current_build(library) == library.builds / "one"
    assert current_manifest(library) == manifest(build="one")


def test_the_build_before_stays_and_older_ones_go(library: Library):
    for name in ("one", "two", "three"):
        put_into_service(library, name)
    assert builds(library) == {"two", "three"}


def test_a_rollback_puts_the_build_before_back(library: Library):
    for name in ("one", "two"):
        put_into_service(library, name)
    assert rollback(library).build == "one"
    assert current_build(library).name == "one"
    with pytest.raises(LibraryError, match="has no index from before one"):
        rollback(library)
    put_into_service(library, "three")
    assert builds(library) == {"one", "three"}


def test_a_rollback_waits_for_no_build_and_disturbs_none(library: Library):
    for name in ("one", "two"):
        put_into_service(library, name)
    with building(library), pytest.raises(LibraryError, match="is being built"):
        rollback(library)
    assert current_build(library).name == "two"


@pytest.mark.fault("B8")
def test_a_reader_of_the_old_build_can_keep_reading_it(library: Library):
    put_into_service(library, "one")
    with (current_build(library) / "bm25" / "meta.json").open() as reader:
        for name in ("two", "three"):
            put_into_service(library, name)
        assert reader.read() == "{}"


def test_a_failed_build_leaves_nothing_and_the_old_one_in_service(library: Library):
    put_into_service(library, "one")
    with pytest.raises(OSError, match="disk"), temporary_build(library, "two"):
        raise OSError("disk")
    assert builds(library) == {"one"}


def test_the_next_build_removes_what_a_killed_build_left(library: Library):
    leftover = library.builds / ".dead.partial"
    leftover.mkdir(parents=True)
    (leftover / "embeddings").write_bytes(b"half")
    put_into_service(library, "one")
    assert builds(library) == {"one"}


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
    put_into_service(library, "one")
    assert steps == ["flush", "rename", "flush index", f"flush {library.path.name}", "current"]


@pytest.mark.fault("B2")
@pytest.mark.parametrize("point", ["sync_tree", "sync_folder", "write_whole"])
def test_a_failure_at_any_step_leaves_the_old_build_in_service(
    library: Library, monkeypatch: pytest.MonkeyPatch, point: str
):
    put_into_service(library, "one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(publishing, point, full)
        with pytest.raises(OSError, match="No space"):
            put_into_service(library, "two")
    assert current_build(library).name == "one"
    assert current_manifest(library)
    put_into_service(library, "three")
    assert current_build(library).name == "three"
    assert "two" not in builds(library)


def test_everybody_may_read_a_build_who_may_read_its_library(library: Library):
    library.builds.mkdir(parents=True)
    library.builds.chmod(0o755)
    put_into_service(library, "one")
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
