"""What a split library has in one place: the words that rank, a manifest, the vocabulary, as a library's folder.

tantivy keeps words in segments, and one index may have any number of them. So the segments of all shards, put side by
side, are one index: how many articles have a word, how many there are and how long they are on average it takes from
all of them, and each score is the one that a single index of all articles gives.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np

from index.core.errors import LibraryError
from index.core.files import link_or_copy
from index.lexical.bm25_index import FOLDER
from index.library.build_files import BuildFile, sha256_of
from index.library.builds import current_build, point_to
from index.library.layout import Library
from index.library.manifest import Manifest
from index.split.shard_reader import ShardContent

_META: Final = "meta.json"
_ONLY_WRITERS: Final = ".managed.json"  # lists what a writer may remove; who reads does without


def join_builds(shards: Sequence[Library], folder: Path) -> Library:
    """Write the joined build of the shards' builds in service into an empty folder.

    Args:
        shards: All shards, in the order of their numbers.
        folder: Receives it; files are linked where the disk is the same.

    Returns:
        The folder as a library, without articles of its own.

    Raises:
        LibraryError: A shard has no build, or their builds do not fit together.
        OSError: The disk is full or read-only.
    """
    builds = [current_build(shard) for shard in shards]
    manifests = [Manifest.read(build) for build in builds]
    library, content = Library(folder), _content(manifests)
    build = library.builds / f"split-{content[:16]}"
    (build / FOLDER).mkdir(parents=True)
    files = {}
    for source, manifest in zip(builds, manifests, strict=True):
        for name, file in manifest.files.items():
            if name.startswith(f"{FOLDER}/") and Path(name).name not in {_META, _ONLY_WRITERS}:
                link_or_copy(source / name, build / name)
                files[name] = file
    meta = build / FOLDER / _META
    meta.write_text(json.dumps(_joined_meta([source / FOLDER / _META for source in builds])))
    files[f"{FOLDER}/{_META}"] = BuildFile(meta.stat().st_size, sha256_of(meta))
    _manifest(manifests, build.name, content, files).write(build)
    for shard in shards:
        if shard.mesh.exists():
            link_or_copy(shard.mesh, library.mesh)
            break
    point_to(library, build)
    return library


def check_contents(manifest: Manifest, contents: Sequence[ShardContent]) -> None:
    """Check that shards are those that a build joins, and that their scores can be compared.

    Raises:
        LibraryError: They are not; the message says what to do.
    """
    if _content([content.manifest for content in contents]) != manifest.content:
        raise LibraryError(f"The shards have other builds than {manifest.build} joins. Start the service again.")
    for number, content in enumerate(contents, start=1):
        found, first = content.manifest, contents[0].manifest
        if found.fingerprint != first.fingerprint:
            raise LibraryError(
                f"Shard {number} was built with {found.model} ({found.precision}), shard 1 with {first.model} "
                f"({first.precision}). Build it with the same model:\n  rebuild-index --model {first.model}"
            )
        if (content.sentences is None) != (contents[0].sentences is None):
            raise LibraryError(f"Of shards 1 and {number} one has no sentences. Build it again:\n  rebuild-index")
    scales = [content.scale for content in contents]
    if any(not _same(scale, scales[0]) for scale in scales):
        raise LibraryError(
            "The shards code vectors in different ranges, so that their scores cannot be compared. Match them:\n"
            "  rebuild-index --match-shards SHARD SHARD ..."
        )


def _same(scale: Any, other: Any) -> bool:  # noqa: ANN401 - an array or None
    # Cells have ranges of their own, and scores that are near enough.
    return scale is None or other is None or np.array_equal(scale, other)


def _content(manifests: Sequence[Manifest]) -> str:
    made_of = [(manifest.build, manifest.content) for manifest in manifests]
    return blake2b(repr(made_of).encode(), digest_size=16).hexdigest()


def _manifest(manifests: Sequence[Manifest], name: str, content: str, files: Mapping[str, BuildFile]) -> Manifest:
    changes = [manifest.changed for manifest in manifests if manifest.changed is not None]
    return replace(
        manifests[0],
        build=name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        articles=sum(manifest.articles for manifest in manifests),
        limit=None,
        newest=max((manifest.newest for manifest in manifests if manifest.newest), default=None),
        content=content,
        size_bytes=sum(manifest.size_bytes for manifest in manifests),
        previous=None,
        recall=min(manifest.recall for manifest in manifests),
        changed=sum(changes) if changes else None,
        files=files,
    )


def _joined_meta(paths: Sequence[Path]) -> dict[str, Any]:
    """Return tantivy's description of an index that has the segments of all.

    Raises:
        LibraryError: One has another schema than the first, or cannot be read.
    """
    try:
        metas = [json.loads(path.read_bytes()) for path in paths]
        kinds = [(meta["index_settings"], meta["schema"]) for meta in metas]
        segments = [segment for meta in metas for segment in meta["segments"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(
            f"The words of a shard cannot be joined ({error}). Build it again:\n  rebuild-index"
        ) from error
    for path, kind in zip(paths, kinds, strict=True):
        if kind != kinds[0]:
            raise LibraryError(f"{path.parent} has words of another kind than {paths[0].parent}: rebuild-index")
    joined: dict[str, Any] = metas[0] | {"segments": segments, "opstamp": max(meta["opstamp"] for meta in metas)}
    return joined
