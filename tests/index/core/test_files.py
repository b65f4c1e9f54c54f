"""A file is complete or absent."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.core import files
from index.core.files import remove_leftovers, size_of, sync_tree, write_whole


def test_a_file_is_written_and_nothing_stays_beside_it(tmp_path: Path):
    write_whole(tmp_path / "current", b"one")
    write_whole(tmp_path / "current", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("current", b"two")]


@pytest.mark.fault("B2")
def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_whole(tmp_path / "current", b"one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "current", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("current", b"one")]


@pytest.mark.fault("B6")
def test_the_file_is_flushed_before_it_is_renamed_and_its_folder_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    steps = []
    fsync, replace = files.os.fsync, Path.replace
    monkeypatch.setattr(files.os, "fsync", lambda number: (steps.append("flush"), fsync(number)))
    monkeypatch.setattr(Path, "replace", lambda path, to: (steps.append("rename"), replace(path, to)))
    write_whole(tmp_path / "current", b"one")
    assert steps == ["flush", "rename", "flush"]


@pytest.mark.fault("B6")
def test_every_file_and_folder_of_a_tree_is_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "deep" / "deeper" / "file").write_bytes(b"12345")
    (tmp_path / "file").write_bytes(b"123")
    flushed = []
    monkeypatch.setattr(files.os, "fsync", flushed.append)
    sync_tree(tmp_path)
    assert len(flushed) == 5
    assert size_of(tmp_path) == 8
    assert size_of(tmp_path / "nowhere") == 0


def write_often(path: Path, letter: str) -> None:
    for _ in range(25):
        write_whole(path, letter.encode() * 100_000)


@pytest.mark.fault("B19")
def test_eight_threads_that_write_one_file_lose_nothing_and_every_reader_sees_one_whole(tmp_path: Path):
    path = tmp_path / "current"
    write_often(path, "x")
    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write_often, path, letter) for letter in "abcdefgh"]
        while not all(writer.done() for writer in writers):
            content = path.read_bytes()
            assert len(content) == 100_000
            assert len(set(content)) == 1
        assert [writer.exception() for writer in writers] == [None] * 8
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.fault("B19")
def test_cleaning_up_takes_no_file_that_is_being_written(tmp_path: Path):
    path = tmp_path / "current"
    (tmp_path / ".pubmed-0123456789abcdef.partial").write_text("left by a killed writer")
    ended = threading.Event()

    def clean() -> None:
        while not ended.is_set():
            remove_leftovers(tmp_path)

    with ThreadPoolExecutor(2) as pool:
        cleaners = [pool.submit(clean) for _ in range(2)]
        write_often(path, "a")
        ended.set()
        for cleaner in cleaners:
            cleaner.result()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.fault("B19")
def test_a_name_as_long_as_the_system_allows_can_be_written(tmp_path: Path):
    path = tmp_path / ("n" * 255)
    write_whole(path, b"one")
    assert path.read_bytes() == b"one"


def test_a_stop_while_writing_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "current"
    write_whole(path, b"one")
    monkeypatch.setattr(files.os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"two")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("current", b"one")]


@pytest.mark.fault("B3")
def test_without_a_descriptor_for_the_folder_the_old_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "current"
    write_whole(path, b"one")

    def none_left(*_: object) -> int:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(files.os, "open", none_left)
        with pytest.raises(OSError, match="Too many open files"):
            write_whole(path, b"two")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("current", b"one")]
