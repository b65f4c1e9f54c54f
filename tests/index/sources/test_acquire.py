import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index.core.errors import LibraryLocked
from index.core.progress import Progress
from index.library.build_lock import building
from index.library.layout import Library
from index.sources.acquire import Acquisition, obtain
from index.sources.eutils import Pace
from index.sources.mirror import MirrorRequest
from index.sources.query_download import QueryDownloadRequest
from tests.index.sources.test_query_download import FakeEntrez
from tests.support.fakes.nlm_server import Answer, FakeNlm, Request, playing_nlm

FIRST = 900_000_001
ONE, TWO = "pubmed26n0001.xml.gz", "pubmed26n0002.xml.gz"


@pytest.fixture
def entrez() -> FakeEntrez:
    return FakeEntrez({FIRST + n: date(2020, 1, 1) for n in range(5)})


@pytest.fixture
def nlm(monkeypatch: pytest.MonkeyPatch, entrez: FakeEntrez) -> Iterator[FakeNlm]:
    """Two update files and five articles."""
    monkeypatch.setattr(Pace, "wait", lambda pace: None)
    with playing_nlm() as server:
        for name in (ONE, TWO):
            server.publish("updatefiles", name, b"\x1f\x8b of our own")
        server.relist("updatefiles")

        def answer(request: Request) -> Answer:
            if request.path.endswith(".fcgi"):
                return entrez(request)
            return Answer(server.files[request.path]) if request.path in server.files else Answer(status=404)

        server.answer = answer
        yield server


def acquire(nlm: FakeNlm, library: Library, *, folders: bool = True, query: str | None = "lemons") -> Acquisition:
    return obtain(
        library,
        folders=MirrorRequest(("updatefiles",), server=nlm.server) if folders else None,
        topic=QueryDownloadRequest(query, server=nlm.server) if query else None,
        progress=Progress(),
    )


def test_folders_and_topic_come_into_the_librarys_mirror_and_nowhere_else(nlm: FakeNlm, tmp_path: Path) -> None:
    library = Library(tmp_path)
    acquisition = acquire(nlm, library)
    assert acquisition.complete
    assert [path.name for path in acquisition.paths[:2]] == [ONE, TWO]
    assert all(path.is_relative_to(library.mirror) for path in acquisition.paths)
    assert {path.name for path in tmp_path.iterdir()} == {"mirror", "build.lock"}
    assert dict(acquisition.lines()) == {
        "mirror": "2 listed · 2 downloaded · 0 already here · 0 missing · 0 refused",
        "topic": "5 found · 5 stored · 0 missing · 0 unlisted, read as: read: lemons",
    }


def test_each_can_be_downloaded_alone(nlm: FakeNlm, tmp_path: Path) -> None:
    folders = acquire(nlm, Library(tmp_path / "a"), query=None)
    assert folders.topic is None
    assert len(folders.paths) == 2
    topic = acquire(nlm, Library(tmp_path / "b"), folders=False)
    assert topic.mirror is None
    assert len(topic.paths) == 1


@pytest.mark.fault("S6")
def test_missing_files_and_records_are_reported_to_people_and_programs(
    nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path
) -> None:
    nlm.faults[f"/updatefiles/{TWO}"] = [Answer(status=503)] * 4
    entrez.withheld = {FIRST + 1, FIRST + 3}
    acquisition = acquire(nlm, Library(tmp_path))
    assert not acquisition.complete
    assert [line for line in acquisition.lines() if line[0] == "missing"] == [
        ("missing", f"{TWO}: updatefiles/{TWO}: the server answered HTTP 503"),
        ("missing", f"no record of PMID {FIRST + 1}, {FIRST + 3}"),
    ]
    json_data = json.loads(json.dumps(acquisition.to_json()))
    assert [(Path(file["file"]).name, file["state"]) for file in json_data["mirror"]] == [
        (ONE, "downloaded"),
        (TWO, "missing"),
    ]
    assert json_data["topic"]["missing"] == [FIRST + 1, FIRST + 3]
    assert Path(json_data["topic"]["path"]).is_file()


@pytest.mark.fault("B7")
def test_a_second_run_says_who_holds_the_library(nlm: FakeNlm, tmp_path: Path) -> None:
    library = Library(tmp_path)
    with building(library), pytest.raises(LibraryLocked, match="is being built by process"):
        acquire(nlm, library)
    assert not nlm.requests


def test_a_long_list_of_gaps_is_cut_for_people_only(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    for number in range(10, 50):
        nlm.files[f"/updatefiles/pubmed26n{number:04}.xml.gz"] = b"published without an md5"
    nlm.relist("updatefiles")
    entrez.entered = {FIRST + n: date(2020, 1, 1) for n in range(40)}
    entrez.withheld = {FIRST + n for n in range(30)}
    acquisition = acquire(nlm, Library(tmp_path))
    lines = list(acquisition.lines())
    assert len(lines) == 1 + 20 + 1 + 1 + 1
    assert ("", "and 20 more files; --json names them all") in lines
    assert lines[-1][1].endswith(" and 10 more")
    assert sum(file["state"] == "missing" for file in acquisition.to_json()["mirror"]) == 40
