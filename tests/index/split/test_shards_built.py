"""Shards built of the same files hold together what one library holds."""

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from index.cli import main
from index.core.errors import LibraryError
from index.library.layout import Library
from index.library.shard_place import ShardPlace, in_order, place_of, shard_of, shard_place
from index.split.shard_reader import ShardReader
from index.split.shards import LocalShards
from index.split.split_store import SplitStore
from index.store.article_store import ArticleStore
from search.serving.open_split import local_split
from tests.support.builds.killed_builds import build, record, records, small_builds
from tests.support.builds.split_builds import build_shards
from tests.support.builds.store_helpers import content
from tests.support.records.pubmed_xml import FIRST_PMID, deletion_xml, write_articles

PMIDS = [FIRST_PMID + number for number in range(60)]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three files: a first one, one with revisions, deletions and a record set aside, one that brings back."""
    broken = record(70).replace("<PMID", "<NoPMID").replace("</PMID>", "</NoPMID>")
    later = [*(record(number, title="Revised", revised="2022-01-01") for number in range(5)), broken]
    return [
        write_articles(tmp_path / "pubmed21n0001.xml.gz", records(range(60))),
        write_articles(tmp_path / "pubmed21n0002.xml.gz", [*later, deletion_xml(PMIDS[20:30])]),
        write_articles(tmp_path / "pubmed21n0003.xml.gz", [record(number) for number in range(20, 23)]),
    ]


def test_each_article_belongs_to_one_shard_and_shards_are_about_equal():
    # Worked out with 50 digits: four times the fraction of the PMID times the golden ratio.
    assert [shard_of(pmid, 4) for pmid in (1, 2, 3, 34097050, 39999999)] == [3, 1, 4, 4, 4]
    counts = Counter(shard_of(pmid, 16) for pmid in range(30_000_000, 30_100_000))
    assert sorted(counts) == list(range(1, 17))
    assert max(counts.values()) < 1.01 * min(counts.values())


@pytest.mark.parametrize("text", ["0/4", "5/4", "2", "a/b", "1/1001", "-1/2", "1/2/3", ""])
def test_what_is_no_shard_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="such as 2/4"):
        shard_place(text)


def test_shards_hold_and_say_together_what_one_library_does_revisions_and_deletions_too(tmp_path, files):
    whole = Library(tmp_path / "whole")
    build(whole, *files)
    shards = build_shards(tmp_path, 3, *files, match=False)
    parts = [content(shard) for shard in shards]
    for table, rows in content(whole).items():
        together = [row for part in parts for row in part[table] if row[0] is not None]  # one row stands for none
        assert sorted(together, key=repr) == sorted((row for row in rows if row[0] is not None), key=repr), table
    for number, shard in enumerate(shards, start=1):
        with ArticleStore.open(shard.store) as store:
            assert {shard_of(article.pmid, 3) for article in store} == {number}
    opened = [ArticleStore.open(shard.store) for shard in shards]
    with ArticleStore.open(whole.store) as store, SplitStore(_reading(opened)) as split:
        expected, found = store.status(), split.status()
        # All but the time and the space that they took.
        assert [_counts(file) for file in found.applied] == [_counts(file) for file in expected.applied]
        assert replace(found, applied=(), bytes=0) == replace(expected, applied=(), bytes=0)
        assert split.articles(PMIDS[::-1]) == store.articles(PMIDS[::-1])
        assert list(split.articles(PMIDS[::-1])) == list(store.articles(PMIDS[::-1]))
        assert len(expected.set_aside) == 1
        assert split.count() == 53


def test_a_shard_stays_what_it_is(tmp_path, files):
    [first, _] = build_shards(tmp_path, 2, files[0])
    with pytest.raises(LibraryError, match="is shard 1/2 of a split library, and cannot become shard 2/2"):
        build(first, files[0], shard=ShardPlace(2, 2))
    assert build(first, *files).manifest.articles == sum(ShardPlace(1, 2).holds(pmid) for pmid in _kept())
    whole = Library(tmp_path / "whole")
    build(whole, files[0])
    with pytest.raises(LibraryError, match="is a whole library, and cannot become shard 1/2"):
        build(whole, files[0], shard=ShardPlace(1, 2))
    assert place_of(whole) is None


def test_a_shard_without_any_article_is_refused_and_so_is_a_service_without_it(tmp_path):
    source = write_articles(tmp_path / "one.xml.gz", [record(0)])
    own = shard_of(FIRST_PMID, 2)
    empty = Library(tmp_path / "empty")
    with pytest.raises(LibraryError, match=rf"no article falls to shard {3 - own}/2. Split the library into fewer"):
        build(empty, source, shard=ShardPlace(3 - own, 2))
    full = Library(tmp_path / "full")
    build(full, source, shard=ShardPlace(own, 2))
    with pytest.raises(LibraryError, match="empty has no index yet"), local_split([full, empty]):
        pass


def test_the_commands_build_show_and_match_shards(tmp_path, files, capsys):
    folders = [str(tmp_path / f"part-{number}") for number in (1, 2)]
    with small_builds():
        for number, folder in enumerate(folders, start=1):
            assert main([str(files[0]), "--shard", f"{number}/2", "--library", folder]) == 0
        assert main(["--match-shards", *folders]) == 0
        assert f"pubmed-serve --shards {folders[0]} {folders[1]}" in capsys.readouterr().out
        assert main(["--match-shards", *folders, "--json"]) == 0
        again = json.loads(capsys.readouterr().out)
        assert [shard["published"] for shard in again["shards"]] == [False, False]
        assert main(["--status", "--library", folders[1]]) == 0
        assert "shard       2 of 2" in capsys.readouterr().out
        assert main(["--match-shards", folders[0]]) == 1
        assert "Shard 2/2 is missing" in capsys.readouterr().err


def test_shards_that_are_not_those_of_one_library_are_refused(tmp_path):
    def shard(name: str, place: str | None) -> Library:
        library = Library(tmp_path / name)
        library.path.mkdir()
        if place:
            library.shard.write_text(place)
        return library

    first, second, other, whole = shard("a", "1/2"), shard("b", "2/2"), shard("c", "1/3"), shard("d", None)
    assert in_order([second, first]) == [first, second]
    for libraries, said in (
        ([first], "Shard 2/2 is missing"),
        ([first, second, whole], "d is no shard of a split library"),
        ([first, other], "of another split"),
        ([first, shard("e", "1/2"), second], "are both shard 1/2"),
        ([shard("f", "one of two")], "says 'one of two'"),
    ):
        with pytest.raises(LibraryError, match=said):
            in_order(libraries)


def _kept() -> list[int]:
    return [*PMIDS[:23], *PMIDS[30:]]


def _counts(file) -> tuple[object, ...]:
    return file.name, file.read, file.new, file.replaced, file.superseded, file.deleted, file.removed, file.set_aside


def _reading(stores: list[ArticleStore]) -> LocalShards:
    return LocalShards([ShardReader(_NoIndex(), store) for store in stores])


class _NoIndex:
    """Stands where no index is asked."""
