"""Builds with the vectors of earlier ones: merged, found damaged late, or written before there was a table."""

from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from index.build import shard_check
from index.build.library_check import verify_library
from index.core.errors import LibraryError
from index.core.progress import SILENT
from index.embedding import shard_merging
from index.embedding.shard_table import TABLE
from index.engine.search_index import SearchIndex
from index.library.builds import current_build
from index.library.layout import Library
from tests.support.builds.killed_builds import COUNT, MODELS, build, records, small_builds
from tests.support.fakes.fake_encoder import FakeEncoder
from tests.support.records.pubmed_xml import write_articles


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    build(library, write_articles(tmp_path / "pubmed21n0001.xml.gz", records()))
    return library


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "pubmed21n0002.xml.gz", records(range(COUNT, COUNT + 3)))


@pytest.fixture
def merging() -> Iterator[None]:
    """Let three small shards be enough for a larger one."""
    with mock.patch.object(shard_merging, "_MOST_SMALL", 3):
        yield


def shards(library: Library) -> list[Path]:
    return sorted(library.vectors.rglob("*.safetensors"))


def damage(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-100] + bytes([content[-100] ^ 1]) + content[-99:])


def faults(library: Library) -> tuple[str, ...]:
    with small_builds():
        return verify_library(library, SILENT).faults


def answers(library: Library) -> list[object]:
    index = SearchIndex.open(current_build(library), encoder=FakeEncoder(MODELS["fake"]))
    stored = index.sentence_vectors(index.pmids.tolist())
    return [index.vectors(index.pmids.tolist()).tolist(), [rows.tolist() for rows in stored]]


def test_a_build_merges_small_shards_and_no_vector_changes(
    library: Library, newer: Path, tmp_path: Path, merging: None
):
    before = shards(library)
    assert build(library, newer).encoded == 3
    assert len(shards(library)) == 6 < len(before)
    with mock.patch.object(shard_check, "_COMPARED", 7):
        assert faults(library) == ()
    other = Library(tmp_path / "other")
    with mock.patch.object(shard_merging, "merge_small_shards"):
        build(other, tmp_path / "pubmed21n0001.xml.gz", newer)
    assert answers(library) == answers(other)
    assert build(library, write_articles(tmp_path / "pubmed21n0003.xml.gz", records(range(50, 51)))).encoded == 1


@pytest.mark.fault("F1", "B18")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a file of the index that is given up
def test_a_shard_that_is_found_damaged_while_the_index_is_assembled_is_encoded_by_the_next_run(
    library: Library, newer: Path
):
    served = current_build(library)
    for path in shards(library)[1], shards(library)[6]:
        damage(path)
        with pytest.raises(LibraryError, match=rf"{path} are damaged(.|\n)*set aside(.|\n)*\n  rebuild-index"):
            build(library, newer)
        assert current_build(library) == served
        assert path.with_name(f"{path.name}.damaged").exists()
    assert build(library, newer).published
    assert faults(library) == ()
    assert len(answers(library)[0]) == COUNT + 3


def test_a_library_without_tables_is_opened_and_nothing_is_encoded_again(library: Library, newer: Path):
    for table in library.vectors.rglob(TABLE):
        table.unlink()
    assert faults(library) == ()
    assert build(library, newer).encoded == 3
    assert len(list(library.vectors.rglob(TABLE))) == 2
    assert faults(library) == ()
