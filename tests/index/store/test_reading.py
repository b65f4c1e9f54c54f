"""Whoever may not write beside the store reads what its owner has, or a reason: never another number."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from index.core.errors import LibraryError
from index.library.layout import Library
from index.store import reading
from index.store.article_store import ArticleStore
from index.store.reading import open_to_read
from tests.support.builds.other_user import readable_by_all, run_as_reader, start_as_reader
from tests.support.builds.store_helpers import apply, snapshot
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, deletion_xml, write_articles

P = FIRST_PMID
COUNT = """
with ArticleStore.open(library.store) as store:
    print(store.count(), len(list(store)))
print(*verify_store(library.store) or ["sound"])
"""


@pytest.fixture
def library() -> Iterator[Library]:
    """A store of 58 articles that every user may read."""
    with readable_by_all() as folder:
        library = Library(folder / "library")
        apply(library, write_articles(folder / "pubmed25n0001.xml", [article_xml(P + number) for number in range(58)]))
        yield library


def delete_twenty(library: Library) -> None:
    apply(library, write_articles(library.path.parent / "pubmed25n0002.xml", [deletion_xml(range(P, P + 20))]))


def without_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "is_writable", lambda _: False)


@pytest.mark.fault("B20")
def test_a_reader_who_may_not_write_counts_what_is_in_the_owners_log_only(library: Library):
    with ArticleStore.open(library.store, write=True) as owner:
        delete_twenty(library)
        assert owner.count() == 38
        before = snapshot(library.path)
        assert run_as_reader(COUNT, library.path) == "38 38\nsound"
        assert snapshot(library.path).keys() == before.keys()


@pytest.mark.fault("B20")
def test_a_reader_who_may_not_write_reads_a_store_that_nobody_has_open_and_creates_nothing(library: Library):
    before = snapshot(library.path)
    assert run_as_reader(COUNT, library.path) == "58 58\nsound"
    assert snapshot(library.path) == before


@pytest.mark.fault("B20")
def test_a_log_that_a_killed_owner_left_is_read(library: Library, tmp_path):
    left_by_kill(library)
    assert run_as_reader(COUNT, library.path) == "38 38\nsound"


@pytest.mark.fault("B20")
def test_a_log_that_cannot_be_read_is_a_reason_with_a_way_out_and_no_wrong_number(library: Library):
    left_by_kill(library)
    library.store.with_name("articles.sqlite-shm").unlink()
    output = run_as_reader(COUNT, library.path)
    assert output.startswith("LibraryError The newest articles of")
    assert f"rebuild-index --status --library {library.path}" in output
    with ArticleStore.open(library.store) as owner:  # what the command does
        assert owner.count() == 38
    assert run_as_reader(COUNT, library.path) == "38 38\nsound"


def left_by_kill(library: Library) -> None:
    """Leave the files as a kill of the owner does: 20 deletions are in the log only."""
    kept = library.path.parent / "kept"
    kept.mkdir()
    with ArticleStore.open(library.store, write=True):
        delete_twenty(library)
        for path in library.path.glob("articles.sqlite*"):
            shutil.copy2(path, kept)
    for path in kept.iterdir():
        shutil.copy2(path, library.path)


@pytest.mark.fault("B20")
def test_a_reader_who_may_not_write_sees_what_the_owner_writes_while_it_reads(library: Library):
    code = """
store = ArticleStore.open(library.store)
print(store.count(), flush=True)
for line in open(library.path / "steps"):
    print(store.count(), flush=True)
"""
    os.mkfifo(library.path / "steps")
    (library.path / "steps").chmod(0o644)
    with start_as_reader(code, library.path) as reader:
        assert reader.stdout
        assert reader.stdout.readline() == "58\n"
        with (library.path / "steps").open("w", buffering=1) as steps:
            with ArticleStore.open(library.store, write=True):
                delete_twenty(library)
                steps.write("the owner has the store open\n")
                assert reader.stdout.readline() == "38\n"
            steps.write("the owner has closed it\n")
            assert reader.stdout.readline() == "38\n"


@pytest.mark.fault("B20")
def test_a_store_that_its_owner_changes_during_a_read_is_a_reason_and_the_next_read_is_right(
    library: Library, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patched:
        without_permission(patched)
        store = ArticleStore.open(library.store)
    with store:
        articles = store.iterate()
        next(articles)
        delete_twenty(library)  # and closes: the log is merged into the file
        with pytest.raises(LibraryError, match="changed by its owner"):
            list(articles)
        assert store.count() == 38


@pytest.mark.fault("B3", "B20")
def test_a_store_without_room_for_side_files_is_read(library: Library, monkeypatch: pytest.MonkeyPatch):
    real = reading.connect

    def no_room(path, mode, kind):
        if "mode=rw" in mode:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
            raise error
        return real(path, mode, kind)

    monkeypatch.setattr(reading, "connect", no_room)
    with ArticleStore.open(library.store) as store:
        assert store.count() == 58
    with closing(open_to_read(library.store)) as connection:
        assert connection.frozen


@pytest.mark.fault("B3")
def test_no_descriptor_for_the_store_is_named_as_that(library: Library):
    output = run_as_reader(
        """
held = os.listdir("/proc/self/fd")
resource.setrlimit(resource.RLIMIT_NOFILE, (len(held) - 1, 4096))
ArticleStore.open(library.store)
""",
        library.path,
    )
    assert output.startswith(f"ResourceError {library.store} cannot be used: this process may have")
    assert "ulimit -n" in output
