"""Brings a library up to date: read the sources, encode what is new, assemble an index aside, verify it, publish it."""

import logging
import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from index.build.index_job import IndexJob
from index.build.model_choice import ModelChoice, choose_model, first_model_note
from index.cluster.encoder_pool import EncoderPool
from index.cluster.ray_parsers import RayParsers
from index.cluster.ray_session import ray_session
from index.core.errors import LibraryError
from index.core.progress import Progress
from index.embedding.encoder import Encoder
from index.embedding.queries.query_export import export_for_queries
from index.ingest.ingest import ingest
from index.library.build_files import file_faults
from index.library.build_lock import building
from index.library.builds import current_build, current_manifest
from index.library.layout import Library
from index.library.manifest import Manifest
from index.library.shard_place import ShardPlace, settle_place
from index.sources.source_files import Source, find_sources
from index.store.article_store import ArticleStore
from index.store.ingest_stats import IngestStats
from index.store.reading import open_to_read
from index.store.replacement import replace_store

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RebuildRequest:
    """What a user requests of a build.

    Attributes:
        library: The library to bring up to date.
        sources: Files and folders of PubMed XML; none: the index is built from the store as it is.
        sample: Whether to read the packaged sample as well.
        limit: Index only so many articles (`choose_articles`); None for all. The store takes all of them.
        model: A model folder or hub name; None keeps the library's.
        device: A torch device, or None for a GPU if there is one.
        from_scratch: Whether to read the sources into a new store, leaving out what only the old one holds.
        on: The Ray cluster that parses and encodes, as `ray_address` reads it; None for this process's machine alone.
        workers: With `on`, how many processes encode; None for one a GPU, else one for two CPUs.
        shard: Which shard of a split library this one is to be; None for what it is.
    """

    library: Library
    sources: tuple[Path, ...] = ()
    sample: bool = False
    limit: int | None = None
    model: str | None = None
    device: str | None = None
    from_scratch: bool = False
    on: str | None = None
    workers: int | None = None
    shard: ShardPlace | None = None


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """What a build did.

    Attributes:
        ingest: What became of the sources, or None where there were none.
        encoded: Texts that were encoded; the others had a vector.
        encoding_s: Seconds that encoding took.
        manifest: The build in service.
        published: Whether it is a new one; False when nothing had changed.
        changed: Articles that were written or deleted, where the index in service was carried on; None where all were
            written, or nothing.
        switched_from: The model that the library had before, where it was changed, or None.
        seconds: Time of the whole build.
    """

    ingest: IngestStats | None
    encoded: int
    encoding_s: float
    manifest: Manifest
    published: bool
    changed: int | None
    switched_from: str | None
    seconds: float


def rebuild(request: RebuildRequest, progress: Progress, *, note: Callable[[str], object] = _log.info) -> RebuildResult:
    """Bring a library up to date; if anything fails, the index in service stays.

    Args:
        request: What to do.
        progress: Draws the bars.
        note: Called with what a person should know before texts are encoded.

    Raises:
        SourceError: A source is missing, or holds no PubMed XML at all.
        LibraryError: The library is locked or damaged, or holds no article.
        ModelError: The model is missing, damaged, unsafe, or not the library's.
        ResourceError: Ray is not installed, does not answer, or loses workers again and again.
    """
    started = time.monotonic()
    has_sources = bool(request.sources or request.sample)
    sources = find_sources(request.sources, sample=request.sample) if has_sources else []
    if has_sources:
        request.library.path.mkdir(parents=True, exist_ok=True)
    else:  # before anything is locked, so that nothing is written where there is no library
        open_to_read(request.library.store).close()
    with building(request.library), _machines(request):
        request = replace(request, shard=settle_place(request.library, request.shard))
        ingested = _ingest(request, sources, progress) if has_sources else None
        with ArticleStore.open(request.library.store) as store:
            result = _build_index(request, store, progress, note)
    return replace(result, ingest=ingested, seconds=time.monotonic() - started)


def _machines(request: RebuildRequest) -> AbstractContextManager[None]:
    """Connect to Ray where that is requested; a cluster that is started here has a CPU for each worker at least."""
    if request.on is None:
        return nullcontext()
    return ray_session(request.on, cpus=max(request.workers or 0, len(os.sched_getaffinity(0))))


def _ingest(request: RebuildRequest, sources: Sequence[Source], progress: Progress) -> IngestStats:
    library = request.library
    if not request.from_scratch:
        return ingest(library, sources, progress=progress, parsers=_parsers(request), shard=request.shard)
    fresh = Library(library.path / ".fresh")
    shutil.rmtree(fresh.path, ignore_errors=True)
    stats = ingest(fresh, sources, progress=progress, parsers=_parsers(request), shard=request.shard)
    if not stats.articles:
        raise LibraryError(f"These sources hold no article; {library.path} was not changed.")
    replace_store(library.store, fresh.store)
    shutil.rmtree(fresh.path, ignore_errors=True)
    return stats


def _parsers(request: RebuildRequest) -> RayParsers | None:
    return RayParsers() if request.on else None


def _build_index(
    request: RebuildRequest, store: ArticleStore, progress: Progress, note: Callable[[str], object]
) -> RebuildResult:
    current = current_manifest(request.library)
    if about_model := first_model_note(request.library, request.model):
        note(about_model)
    choice = choose_model(request.library, request.model, current)
    job = IndexJob(request.library, store, request.limit, current, progress)
    up_to_date = current and choice.fingerprint and job.content(choice.fingerprint) == current.content
    if current and up_to_date and not _damaged(request.library, current):
        return RebuildResult(None, 0, 0.0, current, published=False, changed=None, switched_from=None, seconds=0.0)
    encoded, encoding_s, encoder = _encode(request, job, choice)
    manifest = job.publish(encoder)
    export_for_queries(choice.reference, manifest.precision)  # or the first search has to, with torch
    previous_model = current.model if current and current.fingerprint != manifest.fingerprint else None
    return RebuildResult(
        None,
        encoded,
        encoding_s,
        manifest,
        published=True,
        changed=job.carried_on(manifest),
        switched_from=previous_model,
        seconds=0.0,
    )


def _encode(request: RebuildRequest, job: IndexJob, choice: ModelChoice) -> tuple[int, float, Encoder]:
    """Encode what is missing; return how many texts that were, the seconds, and the model in this process."""
    reference = choice.reference
    if request.on is None:
        encoder = Encoder.load(reference, precision=choice.precision, device=request.device)
        started = time.monotonic()
        return job.encode(encoder), time.monotonic() - started, encoder
    with EncoderPool(reference, precision=choice.precision, device=request.device, workers=request.workers) as pool:
        started = time.monotonic()
        encoded = job.encode(pool)
        seconds = time.monotonic() - started
    # After the workers have ended: assembling has their memory, and others the cluster's GPUs.
    return encoded, seconds, Encoder.load(reference, precision=pool.precision)


def _damaged(library: Library, current: Manifest) -> bool:
    """Whether a file of the build in service is missing or differs; this reads them all, a gigabyte a second."""
    return any(file_faults(current_build(library), current.files))
