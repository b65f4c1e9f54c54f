"""Ctrl-C in every stage of `rebuild-index`: a sentence, status 130, the library as it was; the next run goes on."""

import multiprocessing
import os
import signal
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path
from unittest import mock

import pytest

from index.cli import main
from index.engine.search_index import SearchIndex
from index.ingest import xml_text
from index.ingest.worker_pool import Workers
from index.library.builds import current_build
from index.library.layout import Library
from index.store.store_check import verify_store
from tests.support.builds.killed_builds import (
    FROM_SCRATCH_MOMENTS,
    MODELS,
    MOMENTS,
    build,
    record,
    records,
    signal_at,
    small_builds,
)
from tests.support.fakes.fake_encoder import FakeEncoder
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, write_articles

STOPPED = "\nStopped. Finished work is kept: run the same command again to continue.\n"
PUBLISHED = "after the pointer has moved"
SHORT = {"while a file is applied", "while the rows are read", PUBLISHED, "before the old store is replaced"}
EVERY = [
    moment if moment in SHORT else pytest.param(moment, marks=pytest.mark.long)
    for moment in (*MOMENTS, *FROM_SCRATCH_MOMENTS)
]


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["index.engine.index_writer", "tests.index.build.test_interrupted_build"])
    return context


def run_interrupted(moment: str, library: Path, source: Path, output: Path) -> None:
    """Run the command as a terminal does: in a process group of its own, which Ctrl-C reaches as a whole."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    for number in (1, 2):
        os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    options = ["--from-scratch"] if moment in FROM_SCRATCH_MOMENTS else []

    kill = os.kill

    def to_the_group(process: int, number: int) -> None:
        os.killpg(0, number) if number == signal.SIGINT else kill(process, number)

    with small_builds(), mock.patch.object(os, "kill", to_the_group), signal_at(moment, signal.SIGINT):
        status = main([str(source), "--library", str(library), *options])
    os._exit(status)


def interrupt(processes: ForkServerContext, moment: str, library: Library, source: Path) -> tuple[int | None, str]:
    output = library.path.parent / "output"
    process = processes.Process(target=run_interrupted, args=(moment, library.path, source, output))
    process.start()
    process.join(120)
    return process.exitcode, output.read_text()


def titles_found(library: Library) -> list[int]:
    index = SearchIndex.open(current_build(library), encoder=FakeEncoder(MODELS["fake"]))
    return [match.pmid for match in index.matching("new story of number3", 40).matches]


@pytest.mark.fault("B1")
@pytest.mark.parametrize("moment", EVERY)
def test_ctrl_c_ends_a_build_with_a_sentence_and_the_next_run_goes_on(
    processes: ForkServerContext, tmp_path: Path, moment: str
):
    library = Library(tmp_path / "library")
    build(library, write_articles(tmp_path / "pubmed21n0001.xml.gz", records()))
    served, found = current_build(library).name, titles_found(library)
    update = [record(number, title=f"A new story of number{number}", revised="2022-01-01") for number in range(25)]
    newer = write_articles(tmp_path / "pubmed21n0002.xml.gz", [*update, *records(range(25, 30))])

    assert interrupt(processes, moment, library, newer) == (130, STOPPED)
    if moment == PUBLISHED:
        assert current_build(library).name != served
    else:
        assert (current_build(library).name, titles_found(library)) == (served, found)
    assert library.lock.read_bytes() == b""
    assert not library.progress.exists()
    assert [path for path in library.path.rglob("*") if "partial" in path.name] == []
    assert verify_store(library.store) == ()

    result = build(library, newer, from_scratch=moment in FROM_SCRATCH_MOMENTS)
    assert result.published == (moment != PUBLISHED)
    assert titles_found(library)[0] == FIRST_PMID + 3
    assert verify_store(library.store) == ()


def run_with_workers(when: str, library: Path, source: Path, output: Path) -> None:
    """Run the command with many worker processes, and interrupt it at a moment of their life."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    moments = {
        "start": (Workers, "_start", 2, True),
        "imports": (time, "sleep", 1, True),
        "first answer": (Workers, "_with_all_workers", 1, True),
        "end": (Workers, "_stop", 1, False),
    }
    start = Workers._start

    def start_and_wait(workers: Workers, processes: int) -> object:
        threads = start(workers, processes)
        if when == "imports":
            time.sleep(0.1)
        return threads

    with (
        mock.patch.object(xml_text, "BATCH_BYTES", 20_000),
        mock.patch.dict(MOMENTS, moments),
        mock.patch.object(Workers, "_start", start_and_wait),
    ):
        run_interrupted(when, library, source, output)


@pytest.mark.fault("B1", "B4")
def test_ctrl_c_reaches_worker_processes_too_and_they_say_nothing(processes: ForkServerContext, tmp_path: Path):
    long = [article_xml(FIRST_PMID + number, abstract="A sentence of words. " * 500) for number in range(60)]
    source = write_articles(tmp_path / "pubmed21n0001.xml.gz", long)
    output = tmp_path / "output"
    for number, when in enumerate(("start", "imports", "first answer", "end")):
        library = tmp_path / f"library{number}"
        process = processes.Process(target=run_with_workers, args=(when, library, source, output))
        process.start()
        process.join(120)
        assert (process.exitcode, output.read_text()) == (130, STOPPED), when
        output.unlink()
