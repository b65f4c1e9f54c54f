"""What `rebuild-index` says at its end: to people as aligned nouns, to programs as one object."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from index.build.library_check import Verification
from index.build.rebuild import RebuildResult
from index.core.errors import LibraryError
from index.core.formatting import counted, duration, size
from index.lexical.mesh import MeshStatus
from index.library.layout import Library
from index.library.manifest import Manifest
from index.sources.acquire import Acquisition
from index.store.ingest_stats import IngestStats
from index.store.store_status import StoreStatus

_MOST_NAMED = 20  # files with something wrong; `--json` names them all
_SOME_SET_ASIDE = 3


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of the command has to say.

    Attributes:
        text: For people.
        facts: For programs, ready for JSON.
        exit_status: 0 done, 1 a stated error, 3 done but some input was set aside.
    """

    text: str
    facts: Mapping[str, Any]
    exit_status: int = 0


def of_rebuild(
    library: Library, account: RebuildResult, *, obtained: Acquisition | None = None, mesh: MeshStatus | None = None
) -> Report:
    """Return the closing account of a build: counts that add up, where it is, what to type next."""
    lines = [*(obtained.lines() if obtained else ()), *_mesh_lines(mesh)]
    lines += [*_ingest_lines(account.ingest), *_vector_lines(account), *_index_lines(library, account)]
    facts = {
        "library": str(library.path),
        "published": account.published,
        "obtained": obtained and obtained.to_json(),
        "mesh": mesh and asdict(mesh),
        "records": account.ingest and _ingest_facts(account.ingest),
        "encoded": account.encoded,
        "encoding_s": round(account.encoding_s, 3),
        "switched_from": account.switched_from,
        "seconds": round(account.seconds, 3),
        "index": asdict(account.manifest),
    }
    complete = (account.ingest is None or account.ingest.complete) and (obtained is None or obtained.complete)
    return Report(_aligned(lines), facts, 0 if complete else _SOME_SET_ASIDE)


def of_mesh(library: Library, mesh: MeshStatus) -> Report:
    """Return which vocabulary the library has now."""
    return Report(_aligned(_mesh_lines(mesh)), {"library": str(library.path), "mesh": asdict(mesh)})


def of_status(library: Library, store: StoreStatus, index: Manifest | LibraryError, mesh: MeshStatus | None) -> Report:
    """Return what a library holds.

    Args:
        library: Its place.
        store: What its store holds.
        index: The build in service, or why there is none.
        mesh: The vocabulary, or None where none is loaded.
    """
    years = [count.year for count in store.years if count.year is not None]
    lines = [
        ("library", str(library.path)),
        ("articles", f"{store.articles:,} · {store.with_abstract:,} with abstract · {store.retractions:,} retracted"),
        ("years", f"{years[0]} to {years[-1]}" if years else "none"),
        ("newest", store.newest or "unknown"),
        ("deletions", f"{store.deletions:,}"),
        ("files", f"{len(store.applied):,} applied · {len(store.bad_files):,} bad · {len(store.missing):,} missing"),
        ("set aside", counted(len(store.set_aside), "record")),
        ("store", size(store.bytes)),
        *_mesh_lines(mesh),
        ("index", "none in service" if isinstance(index, LibraryError) else _described(index)),
    ]
    fault = str(index) if isinstance(index, LibraryError) else None
    facts = {
        "library": str(library.path),
        "store": asdict(store),
        "mesh": mesh and asdict(mesh),
        "index": None if isinstance(index, LibraryError) else asdict(index),
        "index_fault": fault,
    }
    return Report(_aligned(lines) + (f"\n{fault}" if fault else ""), facts)


def of_rollback(library: Library, manifest: Manifest) -> Report:
    """Return which build is in service now."""
    line = ("index", f"{_described(manifest)}, is in service again")
    return Report(_aligned([line]), {"library": str(library.path), "index": asdict(manifest)})


def of_verification(library: Library, found: Verification) -> Report:
    """Return what was checked, and every fault."""
    lines = [
        ("articles", f"{found.articles:,}"),
        ("index", _described(found.manifest)),
        ("vectors", f"{found.vectors:,} in {counted(found.shards, 'shard')}"),
        *(("fault", fault) for fault in found.faults),
        ("verified", "faults found; mend them: rebuild-index" if found.faults else "sound"),
    ]
    facts = {"library": str(library.path), **asdict(found)}
    return Report(_aligned(lines), facts, 1 if found.faults else 0)


