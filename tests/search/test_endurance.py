"""One searcher for long, for many, beside builds, and after a fork."""

import gc
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from index.core.errors import LibraryError
from index.library.layout import Library
from index.store.article_store import ArticleStore
from search import Searcher
from tests.support.builds.killed_builds import COUNT, build, record, records, small_builds
from tests.support.builds.steady_searcher import searching
from tests.support.records.pubmed_xml import write_articles

SLACK_MB = 4  # what memory may grow by in 500 searches: the allocator's own coming and going


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    build(library, write_articles(tmp_path / "pubmed21n0001.xml.gz", records()))
    return library


@pytest.mark.fault("B8", "Q10")
@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.long)])
def test_sixteen_threads_share_one_searcher_while_the_library_is_built_again_and_again(
    library: Library, tmp_path: Path, seconds: int
):
    started, published = time.monotonic(), []
    with searching(library, threads=16) as seen:
        while time.monotonic() - started < seconds or not published:
            number = len(published) + 2
            update = [record(number % COUNT, title=f"A new story of edition{number}", revised=f"{2020 + number}-01-01")]
            newer = write_articles(tmp_path / f"pubmed21n{number:04d}.xml.gz", update)
            published.append(build(library, newer).manifest.build)
    assert published[-1] in seen.builds
    assert seen.searches > 16


def search_in_a_fork(pubmed: Searcher, outcome: multiprocessing.SimpleQueue) -> None:
    try:
        pubmed.search("number7 of topic3")
        outcome.put("searched")
    except LibraryError as error:
        outcome.put(str(error))
    pubmed.close()


@pytest.mark.fault("B20")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_of_a_process_that_searches_gets_a_stated_error_and_harms_nothing(library: Library):
    context = multiprocessing.get_context("fork")
    outcome = context.SimpleQueue()
    with small_builds(), Searcher.open(library.path) as pubmed:
        before = pubmed.search("number7 of topic3").hits
        # Another thread holds the lock in this moment; the fork's copy of it is held for ever.
        with pubmed._reopening:
            child = context.Process(target=search_in_a_fork, args=(pubmed, outcome))
            child.start()
        child.join(60)
        assert child.exitcode == 0
        assert f"opened in process {os.getpid()}" in (error := outcome.get())
        assert 'multiprocessing.get_context("spawn")' in error
        assert pubmed.search("number7 of topic3").hits == before


@pytest.mark.fault("B20")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_store_that_was_opened_before_a_fork_is_not_read_in_it(library: Library):
    context = multiprocessing.get_context("fork")
    outcome = context.SimpleQueue()

    def read(store: ArticleStore) -> None:
        try:
            outcome.put(str(store.count()))
        except LibraryError as error:
            outcome.put(str(error))
        store.close()

    with ArticleStore.open(library.store) as store:
        child = context.Process(target=read, args=(store,))
        child.start()
        child.join(60)
        assert f"opened in process {os.getpid()}" in outcome.get()
        assert store.count() == COUNT


def memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("searches", [100, pytest.param(500, marks=pytest.mark.long)])
def test_five_hundred_searches_take_no_more_memory_than_the_first(library: Library, searches: int):
    def search(pubmed: Searcher, number: int) -> None:
        pubmed.search(f"number{number % 97} of topic{number % 5} word{number}", limit=40)

    with small_builds(), Searcher.open(library.path) as pubmed:
        for number in range(100):
            search(pubmed, number)
        gc.collect()
        before = memory_mb()
        for number in range(searches):
            search(pubmed, 100 + number)
        gc.collect()
        assert memory_mb() - before < SLACK_MB


@pytest.mark.fault("B3")
def test_an_index_that_is_closed_gives_its_files_back_at_once(library: Library):
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    with small_builds():
        with Searcher.open(library.path) as pubmed:
            pubmed.search("number7")
        del pubmed
        gc.collect()
        before = descriptors()
        gc.disable()
        try:
            for _ in range(3):
                with Searcher.open(library.path) as pubmed:
                    pubmed.search("number7")
                    pubmed.search("number7", years=(2001, 2005))
                del pubmed
            assert descriptors() == before
        finally:
            gc.enable()


@pytest.mark.fault("B3", "B8")
def test_a_new_index_that_could_not_be_opened_is_tried_again_after_a_while(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    update = [record(3, title="A new story", revised="2022-01-01")]
    newer = write_articles(tmp_path / "pubmed21n0002.xml.gz", update)
    with small_builds(), Searcher.open(library.path) as pubmed:
        served = pubmed.corpus().build
        published = build(library, newer).manifest.build

        def none_left(*_: object, **__: object) -> None:
            raise OSError(24, "Too many open files")

        with monkeypatch.context() as patched:
            patched.setattr("search.serving.open_build.OpenBuild.open", none_left)
            assert pubmed.search("story").build == served
        assert pubmed.search("story").build == served, "at once it is not tried again"
        monkeypatch.setattr("search.serving.open_library.RETRY_S", 0.0)
        assert pubmed.search("story").build == published
