"""A check of a library finds whatever does not agree."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.build.library_check import _shards, verify_library
from index.build.shard_check import ShardCheck
from index.core.progress import SILENT
from index.embedding.sentence_codes import CODE
from index.embedding.shard import Shard, shard_sizes
from index.embedding.shard_table import TABLE, ShardTable
from index.library.builds import current_build
from index.library.layout import Library
from tests.support.builds.killed_builds import build, records, small_builds
from tests.support.builds.store_helpers import apply
from tests.support.records.pubmed_xml import FIRST_PMID, write_articles


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    build(library, write_articles(tmp_path / "pubmed21n0001.xml.gz", records()))
    return library


def faults(library: Library) -> tuple[str, ...]:
    with small_builds():
        return verify_library(library, SILENT).faults


def test_a_sound_library_has_no_fault(library: Library):
    with small_builds():
        verification = verify_library(library, SILENT)
    assert (verification.articles, verification.shards, verification.faults) == (30, 8, ())
    assert (verification.vectors, verification.sentences) == (30, 90)


def test_a_store_that_differs_from_its_ledger(library: Library):
    with sqlite3.connect(library.store) as connection:
        connection.execute("DELETE FROM records WHERE pmid = ?", (FIRST_PMID,))
        connection.execute("DELETE FROM bodies WHERE pmid = ?", (FIRST_PMID,))
    assert any("the ledger accounts for 30 articles, the store holds 29" in fault for fault in faults(library))


def test_an_index_that_is_older_than_the_store(library: Library, tmp_path: Path):
    apply(library, write_articles(tmp_path / "pubmed21n0002.xml.gz", records(range(40, 43))))
    assert faults(library) == ("the index is older than the store: files applied since then cannot be found yet",)


def test_an_index_of_other_articles(library: Library):
    column = current_build(library) / "pmids.npy"
    pmids = np.load(column)
    pmids[0] += 1
    np.save(column, pmids)
    changed = "the index: its file pmids.npy was changed: its SHA-256 is not the one in its manifest"
    assert faults(library) == (changed,)


def test_a_file_that_is_not_of_the_build_is_named_and_harms_nothing(library: Library):
    (current_build(library) / "stray").write_bytes(b"12345")
    with small_builds():
        verification = verify_library(library, SILENT)
    assert (verification.foreign, verification.faults) == (("stray",), ())


def shards_of(library: Library, *, sentences: bool) -> list[Path]:
    return [path for path in sorted(library.vectors.rglob("*.safetensors")) if (CODE in str(path.parent)) == sentences]


def test_texts_without_a_vector(library: Library):
    shards_of(library, sentences=False)[1].unlink()
    assert faults(library) == ("8 texts of the index have no vector in the shards",)
    for shard in shards_of(library, sentences=False):
        shard.unlink()
    assert faults(library) == ("30 texts of the index have no vector in the shards",)


def test_articles_without_sentences(library: Library):
    shards_of(library, sentences=True)[1].unlink()
    assert faults(library) == ("8 articles of the index have no sentences in the shards",)


def test_other_sentences_than_those_of_the_shards(library: Library):
    path = shards_of(library, sentences=True)[0]
    shard = Shard.read(path)
    path.unlink()
    replace(shard, vectors=shard.vectors ^ 1).write(path.parent, 0)
    assert faults(library) == ("8 articles of the index have other sentences than the shards",)


def test_a_damaged_shard(library: Library):
    shard = sorted(library.vectors.rglob("*.safetensors"))[0]
    content = bytearray(shard.read_bytes())
    content[-3] ^= 1
    shard.write_bytes(content)
    damaged, missing = faults(library)
    assert "the SHA-256 is not the one in the file's name" in damaged
    assert missing == "8 texts of the index have no vector in the shards"


@pytest.mark.fault("B18")
def test_a_damaged_table_of_shards_is_named_and_made_again_by_the_next_build(library: Library, tmp_path: Path):
    table = sorted(library.vectors.rglob(TABLE))[0]
    sound = table.read_bytes()
    for position in range(0, len(sound), 7):
        table.write_bytes(sound[:position] + bytes([sound[position] ^ 4]) + sound[position + 1 :])
        [fault] = shard_faults(library)
        assert f"{table} cannot be read (it is damaged: its checksum differs); the next build makes it again" in fault
    assert shard_faults(library)[0] in faults(library)
    result = build(library, write_articles(tmp_path / "pubmed21n0002.xml.gz", records(range(40, 43))))
    assert result.encoded == 3
    assert faults(library) == ()


def shard_faults(library: Library) -> list[str]:
    check = ShardCheck(None, {}, "")
    for folder in sorted(library.vectors.iterdir()):
        check.open_table(folder)
        for path in shard_sizes(folder):
            check.check(path)
    return list(check.faults())


def test_a_table_that_lists_other_texts_than_the_shards_have(library: Library):
    folder = sorted(library.vectors.iterdir())[0]
    table = ShardTable.read(folder)
    replace(table, rows=table.rows[::-1]).write(folder)
    assert len(faults(library)) == 4
    assert all("lists other texts for" in fault for fault in faults(library))
    (folder / TABLE).unlink()
    assert faults(library) == ()


def test_what_a_build_merges_while_it_is_checked_is_found_in_the_new_shard(library: Library):
    folder = sorted(library.vectors.iterdir())[0]
    paths = _shards(folder)
    first = next(paths)
    merged = Shard.joined([Shard.read(path) for path in shard_sizes(folder)]).write(folder, 0)
    for path in shard_sizes(folder):
        if path not in (first, merged):
            path.unlink()
    left = list(paths)
    assert left[-1] == merged
    check = ShardCheck(None, {}, "")
    for path in left:
        check.check(path)
    assert (check.files, list(check.faults())) == (1, [])
