"""A file is complete or absent."""

from pathlib import Path

import pytest

from index.core import files
from index.core.files import size_of, sync_tree, write_whole


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
