"""An index of cells after an update finds what a new search of every vector finds."""

from pathlib import Path

import faiss
import numpy as np
import pytest

from index.core.errors import LibraryError
from index.engine.update.row_changes import RowChanges
from index.engine.update.vector_update import update_cells
from index.engine.vector_index import VectorIndex

KIND, DIMENSIONS = "IVF20,SQ8", 16


def vectors_of(pmids: np.ndarray, seed: int = 0) -> np.ndarray:
    vectors = np.stack([np.random.default_rng([seed, pmid]).normal(size=DIMENSIONS) for pmid in pmids.tolist()])
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


@pytest.fixture(scope="module")
def old_pmids() -> np.ndarray:
    return np.arange(2000, 0, -2)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory, old_pmids: np.ndarray) -> Path:
    path = tmp_path_factory.mktemp("old") / "embeddings"
    vectors = vectors_of(old_pmids).astype(np.float32)
    index = faiss.index_factory(DIMENSIONS, KIND, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add_with_ids(vectors, np.arange(len(vectors)))
    faiss.write_index(index, str(path))
    return path


def test_rows_keep_their_vectors_and_searches_find_them(old: Path, old_pmids: np.ndarray, tmp_path: Path):
    gone, revised, new = old_pmids[5::50], old_pmids[7::50], np.arange(1, 400, 8)
    fresh = np.sort(np.concatenate([revised, new]))[::-1]
    changes = RowChanges.of(old_pmids, np.concatenate([gone, revised]), fresh)
    update_cells(old, tmp_path / "embeddings", KIND, changes, vectors_of(fresh, seed=1))
    articles = len(changes.pmids)
    assert articles == 1000 - 20 + 50
    index = VectorIndex.open(tmp_path / "embeddings", kind=KIND, articles=articles, dimensions=DIMENSIONS)
    is_fresh = np.isin(changes.pmids, fresh)
    expected = np.where(is_fresh[:, None], vectors_of(changes.pmids, seed=1), vectors_of(changes.pmids))
    differences = np.abs(index.stored(np.arange(articles)) - expected)
    assert np.quantile(differences, 0.999) < 0.03
    assert differences.max() < 0.15, "a component beyond the bounds of the old vectors has the nearest code"
    for row in range(0, articles, 37):
        rows, scores = index.search(expected[row].astype(np.float32), 10)
        assert (rows[0], scores[0]) == (row, pytest.approx(1, abs=0.05))
        exact = np.sort(expected.astype(np.float32) @ expected[row].astype(np.float32))[::-1][:10]
        assert scores == pytest.approx(exact, abs=0.05)


def test_nothing_new_only_renumbers(old: Path, old_pmids: np.ndarray, tmp_path: Path):
    changes = RowChanges.of(old_pmids, old_pmids[:3], old_pmids[:0])
    update_cells(old, tmp_path / "embeddings", KIND, changes, np.zeros((0, DIMENSIONS), dtype=np.float16))
    before = VectorIndex.open(old, kind=KIND, articles=1000, dimensions=DIMENSIONS)
    after = VectorIndex.open(tmp_path / "embeddings", kind=KIND, articles=997, dimensions=DIMENSIONS)
    assert np.array_equal(before.stored(np.arange(3, 1000)), after.stored(np.arange(997)))


def test_a_file_of_another_kind_is_refused(old: Path, old_pmids: np.ndarray, tmp_path: Path):
    changes = RowChanges.of(old_pmids, old_pmids[:0], old_pmids[:0])
    with pytest.raises(LibraryError, match="is not a Faiss index"):
        update_cells(old, tmp_path / "embeddings", "IVF21,SQ8", changes, np.zeros((0, DIMENSIONS), dtype=np.float16))
