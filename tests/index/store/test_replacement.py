"""A store takes the place of another: whatever happens, one of the two is there, whole, with all that was committed."""

import multiprocessing
import os
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import ForkServerContext
from pathlib import Path
from unittest import mock

import pytest

from index.core.errors import LibraryError, LibraryLocked
from index.library.layout import Library
from index.store import replacement
from index.store.article_store import ArticleStore
from index.store.replacement import replace_store
from index.store.store_check import verify_store
from tests.support.builds.store_helpers import apply
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, write_articles

P = FIRST_PMID
STEPS = 15  # the step after the last: nothing is killed
KILLABLE = (
    *((os, name) for name in ("unlink", "fsync", "replace", "open", "close", "stat")),
    (sqlite3, "connect"),
    (replacement, "closing"),
)


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["index.ingest.ingest", "tests.index.store.test_replacement"])
    return context


@pytest.fixture
def old(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    apply(library, write_articles(tmp_path / "pubmed25n0001.xml", [article_xml(P), article_xml(P + 1)]))
    return library


@pytest.fixture
def new(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library" / ".fresh")
    apply(library, write_articles(tmp_path / "pubmed26n0001.xml", [article_xml(P + 7)]))
    return library


def pmids(library: Library) -> list[int]:
    with ArticleStore.open(library.store) as store:
        return [article.pmid for article in store]


def test_the_new_store_stands_where_the_old_one_was(old: Library, new: Library):
    replace_store(old.store, new.store)
    assert pmids(old) == [P + 7]
    assert not new.store.exists()
    assert sorted(path.name for path in old.path.iterdir()) == [".fresh", "articles.sqlite"]


def killed_replacement(step: int, old: Path, new: Path, log_only: Path) -> None:
    """Replace a store whose last article is in its log only, and die before the system call of that number."""
    apply(Library(old.parent), log_only)  # a reader below keeps the log: it is not merged when this closes
    calls = [0]

    def killing(function):
        def call(*args, **keywords):
            calls[0] += 1
            if calls[0] == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **keywords)

        return call

    for owner, name in KILLABLE:
        mock.patch.object(owner, name, killing(getattr(owner, name))).start()
    replace_store(old, new)


@pytest.mark.fault("B1", "B20")
@pytest.mark.parametrize("step", [*range(1, 15), STEPS])
def test_killed_at_any_step_the_old_store_or_the_new_one_is_there_with_every_article(
    processes: ForkServerContext, old: Library, new: Library, tmp_path: Path, step: int
):
    late = write_articles(tmp_path / "pubmed25n0002.xml", [article_xml(P + 2)])
    with ArticleStore.open(old.store) as reader:
        reader.count()
        process = processes.Process(target=killed_replacement, args=(step, old.store, new.store, late))
        process.start()
        process.join(60)
        assert process.exitcode == (0 if step == STEPS else -signal.SIGKILL), "take more or fewer steps"
        found = pmids(old)
        assert found in ([P, P + 1, P + 2], [P + 7])
        assert verify_store(old.store) == ()
        if step == STEPS:
            assert found == [P + 7]
    assert pmids(old) == found
    assert verify_store(old.store) == ()


@pytest.mark.fault("B8", "B20")
def test_those_who_read_the_old_store_go_on_and_harm_the_new_one_by_nothing(old: Library, new: Library, tmp_path: Path):
    with ArticleStore.open(old.store) as reader:
        assert reader.count() == 2
        replace_store(old.store, new.store)
        late = write_articles(tmp_path / "pubmed26n0002.xml", [article_xml(P + 8)])
        with ArticleStore.open(old.store, write=True):
            apply(old, late)
            assert reader.count() == 2
            assert pmids(old) == [P + 7, P + 8]
            reader.close()
            assert pmids(old) == [P + 7, P + 8]
    assert pmids(old) == [P + 7, P + 8]
    assert verify_store(old.store) == ()


@pytest.mark.fault("B8", "B20")
def test_those_who_open_the_store_meanwhile_see_one_or_the_other(old: Library, new: Library, tmp_path: Path):
    spare = new.store.read_bytes()

    def read_often() -> set[tuple[int, ...]]:
        return {tuple(pmids(old)) for _ in range(60)}

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read_often) for _ in range(4)]
        while not all(reader.done() for reader in readers):
            new.store.write_bytes(spare)
            replace_store(old.store, new.store)
        seen = set().union(*(reader.result() for reader in readers))
    assert seen <= {(P, P + 1), (P + 7,)}
    assert verify_store(old.store) == ()


@pytest.mark.fault("B20")
def test_a_store_that_somebody_reads_without_end_is_not_replaced(
    old: Library, new: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(replacement, "BUSY_TIMEOUT_S", 0.1)
    with ArticleStore.open(old.store) as reader:
        export = iter(reader)
        next(export)
        apply(old, write_articles(tmp_path / "pubmed25n0002.xml", [article_xml(P + 2)]))
        with pytest.raises(LibraryLocked, match=r"an export for instance(.|\n)*run the same command again"):
            replace_store(old.store, new.store)
        assert len(list(export)) == 1
    assert pmids(old) == [P, P + 1, P + 2]
    replace_store(old.store, new.store)
    assert pmids(old) == [P + 7]


@pytest.mark.fault("B2")
def test_a_disk_that_refuses_the_rename_leaves_the_old_store(
    old: Library, new: Library, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(LibraryError, match="No space left on device"):
            replace_store(old.store, new.store)
    assert pmids(old) == [P, P + 1]


@pytest.mark.parametrize("content", [None, b"", b"no database at all " * 999])
def test_a_store_that_is_missing_or_damaged_is_replaced(old: Library, new: Library, content: bytes | None):
    old.store.unlink()
    if content is not None:
        old.store.write_bytes(content)
        old.store.with_name("articles.sqlite-journal").write_bytes(b"left by a kill")
    replace_store(old.store, new.store)
    assert pmids(old) == [P + 7]
    assert verify_store(old.store) == ()
