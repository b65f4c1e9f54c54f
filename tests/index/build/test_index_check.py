"""A new index is verified by a sample of articles, and looks into as many cells as their titles need.

One that fails its check is not published; it stays aside until the next build.
"""

from pathlib import Path
from types import SimpleNamespace

import faiss
import numpy as np
import pytest

from index.build.index_check import LEAST_RECALL, NEAREST, choose_cells, choose_sample, verify, verify_model
from index.core.errors import LibraryError
from index.core.progress import SILENT
from index.engine.search_index import SearchIndex
from index.engine.vector_index import VectorIndex
from index.lexical.matches import KeywordMatches
from index.library.builds import current_build
from index.library.layout import Library
from index.records.passages import EncodingKey, passage_of
from tests.support.builds.killed_builds import build, records
from tests.support.fakes.fake_index import FakeEncoder, FakeIndex, article
from tests.support.records.pubmed_xml import write_articles

TITLED = article(900000001, title="Zinc in zebrafish larvae", abstract="Zebrafish were fed with zinc.")
UNTITLED = article(900000002, title="", abstract="Muons were counted in marrow.")
OTHERS = [article(900000010 + number, title=f"Quartz number {number} of a cave", abstract="") for number in range(30)]


def check(index: FakeIndex, *articles) -> None:
    passages = [passage_of(one) for one in articles]
    verify(index, passages, FakeEncoder().encode([f"{one.title} {one.abstract}" for one in articles]))


def test_an_index_that_has_its_articles_is_sound_whether_they_have_titles_or_not():
    check(FakeIndex([TITLED, UNTITLED]), TITLED, UNTITLED)


def test_an_index_without_an_article_is_refused():
    with pytest.raises(LibraryError, match="does not hold an article of the store: 900000002"):
        check(FakeIndex([TITLED]), UNTITLED)


def test_an_index_with_another_vector_for_one_article_is_refused():
    passages = [passage_of(TITLED), passage_of(UNTITLED)]
    vectors = FakeEncoder().encode(["Zinc in zebrafish larvae Zebrafish were fed with zinc.", "quiz"])
    with pytest.raises(LibraryError, match="Of 2 articles compared, 1 have other vectors"):
        verify(FakeIndex([TITLED, UNTITLED]), passages, vectors)


def test_one_title_that_finds_nothing_decides_nothing_and_many_of_them_do(monkeypatch: pytest.MonkeyPatch):
    index = FakeIndex(OTHERS)
    matching, lost = index.matching, {OTHERS[3].title}
    monkeypatch.setattr(index, "matching", lambda title, limit: matching("zebra" if title in lost else title, limit))
    check(index, *OTHERS)
    lost |= {one.title for one in OTHERS[:8]}
    with pytest.raises(LibraryError, match="Of 30 articles compared, 8 are not found by the words of their own titles"):
        check(index, *OTHERS)


def test_a_model_that_encodes_otherwise_is_noticed(monkeypatch: pytest.MonkeyPatch):
    index = FakeIndex([TITLED, UNTITLED])
    verify_model(index, passage_of(TITLED))
    monkeypatch.setattr(FakeIndex, "encode", lambda self, text: self.encoder.encode(["quiz"])[0])
    with pytest.raises(LibraryError, match="PMID 900000001 another vector"):
        verify_model(index, passage_of(TITLED))


def test_the_sample_is_spread_over_all_articles():
    keys = [EncodingKey(number, b"") for number in range(1, 10_001)]
    sample = choose_sample(keys)
    assert len(sample) == 128
    assert sample[0].pmid == 1
    assert sample[-1].pmid > 9_900
    assert choose_sample(keys[:5]) == keys[:5]


def vectors_in_cells(path: Path, kind: str, count: int) -> VectorIndex:
    rows = np.random.default_rng(1).standard_normal((count, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = faiss.index_factory(16, kind, faiss.METRIC_INNER_PRODUCT)
    index.train(rows)
    index.add_with_ids(rows, np.arange(count))
    faiss.write_index(index, str(path))
    return VectorIndex.open(path, kind=kind, articles=count, dimensions=16)


def test_as_many_cells_are_searched_as_the_nearest_articles_need(tmp_path: Path):
    vectors = vectors_in_cells(tmp_path / "cells", "IVF128,SQ8", 5000)
    queries = np.random.default_rng(2).standard_normal((50, 16)).astype(np.float32)
    encoder = SimpleNamespace(encode=lambda titles: queries[: len(titles)])
    cells, recall = choose_cells(vectors, encoder, ["a title"] * 50, SILENT)
    assert cells in {16, 32, 64, 128}
    assert recall >= LEAST_RECALL
    exact = vectors.nearest_rows(queries, NEAREST, cells=128)

    def recall_with(searched: int) -> float:
        found = vectors.nearest_rows(queries, NEAREST, cells=searched)
        return float(np.mean([np.isin(near, rows).mean() for near, rows in zip(exact, found, strict=True)]))

    assert recall == pytest.approx(recall_with(cells))
    assert cells == 16 or recall_with(cells // 2) < LEAST_RECALL


def test_an_index_without_cells_compares_every_vector(tmp_path: Path):
    vectors = vectors_in_cells(tmp_path / "flat", "IDMap,SQ8", 500)
    assert choose_cells(vectors, SimpleNamespace(), ["a title"], SILENT) == (None, 1.0), "and nothing is encoded for it"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "pubmed21n0001.xml.gz", records())


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "a library")


@pytest.mark.parametrize("part", ["vectors", "words", "count"])
def test_an_index_that_does_not_find_its_own_article_is_not_published(
    library: Library, source: Path, part: str, monkeypatch: pytest.MonkeyPatch
):
    build(library, source, limit=10)
    served = current_build(library)
    if part == "vectors":
        monkeypatch.setattr(SearchIndex, "vectors", lambda self, pmids: np.ones((len(pmids), 32)) / 32**0.5)
    elif part == "words":
        monkeypatch.setattr(SearchIndex, "matching", lambda *_, **__: KeywordMatches(0, ()))
    else:
        monkeypatch.setattr(SearchIndex, "sizes", (30, 29, 30, 30))
    with pytest.raises(LibraryError, match=r"is kept in (.*) until the next build:\n  rebuild-index") as refused:
        build(library, source)
    assert current_build(library) == served
    [kept] = [path for path in library.builds.iterdir() if path != served]
    assert str(kept) in str(refused.value)
    assert (kept / "manifest.json").is_file()
    monkeypatch.undo()
    build(library, source)
    assert not kept.exists()
