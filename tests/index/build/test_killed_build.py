"""SIGKILL at any moment: the index in service answers, the next run goes on, and the end is the same."""

import multiprocessing
import signal
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from index.embedding.sentence_codes import CODE
from index.engine.search_index import SearchIndex
from index.library.builds import current_build, current_manifest
from index.library.layout import Library
from index.store.article_store import ArticleStore
from index.store.store_check import verify_store
from tests.support.builds.killed_builds import (
    COUNT,
    FROM_SCRATCH_MOMENTS,
    MODELS,
    MOMENTS,
    SMALL_BATCH,
    build,
    killed_build,
    record,
    records,
)
from tests.support.builds.steady_searcher import searching
from tests.support.fakes.fake_encoder import FakeEncoder
from tests.support.records.pubmed_xml import FIRST_PMID, write_articles

BEFORE_PUBLISHED = [moment for moment in MOMENTS if moment != "after the pointer has moved"]


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that start from one that has imported everything already: each costs a tenth of a second."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["index.engine.index_writer", "tests.support.builds.killed_builds"])
    return context


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_articles(tmp_path_factory.mktemp("source") / "pubmed21n0001.xml.gz", records())


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Library:
    library = Library(tmp_path_factory.mktemp("uninterrupted"))
    build(library, source)
    return library


def kill(processes: ForkServerContext, moment: str, library: Library, source: Path) -> None:
    process = processes.Process(target=killed_build, args=(moment, library.path, source))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL


def shard_bytes(library: Library) -> dict[str, bytes]:
    return {
        str(path.relative_to(library.vectors)): path.read_bytes() for path in library.vectors.rglob("*.safetensors")
    }


def file_times(library: Library) -> dict[str, tuple[int, int]]:
    """Return which file each shard is and when it was written."""
    return {
        str(path.relative_to(library.vectors)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in library.vectors.rglob("*.safetensors")
    }


def answers(library: Library) -> list[object]:
    index = SearchIndex.open(current_build(library), encoder=FakeEncoder(MODELS["fake"]))
    questions = ["number7 of topic3", "place2 again"]
    return [
        index.pmids.tolist(),
        *(index.nearest(index.encode(text), 40) for text in questions),
        *(index.matching(text, 40) for text in questions),
    ]


@pytest.mark.fault("B1", "B9")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_first_build_that_was_killed_goes_on_and_ends_like_an_uninterrupted_one(
    processes: ForkServerContext, tmp_path: Path, source: Path, uninterrupted: Library, moment: str
):
    library = Library(tmp_path / "library")
    kill(processes, moment, library, source)
    before = file_times(library)
    encoders: list[FakeEncoder] = []
    result = build(library, source, encoders=encoders)
    already_encoded = min(sum(CODE not in name for name in before) * SMALL_BATCH, COUNT)
    assert result.encoded == COUNT - already_encoded, "a finished batch was encoded twice"
    assert file_times(library).items() >= before.items(), "a finished shard was written again"
    assert shard_bytes(library) == shard_bytes(uninterrupted)
    assert answers(library) == answers(uninterrupted)
    assert not [path for path in library.path.rglob("*") if "partial" in path.name]


@pytest.mark.fault("B1", "B8")
@pytest.mark.parametrize("moment", BEFORE_PUBLISHED)
def test_the_index_in_service_answers_as_before_until_a_new_one_is_published(
    processes: ForkServerContext, tmp_path: Path, source: Path, moment: str
):
    library = Library(tmp_path / "library")
    build(library, source)
    expected, served = answers(library), current_build(library).name
    update = [record(number, title=f"A new story of number{number}", revised="2022-01-01") for number in range(25)]
    newer = write_articles(tmp_path / "pubmed21n0002.xml.gz", update)
    with searching(library) as seen:
        kill(processes, moment, library, newer)
        assert current_build(library).name == served
        assert answers(library) == expected
        result = build(library, newer)
    assert result.published
    assert seen.builds == {served, result.manifest.build}
    assert current_manifest(library).previous == served
    index = SearchIndex.open(current_build(library), encoder=FakeEncoder(MODELS["fake"]))
    assert index.nearest(index.encode("A new story of number3"), 1)[0].pmid == FIRST_PMID + 3


@pytest.mark.fault("B1", "B8", "B20")
@pytest.mark.parametrize("moment", FROM_SCRATCH_MOMENTS)
def test_somebody_searches_while_a_store_is_made_from_scratch_and_the_build_is_killed(
    processes: ForkServerContext, tmp_path: Path, source: Path, moment: str
):
    library = Library(tmp_path / "library")
    build(library, source)
    served = current_build(library).name
    newer = write_articles(tmp_path / "pubmed22n0001.xml.gz", records(range(COUNT + 5)))
    with searching(library) as seen:
        kill(processes, moment, library, newer)
        assert verify_store(library.store) == ()
        with ArticleStore.open(library.store) as store:
            assert store.count() == (COUNT + 5 if moment == "after the old store was replaced" else COUNT)
        result = build(library, newer, from_scratch=True)
    assert seen.builds == {served, result.manifest.build}
    assert result.manifest.articles == COUNT + 5
    assert verify_store(library.store) == ()


@pytest.mark.fault("B1")
def test_a_build_killed_again_and_again_gets_to_its_end(
    processes: ForkServerContext, tmp_path: Path, source: Path, uninterrupted: Library
):
    library = Library(tmp_path / "library")
    for moment in MOMENTS:
        if moment != "after the second batch":  # fewer than two may be left
            kill_if_reached(processes, moment, library, source)
    build(library, source)
    assert shard_bytes(library) == shard_bytes(uninterrupted)
    assert answers(library) == answers(uninterrupted)


def kill_if_reached(processes: ForkServerContext, moment: str, library: Library, source: Path) -> None:
    process = processes.Process(target=killed_build, args=(moment, library.path, source))
    process.start()
    process.join(120)
    assert process.exitcode in (0, -signal.SIGKILL)
