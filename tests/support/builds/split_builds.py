"""A library of real records with the fake encoder, whole and split over shards."""

import gzip
import re
from itertools import islice
from pathlib import Path

from index.build.rebuild import RebuildRequest, rebuild
from index.build.shard_matching import match_shards
from index.core.progress import SILENT
from index.library.layout import Library
from index.library.shard_place import ShardPlace
from tests.support.builds.killed_builds import small_builds
from tests.support.records.pubmed_xml import HEAD, TAIL

_RECORD = re.compile(r"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
BATCH = 512


def first_records(source: Path, count: int, target: Path) -> Path:
    """Write the first records of a real file into a file of their own."""
    with gzip.open(source, "rt", encoding="utf-8") as stream:
        text = stream.read(40_000 * count)
    records = [found[0] for found in islice(_RECORD.finditer(text), count)]
    assert len(records) == count
    target.write_bytes(gzip.compress("\n".join([HEAD, *records, TAIL]).encode()))
    return target


def build_whole(library: Library, *sources: Path) -> Library:
    """Build a library of some files."""
    with small_builds(batch=BATCH):
        rebuild(RebuildRequest(library, sources), SILENT)
    return library


def build_shards(folder: Path, count: int, *sources: Path, match: bool = True) -> list[Library]:
    """Build a library of the same files as so many shards, and match them unless that is left out."""
    shards = [Library(folder / f"shard-{number}") for number in range(1, count + 1)]
    with small_builds(batch=BATCH):
        for number, shard in enumerate(shards, start=1):
            rebuild(RebuildRequest(shard, sources, shard=ShardPlace(number, count)), SILENT)
        if match:
            match_shards(shards, SILENT)
    return shards
