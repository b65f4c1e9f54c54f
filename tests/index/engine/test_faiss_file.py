"""A Faiss file is read only if each of its numbers is the one that it must be."""

from pathlib import Path

import faiss
import numpy as np
import pytest

from index.core.errors import LibraryError
from index.engine.faiss_file import check_faiss_file

ROWS, WIDTH = 300, 8
KINDS = ("IDMap,SQ8", "IVF5,SQ8")


def written(path: Path, kind: str, vectors: np.ndarray | None = None) -> Path:
    random_vectors = np.random.default_rng(5).normal(size=(ROWS, WIDTH)).astype(np.float32)
    index = faiss.index_factory(WIDTH, kind, faiss.METRIC_INNER_PRODUCT)
    index.train(random_vectors)
    index.add_with_ids(random_vectors if vectors is None else vectors, np.arange(ROWS))
    faiss.write_index(index, str(path))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_what_faiss_writes_is_accepted(tmp_path: Path, kind: str):
    check_faiss_file(written(tmp_path / "index", kind), kind=kind, articles=ROWS, dimensions=WIDTH)


def test_an_index_with_few_filled_cells_is_accepted(tmp_path: Path):
    path = written(tmp_path / "index", "IVF5,SQ8", np.ones((ROWS, WIDTH), dtype=np.float32))
    assert b"sprs" in path.read_bytes()
    check_faiss_file(path, kind="IVF5,SQ8", articles=ROWS, dimensions=WIDTH)


@pytest.mark.fault("B16")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("articles", "dimensions"), [(ROWS + 1, WIDTH), (ROWS, WIDTH * 2), (2**31 - 1, 65_536)])
def test_an_index_of_another_size_is_refused(tmp_path: Path, kind: str, articles: int, dimensions: int):
    path = written(tmp_path / "index", kind)
    with pytest.raises(LibraryError, match="is not a Faiss index"):
        check_faiss_file(path, kind=kind, articles=articles, dimensions=dimensions)


@pytest.mark.fault("B16")
@pytest.mark.parametrize("content", [b"", b"IxMp", b"IwSq", b"IxPT" * 1000, b"\0" * 100])
@pytest.mark.parametrize("kind", KINDS)
def test_another_file_is_refused(tmp_path: Path, kind: str, content: bytes):
    (tmp_path / "index").write_bytes(content)
    with pytest.raises(LibraryError, match="is not a Faiss index"):
        check_faiss_file(tmp_path / "index", kind=kind, articles=ROWS, dimensions=WIDTH)


@pytest.mark.fault("B16")
@pytest.mark.parametrize("kind", KINDS)
def test_with_any_number_changed_faiss_reads_it_safely_or_it_is_refused(tmp_path: Path, kind: str):
    path = written(tmp_path / "index", kind)
    content = path.read_bytes()
    refused = 0
    for position in [*range(400), *range(len(content) - 400, len(content))]:
        path.write_bytes(content[:position] + b"\xff" + content[position + 1 :])
        if content[position] == 0xFF:
            continue
        try:
            check_faiss_file(path, kind=kind, articles=ROWS, dimensions=WIDTH)
        except LibraryError:
            refused += 1
        else:
            assert faiss.read_index(str(path)).ntotal == ROWS
    assert refused > 300
