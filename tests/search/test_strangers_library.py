"""A library from somebody else: code and pickles that lie in a build do nothing when it is searched."""

import json
import pickle
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from index.command_line.boundary import panics_as_errors
from index.library.builds import current_build
from index.library.layout import Library
from search import Searcher
from tests.index.embedding.test_nothing_runs import Payload, code
from tests.support.builds.killed_builds import build, records, small_builds
from tests.support.records.pubmed_xml import write_articles


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("sound")
    build(Library(folder / "library"), write_articles(folder / "pubmed21n0001.xml.gz", records()))
    return Library(folder / "library")


@pytest.mark.fault("S4")
@pytest.mark.parametrize(
    "configuration",
    [
        {"path": "evil", "method": "evil.Evil", "vectors": {"trust_remote_code": True}},
        {"path": ".", "method": "sentence-transformers", "vectors": {"trust_remote_code": True}},
        {"backend": "evil.Evil", "database": "evil.Evil", "scoring": "evil.Evil", "functions": ["evil.run"]},
    ],
)
def test_txtais_configuration_chooses_nothing(configuration: dict, sound: Library, tmp_path: Path, monkeypatch):
    marker = tmp_path / "marker"
    library = Library(tmp_path / "library")
    shutil.copytree(sound.path, library.path)
    folder = current_build(library)
    (folder / "config.json").write_text(json.dumps(configuration))
    (folder / "evil.py").write_text(code(marker))
    (folder / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]))
    monkeypatch.chdir(folder)
    search_whatever_opens(library)
    assert not marker.exists()


@pytest.mark.fault("S4")
def test_a_pickle_in_place_of_any_file_is_never_loaded(sound: Library, tmp_path: Path):
    marker = tmp_path / "marker"
    names = [path.relative_to(sound.path) for path in sorted(sound.path.rglob("*")) if path.is_file()]
    assert len(names) > 50
    library = Library(tmp_path / "library")
    shutil.copytree(sound.path, library.path)
    for name in [*names, current_build(sound).relative_to(sound.path) / "config"]:
        path = library.path / name
        before = path.read_bytes() if path.exists() else None
        path.write_bytes(pickle.dumps(Payload(marker)))
        search_whatever_opens(library)
        assert not marker.exists(), name
        path.unlink() if before is None else path.write_bytes(before)


def search_whatever_opens(library: Library) -> None:
    # Whether it opens is not asked here, only what runs.
    with suppress(Exception), panics_as_errors(), small_builds(), Searcher.open(library.path) as searcher:
        searcher.search("number3")
