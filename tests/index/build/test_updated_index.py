"""An index that updates carry on, build after build, holds and answers what an index of all articles does."""

import logging
import multiprocessing
import random
import signal
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings

from index.build import index_changes, index_job
from index.build.library_check import verify_library
from index.core.errors import LibraryError
from index.core.progress import SILENT
from index.engine.search_index import SearchIndex
from index.engine.update.index_update import IndexUpdate
from index.library.builds import current_build, current_manifest, rollback
from index.library.layout import Library
from index.records.article import Article
from index.store.article_store import ArticleStore
from tests.support.builds.killed_builds import MODELS, build, killed_build, record, records, small_builds
from tests.support.fakes.fake_encoder import FakeEncoder
from tests.support.oracles.brute_force_filter import keeps
from tests.support.oracles.random_filters import filter_expressions
from tests.support.records import rich_articles
from tests.support.records.pubmed_xml import FIRST_PMID, deletion_xml, write_articles

COUNT = 80
ARRIVALS = (2, 4, 3, 7, 5, 6)
"""The numbers of the updates as they arrive: later ones before earlier ones, whose records wait for a deletion."""
OTHERWISE = ("bm25/", "exact/", "config.json", "manifest.json")
"""What is written otherwise: words in other segments, times."""
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def write_update(path: Path, seed: int) -> Path:
    """Write a file of revised, new, returning and deleted articles, some with values in another spelling."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    written = rich_articles.records(COUNT + 40, seed)
    numbers = chance.sample(range(COUNT + 5 * seed), 9)
    deleted = chance.sample(range(COUNT), 4)
    texts = [written[number].replace("dry eye", "Dry Eye").replace("pollen", "POLLEN (PLN)") for number in numbers]
    return write_articles(path, [*texts, deletion_xml(FIRST_PMID + 5000 + number for number in deleted)])


def files_of(library: Library) -> dict[str, bytes]:
    folder = current_build(library)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in files.items() if not name.startswith(OTHERWISE)}


def opened(library: Library) -> SearchIndex:
    return SearchIndex.open(current_build(library), encoder=FakeEncoder(MODELS["fake"]))


@pytest.fixture(scope="module", autouse=True)
def small_libraries():
    with mock.patch.multiple(index_changes, LEAST_ARTICLES=1, MOST_CHANGED=0.1):
        yield


@pytest.fixture
def any_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_changes, "MOST_CHANGED", 100)


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, Library]:
    """Return a library in which updates were carried on, and one of the same files in one build."""
    folder = tmp_path_factory.mktemp("updated")
    files = [write_articles(folder / "pubmed21n0001.xml.gz", rich_articles.records(COUNT))]
    updated, whole = Library(folder / "updated"), Library(folder / "whole")
    build(updated, *files)
    with mock.patch.object(index_changes, "MOST_CHANGED", 100):
        for number in ARRIVALS:
            before = current_manifest(updated)
            files.append(write_update(folder / f"pubmed21n{number:04d}.xml.gz", number))
            result = build(updated, files[-1])
            assert result.changed
            assert result.manifest.changed == (before.changed or 0) + result.changed
    assert build(whole, *files).changed is None
    return updated, whole


def test_every_file_but_those_of_words_is_byte_for_byte_that_of_a_whole_build(libraries):
    updated, whole = map(files_of, libraries)
    assert updated.keys() == whole.keys()
    assert [name for name in whole if updated[name] != whole[name]] == []


def test_a_check_finds_an_updated_library_sound(libraries):
    with small_builds():
        assert verify_library(libraries[0], SILENT).faults == ()


def test_filters_keep_what_a_look_at_every_article_keeps(libraries):
    index = opened(libraries[0])
    with ArticleStore.open(libraries[0].store) as store:
        articles: list[Article] = list(store)

    @SETTINGS
    @given(filter_expressions(articles))
    def hold(expression):
        kept = index.pmids_of(index.select(expression)).tolist()
        assert kept == sorted((one.pmid for one in articles if keeps(expression, one)), reverse=True)

    hold()


def test_rankings_are_those_of_a_whole_build_but_for_the_statistics_of_words(libraries):
    updated, whole = map(opened, libraries)
    for text in (*rich_articles.WORDS, "honey pollen garden", "metformin risk trial of bees"):
        query = whole.encode(text)
        assert list(updated.nearest(query, 40)) == list(whole.nearest(query, 40))
        found, expected = (
            {match.pmid: match.score for match in index.matching(text, 200).matches} for index in (updated, whole)
        )
        assert found.keys() == expected.keys()
        # Half of the articles were written twice or deleted, and still count.
        assert list(found.values()) == pytest.approx([expected[pmid] for pmid in found], rel=0.35)
    for field in ("year", "mesh", "keyword", "author"):
        assert updated.facets(field) == whole.facets(field)
    assert updated.abbreviations.pairs("pln") == whole.abbreviations.pairs("pln") != ()


def test_plain_txtai_opens_an_updated_build(libraries):
    from txtai import Embeddings

    index = opened(libraries[0])
    with Embeddings() as plain:
        plain.load(str(current_build(libraries[0])))
        plain.model.transform = FakeEncoder().encode
        assert plain.count() == len(index.pmids)
        [(pmid, score)] = plain.search("honey pollen garden", 1)
    [best] = index.nearest(index.encode("honey pollen garden"), 1)
    assert (pmid, score) == (best.pmid, pytest.approx(best.score, abs=1e-5))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    build(library, write_articles(tmp_path / "pubmed21n0001.xml.gz", records()))
    return library


def revision(path: Path, count: int = 2) -> Path:
    return write_articles(
        path, [record(number, keywords=["new word"], revised="2022-01-01") for number in range(count)]
    )


def with_keyword(library: Library) -> int:
    return len(opened(library).matching("new word", 100).matches)


def test_a_few_changes_are_carried_on_and_more_write_all(library: Library, tmp_path: Path):
    result = build(library, revision(tmp_path / "pubmed21n0002.xml.gz"))
    assert (result.changed, result.manifest.changed, with_keyword(library)) == (2, 2, 2)
    result = build(library, revision(tmp_path / "pubmed21n0003.xml.gz", 1))
    assert (result.changed, result.manifest.changed, with_keyword(library)) == (1, 3, 2)
    result = build(library, revision(tmp_path / "pubmed21n0004.xml.gz", 1))
    assert (result.changed, result.manifest.changed, with_keyword(library)) == (None, None, 2)


def test_a_small_library_is_written_whole(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(index_changes, "LEAST_ARTICLES", 31)
    assert build(library, revision(tmp_path / "pubmed21n0002.xml.gz")).changed is None


def test_a_file_that_changes_no_article_is_carried_on(library: Library, tmp_path: Path):
    expected = files_of(library)
    older = [record(number, title="Before", revised="2020-01-01") for number in range(5)]
    result = build(library, write_articles(tmp_path / "pubmed20n0001.xml.gz", older))
    assert (result.published, result.changed) == (True, 0)
    assert files_of(library) == expected


def test_all_articles_can_be_deleted_but_a_few(library: Library, tmp_path: Path, any_share):
    deletions = deletion_xml(range(FIRST_PMID + 1, FIRST_PMID + 30))
    assert build(library, write_articles(tmp_path / "pubmed21n0002.xml.gz", [deletions])).changed == 29
    assert opened(library).pmids.tolist() == [FIRST_PMID]


@pytest.mark.parametrize("change", ["limit", "model", "damage", "another store", "cells"])
def test_what_cannot_be_carried_on_is_written_whole(library: Library, tmp_path: Path, change: str, monkeypatch):
    newer = revision(tmp_path / "pubmed21n0002.xml.gz")
    options = {"limit": {"limit": 20}, "model": {"model": "other"}}.get(change, {})
    if change == "damage":
        codes = current_build(library) / "sentences" / "codes.npy"
        codes.write_bytes(codes.read_bytes()[:-1] + b"\0")
    elif change == "cells":
        monkeypatch.setattr(index_changes, "EXACT_UP_TO", 29)
    elif change == "another store":
        older = write_articles(tmp_path / "pubmed20n0009.xml.gz", [record(40), record(41)])
        assert build(library, older, from_scratch=True).changed is None
        return
    assert build(library, newer, **options).changed is None


@pytest.mark.fault("B6")
def test_an_update_that_fails_its_check_writes_all(library: Library, tmp_path: Path, caplog, monkeypatch):
    calls: list[object] = []

    def check(*args: object) -> None:
        calls.append(args)
        if len(calls) == 1:
            raise LibraryError("some articles are lost")

    monkeypatch.setattr(index_job, "verify", check)
    with caplog.at_level(logging.WARNING):
        result = build(library, revision(tmp_path / "pubmed21n0002.xml.gz"))
    assert (len(calls), result.changed, with_keyword(library)) == (2, None, 2)
    assert "some articles are lost" in caplog.text
    assert [path.name for path in library.builds.iterdir() if path.name.startswith(".")] == []


def test_an_update_can_be_rolled_back(library: Library, tmp_path: Path):
    before = files_of(library)
    build(library, revision(tmp_path / "pubmed21n0002.xml.gz"))
    rollback(library)
    assert files_of(library) == before
    assert with_keyword(library) == 0


def _die(*_: object) -> None:
    signal.raise_signal(signal.SIGKILL)


def _killed_update(moment: str, library: Path, source: Path) -> None:
    with mock.patch.multiple(index_changes, LEAST_ARTICLES=1, MOST_CHANGED=0.1):
        if moment != "in the middle of the update":
            killed_build(moment, library, source)
        with mock.patch.object(IndexUpdate, "_write_vectors", side_effect=_die):
            build(Library(library), source)


@pytest.mark.fault("B1", "B8")
@pytest.mark.parametrize(
    "moment",
    ["in the middle of the update", "before verifying", "before the build is flushed", "before the pointer moves"],
)
def test_a_killed_update_leaves_the_build_in_service_and_is_made_by_the_next_run(
    library: Library, tmp_path: Path, moment: str
):
    served, before = current_build(library), files_of(library)
    newer = revision(tmp_path / "pubmed21n0002.xml.gz")
    process = multiprocessing.get_context("forkserver").Process(
        target=_killed_update, args=(moment, library.path, newer)
    )
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert (current_build(library), files_of(library), with_keyword(library)) == (served, before, 0)
    assert (build(library, newer).changed, with_keyword(library)) == (2, 2)
    assert not list(library.builds.glob(".*"))
