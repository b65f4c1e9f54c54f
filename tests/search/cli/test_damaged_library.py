"""The commands on a library of which one file is damaged: each says which, and none ends in a traceback."""

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import index.cli
import search.cli.main
from index.core.errors import LibraryError
from index.core.progress import SILENT
from index.lexical.mesh import Mesh
from index.lexical.mesh_loader import load_mesh
from index.library.build_files import check_files
from index.library.builds import current_build
from index.library.layout import Library
from index.library.manifest import Manifest
from index.store.article_store import ArticleStore
from search.recording.saved_searches import SavedSearches
from search.serving.library_status import running_build
from tests.support.builds.killed_builds import build, records, small_builds
from tests.support.records.pubmed_xml import write_articles

DEEP = b"[" * 100_000


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("sound")
    library = Library(folder / "library")
    build(library, write_articles(folder / "pubmed21n0001.xml.gz", records(range(300))))
    (folder / "mesh.tsv").write_text(
        "ui\tname\tentry_terms\ttree_numbers\n"
        + "".join(
            f"D{number:06}\tHeading {number}\tTerm {number}|Other {number}\tC01.{number:03}\n" for number in range(500)
        )
    )
    load_mesh(folder / "mesh.tsv", library.mesh, progress=SILENT)
    return library


@pytest.fixture
def library(sound: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shutil.copytree(sound.path, tmp_path / "library")
    return Library(tmp_path / "library")


def overwrite_pages(path: Path, first: int = 1) -> None:
    """Overwrite every page of an SQLite file from `first` on, and leave its head."""
    content = path.read_bytes()
    size = int.from_bytes(content[16:18])
    path.write_bytes(content[: first * size] + b"\xff" * (len(content) - first * size))


def is_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Library], object]] = {
    "current is not UTF-8": lambda library: library.pointer.write_bytes(b"\xff\xfe\n"),
    "current is too long": lambda library: library.pointer.write_bytes(b"x" * 100_000),
    "current holds a NUL": lambda library: library.pointer.write_bytes(b"a\0b"),
    "current leads out": lambda library: library.pointer.write_bytes(b"..\n"),
    "current is empty": lambda library: library.pointer.write_bytes(b""),
    "current is a folder": lambda library: is_a_folder(library.pointer),
    "the manifest is nested deep": lambda library: (current_build(library) / "manifest.json").write_bytes(DEEP),
    "the store's pages": lambda library: overwrite_pages(library.store),
    "the store's head": lambda library: library.store.write_bytes(b"\xff" * 100_000),
}


def search_it(library: Library, *options: str) -> int:
    return search.cli.main.main(["number3", "--library", str(library.path), *options])


def index_it(library: Library, *options: str) -> int:
    return index.cli.main(["--library", str(library.path), *options])


@pytest.mark.fault("B21")
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    "run",
    [search_it, lambda library: search_it(library, "--ris"), lambda library: index_it(library, "--verify")],
    ids=["search", "export", "verify"],
)
def test_a_damaged_file_is_named(damage: str, run: Callable[[Library], int], library: Library, capsys):
    DAMAGES[damage](library)
    with small_builds():
        assert run(library) == 1
    out, err = capsys.readouterr()
    assert "unexpected" not in err
    assert str(library.path) in out + err
    assert "rebuild-index" in out + err


@pytest.mark.fault("B21")
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("options", [["--status"], ["--rollback"], []], ids=["status", "rollback", "rebuild"])
def test_no_damage_ends_in_a_traceback(damage: str, options: list[str], library: Library, capsys):
    DAMAGES[damage](library)
    with small_builds():
        assert index_it(library, *options) in {0, 1}
    assert "unexpected" not in capsys.readouterr().err


@pytest.mark.fault("B21")
def test_a_damaged_fast_field_is_no_traceback(library: Library, capsys):
    for path in current_build(library).rglob("*.fast"):
        path.write_bytes(b"\xff" * path.stat().st_size)
    with small_builds():
        status = search_it(library)
    out, err = capsys.readouterr()
    assert (status, out, "Traceback" in err) == (1, "", False)


