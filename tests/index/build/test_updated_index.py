"""An index that updates carried on from build to build holds and answers what an index of all articles does."""

import random
from pathlib import Path
from unittest import mock

import pytest

from index.build import index_changes
from index.library.builds import current_build, current_manifest
from index.library.layout import Library
from tests.support.builds.killed_builds import build
from tests.support.records import rich_articles
from tests.support.records.pubmed_xml import FIRST_PMID, deletion_xml, write_articles

COUNT = 80
UPDATES = 6
WRITTEN_OTHERWISE = ("bm25/", "exact/", "config.json", "manifest.json")
"""Other segments; the time of writing."""


def update_file(path: Path, seed: int) -> Path:
    """Write a file of revised, new, deleted and returning articles, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    written = rich_articles.records(COUNT + 5 * UPDATES, seed)
    numbers = chance.sample(range(COUNT + 5 * seed), 9)
    deleted = chance.sample([number for number in range(COUNT) if number not in numbers], 3)
    spelt = [written[number].replace("dry eye", "Dry Eye").replace("pollen", "POLLEN") for number in numbers]
    pmids = [FIRST_PMID + 5000 + number for number in deleted]
    return write_articles(path, [*spelt, deletion_xml(pmids)])


def files_of(library: Library) -> dict[str, bytes]:
    folder = current_build(library)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in files.items() if not name.startswith(WRITTEN_OTHERWISE)}


@pytest.fixture(autouse=True)
def any_share():
    with mock.patch.object(index_changes, "MOST_CHANGED", 100):
        yield


def test_after_each_of_many_updates_every_file_of_values_is_that_of_a_whole_build(tmp_path: Path):
    files = [write_articles(tmp_path / "pubmed21n0001.xml.gz", rich_articles.records(COUNT))]
    library = Library(tmp_path / "updated")
    build(library, *files)
    for number in range(1, UPDATES + 1):
        files.append(update_file(tmp_path / f"pubmed21n{number + 1:04d}.xml.gz", number))
        before = current_manifest(library)
        manifest = build(library, files[-1]).manifest
        assert manifest.changed > (before.changed or 0)
        whole = Library(tmp_path / f"whole {number}")
        build(whole, *files)
        assert current_manifest(whole).changed is None
        updated, expected = files_of(library), files_of(whole)
        assert updated.keys() == expected.keys()
        assert [name for name in expected if updated[name] != expected[name]] == []