def _mesh_lines(mesh: MeshStatus | None) -> Iterator[tuple[str, str]]:
    if mesh is not None:
        yield "mesh", str(mesh)


def _ingest_lines(ingest: IngestStats | None) -> Iterator[tuple[str, str]]:
    if ingest is None:
        return
    before = sum(file.state == "unchanged" for file in ingest.files)
    applied = sum(file.state == "applied" for file in ingest.files)
    yield "files", f"{applied:,} applied · {before:,} applied before · {len(ingest.bad_files):,} bad"
    if applied:
        yield from _record_lines(ingest)
    yield "articles", f"{ingest.articles:,} in the library"
    yield from _trouble_lines(ingest)


def _record_lines(ingest: IngestStats) -> Iterator[tuple[str, str]]:
    yield (
        "records",
        f"{ingest.read:,} read: {ingest.new:,} new · {ingest.replaced:,} replaced · {ingest.superseded:,} superseded · "
        f"{ingest.unchanged:,} unchanged · {ingest.set_aside:,} set aside",
    )
    yield "", f"{ingest.distinct_pmids:,} distinct PMIDs, in {duration(ingest.seconds)}"
    yield "deletions", f"{ingest.deletions_listed:,} listed · {ingest.deletions_applied:,} applied"


def _trouble_lines(ingest: IngestStats) -> Iterator[tuple[str, str]]:
    wrong = [*(f"{file.name}: {file.reason}" for file in ingest.bad_files)]
    wrong += [f"{file.name}: {counted(file.set_aside, 'record')} set aside" for file in ingest.files if file.set_aside]
    for line in wrong[:_MOST_NAMED]:
        yield "set aside", line
    if len(wrong) > _MOST_NAMED:
        yield "", f"and {len(wrong) - _MOST_NAMED:,} more files; --json names them all"
    if ingest.missing:
        named = ", ".join(ingest.missing[:_MOST_NAMED])
        yield (
            "missing",
            f"{named}{' ...' if len(ingest.missing) > _MOST_NAMED else ''}: never seen, though later ones were",
        )


def _vector_lines(account: RebuildResult) -> Iterator[tuple[str, str]]:
    manifest = account.manifest
    if account.switched_from is not None:
        yield "model", f"{manifest.model} ({manifest.precision}) in place of {account.switched_from}"
    what = f"{manifest.dimensions} dimensions, {manifest.model} in {manifest.precision}"
    if account.encoded:
        rate = account.encoded / max(account.encoding_s, 0.001)
        what = f"{account.encoded:,} encoded in {duration(account.encoding_s)} ({rate:.0f} a second), {what}"
    else:
        what = f"none to encode, {what}"
    yield "vectors", what


def _index_lines(library: Library, account: RebuildResult) -> Iterator[tuple[str, str]]:
    manifest = account.manifest
    if account.published:
        yield (
            "index",
            f"{counted(manifest.articles, 'article')} published as {manifest.build}, {size(manifest.size_bytes)}",
        )
    else:
        yield "index", f"nothing new; {_described(manifest)}, stays in service"
    yield "library", f"{library.path}, after {duration(account.seconds)}"
    other = "" if library == Library.locate() else f" --library {shlex.quote(str(library.path))}"
    yield "try", f'pubmed-search "does metformin lower the risk of cancer?"{other}'


def _described(manifest: Manifest) -> str:
    return (
        f"{manifest.build} with {counted(manifest.articles, 'article')}, {size(manifest.size_bytes)}, {manifest.model}"
    )


def _ingest_facts(ingest: IngestStats) -> dict[str, Any]:
    counts = (
        "read new replaced superseded unchanged set_aside distinct_pmids deletions_listed deletions_applied removed"
    )
    facts = {name: getattr(ingest, name) for name in counts.split()}
    return facts | {"articles": ingest.articles, "missing": ingest.missing, "files": [asdict(f) for f in ingest.files]}


def _aligned(lines: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{noun:<11} {text}".rstrip() for noun, text in lines)