@pytest.mark.fault("B21")
@pytest.mark.parametrize(
    "holder",
    [
        b'{"pid": 1%s, "host": "HOST", "since": ""}' % (b"0" * 30),
        b'{"pid": -1%s, "host": "HOST", "since": ""}' % (b"0" * 30),
        b'{"pid": "x", "host": "HOST", "since": ""}',
        DEEP,
        b"\xff",
    ],
)
def test_a_lock_that_names_no_process_is_nobodys(holder: bytes, library: Library):
    import socket

    library.lock.write_bytes(holder.replace(b"HOST", socket.gethostname().encode()))
    assert running_build(library) is None


@pytest.mark.fault("B21")
def test_progress_that_cannot_be_read_is_none(library: Library):
    from index.core.progress import read_stage

    library.progress.write_bytes(DEEP)
    assert read_stage(library.progress) is None


@pytest.mark.fault("B21")
def test_a_saved_search_and_a_record_nested_deep_are_named(library: Library, capsys, caplog):
    library.searches.mkdir(parents=True)
    saved = library.searches / "0123456789abcdef.json"
    saved.write_bytes(DEEP)
    assert SavedSearches(library).all() == ()
    assert str(saved) in caplog.text
    assert search.cli.main.main(["--replay", str(saved), "--library", str(library.path)]) == 1
    assert "is not a search record" in capsys.readouterr().err


@pytest.mark.fault("B21")
def test_damaged_pages_of_the_vocabulary_are_named(library: Library):
    overwrite_pages(library.mesh)
    with Mesh.open(library.mesh) as mesh, pytest.raises(LibraryError, match=r"mesh.sqlite is damaged(.|\n)*--mesh"):
        mesh.named(["heading 3"])


@pytest.mark.fault("B21")
def test_a_store_that_breaks_while_it_is_read_is_named(library: Library):
    with closing(ArticleStore.open(library.store)) as store:
        overwrite_pages(library.store)
        with pytest.raises(LibraryError, match=r"articles\.sqlite is damaged"):
            list(store.iterate())


@pytest.mark.fault("B21")
@pytest.mark.parametrize("damaged", [False, True])
def test_few_descriptors_never_make_a_sound_index_a_damaged_one(damaged: bool, library: Library):
    from index.core.errors import ResourceError
    from index.engine.search_index import SearchIndex
    from tests.support.limits import few_descriptors

    folder = current_build(library)
    with small_builds():
        SearchIndex.open(folder)  # imports open files too
        if damaged:
            (folder / "embeddings").write_bytes(b"none")
            with pytest.raises(LibraryError, match="is damaged"):
                SearchIndex.open(folder)
            return
        for spare in range(3):
            with few_descriptors(spare), pytest.raises(ResourceError, match="files open at a time"):
                SearchIndex.open(folder)
        manifest = Manifest.read(folder)
        with few_descriptors(0), pytest.raises(ResourceError, match="files open at a time"):
            check_files(folder, manifest.files)
        with few_descriptors(1), pytest.raises(ResourceError, match="files open at a time"):
            ArticleStore.open(library.store)


@pytest.mark.fault("B21")
def test_numbers_that_no_list_has_are_refused_or_mean_all(library: Library, capsys):
    huge = str(10**30)
    for options in (["--limit", huge], ["--pmid", huge], ["--pmid", "-1"], ["--recency", "1e400"], ["--years", huge]):
        with pytest.raises(SystemExit, match="2"):
            search_it(library, *options)
    for words in (["similar", huge], ["similar", "1", "--unlike", huge]):
        with pytest.raises(SystemExit, match="2"):
            search.cli.main.main(words)
    with pytest.raises(SystemExit, match="2"):
        index_it(library, "--limit", huge)
    capsys.readouterr()
    from index.core.errors import QueryError
    from search import Searcher

    with small_builds(), Searcher.open(library.path) as searcher:
        assert len(searcher.search("number3", limit=10**30, whole=True).hits) == 300
        assert searcher.search("number3", limit=10**30, offset=10**30, whole=True).hits == ()
        assert sum(1 for _ in searcher.export("number3", "jsonl", limit=10**30, whole=True)) >= 300
        assert searcher.article(10**30) is None
        with pytest.raises(QueryError, match="is not a PMID"):
            searcher.search("number3", pmids=[10**30])
        with pytest.raises(QueryError):
            searcher.similar([10**30])
        assert list(searcher.export([10**30], "jsonl")) == []
        assert (
            json.loads(json.dumps(searcher.record("number3", limit=10**30, whole=True).to_json()))["listed"]["total"]
            == 300
        )
