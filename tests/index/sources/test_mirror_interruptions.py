"""A mirror on a full disk, and one that is interrupted."""

import shutil
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.core.errors import LibraryError
from index.core.progress import Bar, Progress
from index.sources.mirror import MirrorRequest, mirror
from tests.index.sources.test_mirror import FIRST, nlm, run
from tests.support.fakes.nlm_server import FakeNlm

__all__ = ["nlm"]  # the fixture

Usage = namedtuple("Usage", "total used free")


def test_a_disk_too_small_is_reported_before_anything_is_downloaded(
    nlm: FakeNlm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, 1000))
    with pytest.raises(LibraryError, match=r"need 0\.0 GB, but .* has 0\.0 GB free"):
        run(nlm, tmp_path)
    assert not nlm.asked(f"/baseline/{FIRST}")


def test_a_disk_with_room_for_the_rest_is_enough(nlm: FakeNlm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(nlm, tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, 0))
    assert not run(nlm, tmp_path).gaps


@pytest.mark.fault("B2")
def test_a_disk_that_fills_up_ends_the_run_with_the_file_it_happened_at(
    nlm: FakeNlm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(LibraryError, match=r"pubmed26n000\d\.xml\.gz cannot be written: No space left on device"):
        run(nlm, tmp_path)


def test_an_interrupted_run_stops_at_once_and_keeps_what_came(nlm: FakeNlm, tmp_path: Path) -> None:
    for number in range(10, 60):
        nlm.publish("baseline", f"pubmed26n{number:04}.xml.gz", nlm.files[f"/baseline/{FIRST}"])
    nlm.relist("baseline")

    class Interrupted(Progress):
        def update(self, n: float = 1) -> None:
            raise KeyboardInterrupt

        @contextmanager
        def bar(self, what: str, total: int | None, unit: str) -> Iterator[Bar]:
            yield self

    request = MirrorRequest(("baseline",), server=nlm.server)
    with pytest.raises(KeyboardInterrupt):
        mirror(tmp_path, request=request, progress=Interrupted())
    assert len([sent for sent in nlm.requests if sent.path.endswith(".xml.gz")]) < 20
    assert list(tmp_path.rglob("*.part"))
    assert not list(tmp_path.rglob("*.xml.gz"))
    assert len(mirror(tmp_path, request=request, progress=Progress()).paths) == 52
