"""What `rebuild-index` prints at its end: aligned lines for people, one JSON object for programs."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from index.core.errors import LibraryError
from index.core.formatting import counted, duration, size
from index.lexical.mesh import MeshStatus
from index.library.layout import Library
from index.library.manifest import Manifest
from index.library.shard_place import place_of
from index.sources.source_files import STORE_SUFFIXES

if TYPE_CHECKING:  # `--status` must not pay for what builds and checks
    from index.build.library_check import Verification
    from index.build.rebuild import RebuildResult
    from index.build.shard_matching import MatchedShard
    from index.sources.acquire import Acquisition
    from index.store.ingest_stats import IngestStats
    from index.store.store_status import StoreStatus

_MOST_LISTED = 20  # files with a problem; `--json` lists them all
_EXIT_SET_ASIDE = 3


@dataclass(frozen=True, slots=True)
class Report:
    """What one run of the command prints.

    Attributes:
        text: For people.
        data: For programs, ready for JSON.
        exit_status: 0 done, 1 a stated error, 3 done but some input was set aside.
    """

    text: str
    data: Mapping[str, Any]
    exit_status: int = 0


def of_rebuild(
    library: Library,
    result: "RebuildResult",
    *,
    acquisition: "Acquisition | None" = None,
    mesh: MeshStatus | str | None = None,
) -> Report:
    """Return the report of a build: counts that add up, where it is, what to type next.

    Args:
        library: The library.
        result: What the build did.
        acquisition: What was downloaded for it, or None.
        mesh: The vocabulary that was loaded, why the library has none, or None where it was loaded before.
    """
    lines = [*(acquisition.lines() if acquisition else ()), *_mesh_lines(mesh)]
    lines += [*_ingest_lines(result.ingest), *_vector_lines(result), *_index_lines(library, result)]
    data = {
        "library": str(library.path),
        "published": result.published,
        "changed": result.changed,
        "obtained": acquisition and acquisition.to_json(),
        "mesh": asdict(mesh) if isinstance(mesh, MeshStatus) else None,
        "mesh_fault": mesh if isinstance(mesh, str) else None,
        "records": result.ingest and _ingest_data(result.ingest),
        "encoded": result.encoded,
        "encoding_s": round(result.encoding_s, 3),
        "switched_from": result.switched_from,
        "seconds": round(result.seconds, 3),
        "index": result.manifest.summary(),
    }
    complete = (result.ingest is None or result.ingest.complete) and (acquisition is None or acquisition.complete)
    return Report(_aligned(lines), data, 0 if complete else _EXIT_SET_ASIDE)


def of_mesh(library: Library, mesh: MeshStatus) -> Report:
    """Return which vocabulary the library has now."""
    return Report(_aligned(_mesh_lines(mesh)), {"library": str(library.path), "mesh": asdict(mesh)})


def of_status(
    library: Library,
    store: "StoreStatus",
    index: Manifest | LibraryError,
    mesh: MeshStatus | None,
    *,
    queries: str | None = None,
) -> Report:
    """Return what a library holds.

    Args:
        library: The library.
        store: What its store holds.
        index: The build in service, or why there is none.
        mesh: The vocabulary, or None where none is loaded.
        queries: What encodes queries to the index, or None where there is none.
    """
    years, shard = [count.year for count in store.years if count.year is not None], place_of(library)
    lines = [
        ("library", str(library.path)),
        *([("shard", f"{shard.number} of {shard.count}")] if shard else ()),
        ("articles", f"{store.articles:,} · {store.with_abstract:,} with abstract · {store.retractions:,} retracted"),
        ("years", f"{years[0]} to {years[-1]}" if years else "none"),
        ("newest", store.newest or "unknown"),
        ("deletions", f"{store.deletions:,}"),
        ("files", f"{len(store.applied):,} applied · {len(store.bad_files):,} bad · {len(store.missing):,} missing"),
        ("set aside", counted(len(store.set_aside), "record")),
        ("store", size(store.bytes)),
        *_mesh_lines(mesh or "rebuild-index --mesh package loads it"),
        ("index", "none in service" if isinstance(index, LibraryError) else _description(index)),
        *([("queries", queries)] if queries else ()),
    ]
    index_error = str(index) if isinstance(index, LibraryError) else None
    data = {
        "library": str(library.path),
        "store": asdict(store),
        "mesh": mesh and asdict(mesh),
        "index": None if isinstance(index, LibraryError) else index.summary(),
        "index_fault": index_error,
        "queries": queries,
        "shard": shard and str(shard),
    }
    return Report(_aligned(lines) + (f"\n{index_error}" if index_error else ""), data)


def of_matching(matched: "Sequence[MatchedShard]") -> Report:
    """Return what matching the shards of a split library published."""
    lines = [(f"shard {number}", _published(shard)) for number, shard in enumerate(matched, start=1)]
    folders = " ".join(shlex.quote(str(shard.library.path)) for shard in matched)
    data = [
        {"library": str(shard.library.path), "published": shard.result.published} | shard.result.manifest.summary()
        for shard in matched
    ]
    return Report(_aligned([*lines, ("try", f"pubmed-serve --shards {folders}")]), {"shards": data})


def _published(shard: "MatchedShard") -> str:
    manifest = shard.result.manifest
    what = f"published as {manifest.build}" if shard.result.published else f"stays as {manifest.build}"
    return f"{counted(manifest.articles, 'article')} {what}, {shard.library.path}"


def of_rollback(library: Library, manifest: Manifest) -> Report:
    """Return which build is in service now."""
    line = ("index", f"{_description(manifest)}, is in service again")
    return Report(_aligned([line]), {"library": str(library.path), "index": manifest.summary()})


def of_verification(library: Library, verification: "Verification") -> Report:
    """Return what was checked, and every fault that was found."""
    lines = [
        ("articles", f"{verification.articles:,}"),
        ("index", _description(verification.manifest)),
        (
            "vectors",
            f"{verification.vectors:,} and {counted(verification.sentences, 'sentence')} "
            f"in {counted(verification.shards, 'shard')}",
        ),
        *(("fault", fault) for fault in verification.faults),
        *(("foreign", name) for name in verification.foreign),
        ("verified", "faults found; repair them: rebuild-index" if verification.faults else "sound"),
    ]
    data = {"library": str(library.path), **asdict(verification), "manifest": verification.manifest.summary()}
    return Report(_aligned(lines), data, 1 if verification.faults else 0)


def _mesh_lines(mesh: MeshStatus | str | None) -> Iterator[tuple[str, str]]:
    if isinstance(mesh, str):
        yield "mesh", f"not loaded: {' '.join(mesh.split())}"
    elif mesh is not None:
        yield "mesh", str(mesh)


def _ingest_lines(ingest: "IngestStats | None") -> Iterator[tuple[str, str]]:
    from index.ingest.paperetl_store import LACKS

    if ingest is None:
        return
    unchanged = sum(file.state == "unchanged" for file in ingest.files)
    applied = sum(file.state == "applied" for file in ingest.files)
    yield "files", f"{applied:,} applied · {unchanged:,} applied before · {len(ingest.bad_files):,} bad"
    if applied:
        yield from _record_lines(ingest)
    for file in ingest.files:
        if file.state == "applied" and file.name.endswith(STORE_SUFFIXES):
            yield "lacking", f"{file.name}: {LACKS}"
    yield "articles", f"{ingest.articles:,} in the library"
    yield from _problem_lines(ingest)


def _record_lines(ingest: "IngestStats") -> Iterator[tuple[str, str]]:
    yield (
        "records",
        f"{ingest.read:,} read: {ingest.new:,} new · {ingest.replaced:,} replaced · {ingest.superseded:,} superseded · "
        f"{ingest.unchanged:,} unchanged · {ingest.set_aside:,} set aside",
    )
    yield "", f"{ingest.distinct_pmids:,} distinct PMIDs, in {duration(ingest.seconds)}"
    yield "deletions", f"{ingest.deletions_listed:,} listed · {ingest.deletions_applied:,} applied"


def _problem_lines(ingest: "IngestStats") -> Iterator[tuple[str, str]]:
    problems = [f"{file.name}: {file.reason}" for file in ingest.bad_files]
    incomplete = [file for file in ingest.files if file.set_aside]
    problems += [f"{file.name}: {counted(file.set_aside, 'record')} set aside" for file in incomplete]
    for line in problems[:_MOST_LISTED]:
        yield "set aside", line
    if len(problems) > _MOST_LISTED:
        yield "", f"and {len(problems) - _MOST_LISTED:,} more files; --json lists them all"
    if ingest.missing:
        names = ", ".join(ingest.missing[:_MOST_LISTED])
        yield (
            "missing",
            f"{names}{' ...' if len(ingest.missing) > _MOST_LISTED else ''}: not read, although later files were",
        )


def _vector_lines(result: "RebuildResult") -> Iterator[tuple[str, str]]:
    manifest = result.manifest
    if result.switched_from is not None:
        yield "model", f"{manifest.model} ({manifest.precision}) in place of {result.switched_from}"
    description = f"{manifest.dimensions} dimensions, {manifest.model} in {manifest.precision}"
    if result.encoded:
        rate = result.encoded / max(result.encoding_s, 0.001)
        encoded = f"{result.encoded:,} encoded in {duration(result.encoding_s)} ({rate:.0f} a second)"
        description = f"{encoded}, {description}"
    else:
        description = f"none to encode, {description}"
    yield "vectors", description


def _index_lines(library: Library, result: "RebuildResult") -> Iterator[tuple[str, str]]:
    manifest = result.manifest
    if result.published:
        yield (
            "index",
            f"{counted(manifest.articles, 'article')} published as {manifest.build}, {size(manifest.size_bytes)}",
        )
        if result.changed is not None:
            of_articles = f"{result.changed:,} of {counted(manifest.articles, 'article')}"
            yield "", f"{of_articles} changed: the index in service was carried on"
    else:
        yield "index", f"nothing new; {_description(manifest)}, stays in service"
    yield "library", f"{library.path}, after {duration(result.seconds)}"
    library_option = "" if library == Library.locate() else f" --library {shlex.quote(str(library.path))}"
    yield "try", f'pubmed-search "does metformin lower the risk of cancer?"{library_option}'


def _description(manifest: Manifest) -> str:
    return (
        f"{manifest.build} with {counted(manifest.articles, 'article')}, {size(manifest.size_bytes)}, {manifest.model}"
    )


def _ingest_data(ingest: "IngestStats") -> dict[str, Any]:
    counts = (
        "read new replaced superseded unchanged set_aside distinct_pmids deletions_listed deletions_applied removed"
    )
    data = {name: getattr(ingest, name) for name in counts.split()}
    files = [asdict(file) for file in ingest.files]
    return data | {"articles": ingest.articles, "missing": ingest.missing, "files": files}


def _aligned(lines: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{noun:<11} {text}".rstrip() for noun, text in lines)
