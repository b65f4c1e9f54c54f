"""Builds for tests: small batches, the fake encoder, and processes that kill themselves at a chosen moment."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from index.build import assemble, index_job, model_choice
from index.build.rebuild import RebuildRequest, RebuildResult, rebuild
from index.core.progress import SILENT
from index.embedding import sentence_store, shard_store, shard_table, vector_store
from index.embedding.encoder import Encoder
from index.embedding.model_files import ModelReference
from index.library import builds
from index.library.layout import Library
from index.store import ledger, replacement
from tests.support.fakes.fake_encoder import FakeEncoder
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml

SMALL_BATCH = 8
COUNT = 30
MODELS = {
    None: ModelReference("fake", Path("nowhere"), "ab" * 32),
    "fake": ModelReference("fake", Path("nowhere"), "ab" * 32),
    "other": ModelReference("other", Path("nowhere"), "cd" * 32),
}


def record(number: int, **fields: Any) -> str:
    """Return one record; the higher its number, the newer."""
    fields.setdefault("title", f"The story of number{number} among topic{number % 4}")
    fields.setdefault("abstract", f"We saw number{number} at place{number % 7}. It was there again.")
    fields.setdefault("entrez", f"2021-{1 + number // 28:02d}-{1 + number % 28:02d}")
    fields.setdefault("published", f"<Year>{2000 + number % 20}</Year>")
    return article_xml(FIRST_PMID + number, **fields)


def records(numbers: Iterable[int] = range(COUNT)) -> list[str]:
    return [record(number) for number in numbers]


@contextmanager
def small_builds(encoders: list[FakeEncoder] | None = None, *, batch: int = SMALL_BATCH):
    """Let builds cut small batches of texts and use the fake encoder; `encoders` collects those that were loaded."""

    def load(reference: ModelReference, *, precision: str | None = None, device: str | None = None) -> FakeEncoder:
        encoder = FakeEncoder(reference, precision or "fp32")
        if encoders is not None:
            encoders.append(encoder)
        return encoder

    def resolve(name: str | None = None, *, download: bool = True) -> ModelReference:
        return MODELS[name]

    with ExitStack() as stack:
        for module in (assemble, shard_store):
            stack.enter_context(mock.patch.object(module, "BATCH", batch))
        stack.enter_context(mock.patch.object(Encoder, "load", load))
        # A fake has no network to export.
        stack.enter_context(mock.patch("index.build.rebuild.export_for_queries", return_value=None))
        stack.enter_context(mock.patch.object(model_choice, "resolve_model", resolve))
        stack.enter_context(mock.patch("index.embedding.encoder.resolve_model", resolve))
        yield


def build(library: Library, *sources: Path, **options: Any) -> RebuildResult:
    encoders = options.pop("encoders", None)
    with small_builds(encoders):
        return rebuild(RebuildRequest(library, sources, **options), SILENT)


def _signalling(function: Callable[..., Any], calls: int, signum: int, *, after: bool) -> Callable[..., Any]:
    calls_left = [calls]

    def call(*args: Any, **keywords: Any) -> Any:
        calls_left[0] -= 1
        if calls_left[0] == 0 and not after:
            os.kill(os.getpid(), signum)
        result = function(*args, **keywords)
        if calls_left[0] == 0 and after:
            os.kill(os.getpid(), signum)
        return result

    return call


# Where a build gets a signal: what is patched, at which call of it, before or after that call.
MOMENTS = {
    "while a file is applied": (ledger.Ledger, "record", 1, True),
    "before the first batch is written": (vector_store.VectorStore, "append", 1, False),
    "after the second batch": (vector_store.VectorStore, "append", 2, True),
    "while a batch is encoded": (FakeEncoder, "encode", 3, False),
    "in the middle of writing a shard": (os, "fsync", 5, False),
    "before the table of shards is written": (shard_table.ShardTable, "write", 1, False),
    "before the second batch of sentences is written": (sentence_store.SentenceStore, "append", 2, False),
    "before assembling": (index_job.IndexJob, "publish", 1, False),
    "while the rows are read": (vector_store.VectorStore, "rows", 2, False),
    "before verifying": (index_job, "verify", 1, False),
    "before the build is flushed": (builds, "sync_tree", 1, False),
    "before the pointer moves": (builds, "write_whole", 1, False),
    "after the pointer has moved": (builds, "write_whole", 1, True),
}


FROM_SCRATCH_MOMENTS = {
    "while a file is applied to the new store": (ledger.Ledger, "record", 1, True),
    "before the old store's log is merged": (replacement, "_merge_log", 2, False),
    "before the old store is replaced": (replacement, "being_replaced", 1, False),
    "after the old store was replaced": (replacement, "sync_folder", 1, False),
}


@contextmanager
def signal_at(moment: str, signum: int) -> Iterator[None]:
    """Let this process send itself a signal at a moment of a build."""
    owner, name, calls, after = (MOMENTS | FROM_SCRATCH_MOMENTS)[moment]
    with mock.patch.object(owner, name, _signalling(getattr(owner, name), calls, signum, after=after)):
        yield


def killed_build(moment: str, library: Path, source: Path) -> None:
    """Run a build in this process until the moment kills it."""
    with signal_at(moment, signal.SIGKILL):
        build(Library(library), source, from_scratch=moment in FROM_SCRATCH_MOMENTS)
