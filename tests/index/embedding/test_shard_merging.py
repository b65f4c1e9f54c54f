"""Small shards become large ones; whatever happens meanwhile, every vector is there and is bit for bit the same."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.core.errors import LibraryError
from index.core.progress import SILENT
from index.embedding import shard_merging
from index.embedding.shard import Shard
from index.embedding.shard_merging import merge_small_shards
from index.embedding.shard_store import ShardStore
from index.embedding.shard_table import TABLE, ShardTable
from index.embedding.vector_store import VectorStore
from tests.index.embedding import test_sentence_store as sentences
from tests.index.embedding.test_vector_store import key, open_store, shards

BATCHES = [range(start, start + 4) for start in range(0, 40, 4)]
TEXTS = 40


def vector(number: int) -> np.ndarray:
    """Return a vector that is larger than the description of a shard."""
    return np.random.default_rng(number).normal(size=256).astype(np.float32)


def vectors(numbers: Iterable[int]) -> np.ndarray:
    return np.stack([vector(number) for number in numbers])


def filled_store(folder: Path, *batches: range) -> VectorStore:
    store = open_store(folder)
    for numbers in batches:
        store.append([key(number) for number in numbers], vectors(numbers))
    return store


@pytest.fixture(autouse=True)
def small_shards_fill_a_large_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    [one] = shards(filled_store(tmp_path / "measured", BATCHES[0]))
    monkeypatch.setattr(shard_merging, "LARGE_BYTES", 4 * one.stat().st_size)
    monkeypatch.setattr(shard_merging, "_AT_ONCE", 1)


def rows(store: Any) -> np.ndarray:
    return store.rows([key(number) for number in range(TEXTS)])


def numbers(store: ShardStore) -> list[str]:
    return [path.name[:6] for path in shards(store)]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_full_groups_are_merged_the_rest_waits_and_no_bit_changes(tmp_path: Path):
    store = filled_store(tmp_path, *BATCHES)
    merge_small_shards(store, SILENT)
    assert numbers(store) == ["000000", "000004", "000008", "000009"]
    for one in (store, open_store(tmp_path)):
        assert len(one) == TEXTS
        assert np.array_equal(rows(one), vectors(range(TEXTS)).astype(np.float16))
    first = Shard.read(shards(store)[0])
    assert first.pmids.tolist() == [key(number).pmid for number in range(16)]
    merged = files(store.folder)
    merge_small_shards(open_store(tmp_path), SILENT)
    assert files(store.folder) == merged, "nothing is merged twice"


def test_later_shards_are_merged_when_they_fill_a_large_one(tmp_path: Path):
    merge_small_shards(filled_store(tmp_path, *BATCHES[:5]), SILENT)
    assert numbers(open_store(tmp_path)) == ["000000", "000004"]
    store = open_store(tmp_path)
    for batch in BATCHES[5:]:
        store.append([key(number) for number in batch], vectors(batch))
    merge_small_shards(store, SILENT)
    assert numbers(store) == ["000000", "000004", "000008", "000009"]
    assert np.array_equal(rows(open_store(tmp_path)), vectors(range(TEXTS)).astype(np.float16))


def test_tiny_shards_are_merged_when_they_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shard_merging, "LARGE_BYTES", 100 << 20)
    monkeypatch.setattr(shard_merging, "_MOST_SMALL", 6)
    merge_small_shards(filled_store(tmp_path, *BATCHES), SILENT)
    assert numbers(open_store(tmp_path)) == ["000000", "000006", "000007", "000008", "000009"]
    assert np.array_equal(rows(open_store(tmp_path)), vectors(range(TEXTS)).astype(np.float16))


def test_after_merging_opening_reads_the_table_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    merge_small_shards(filled_store(tmp_path, *BATCHES), SILENT)
    monkeypatch.setattr(Shard, "read", None)
    assert len(open_store(tmp_path)) == TEXTS


class Killed(BaseException):
    """Stands for a kill: nothing after it runs, and nothing of ours catches it."""


def killing(function: Callable[..., Any], calls: int, *, after: bool) -> Callable[..., Any]:
    left = [calls]

    def call(*args: Any, **keywords: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and not after:
            raise Killed
        result = function(*args, **keywords)
        if left[0] == 0:
            raise Killed
        return result

    return call


STEPS = {
    "before the first large shard": (Shard, "write", 1, False),
    "after the first large shard": (Shard, "write", 1, True),
    "before the table": (ShardTable, "write", 1, False),
    "after the table": (ShardTable, "write", 1, True),
    "in the middle of removing": (Path, "unlink", 2, True),
    "after the first were removed": (Path, "unlink", 4, True),
    "after the second large shard": (Shard, "write", 2, True),
    "after the second table": (ShardTable, "write", 2, True),
}


@pytest.mark.fault("B1", "B9")
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_between_any_two_steps_leaves_every_vector_and_the_next_run_ends_the_same(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
):
    uninterrupted = filled_store(tmp_path / "uninterrupted", *BATCHES)
    uninterrupted.save_table()
    merge_small_shards(uninterrupted, SILENT)
    store = filled_store(tmp_path / "killed", *BATCHES)
    store.save_table()
    owner, name, calls, after = STEPS[step]
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, killing(getattr(owner, name), calls, after=after))
        with pytest.raises(Killed):
            merge_small_shards(store, SILENT)
    next_run = open_store(tmp_path / "killed")
    assert next_run.missing([key(number) for number in range(TEXTS)]) == []
    assert np.array_equal(rows(next_run), vectors(range(TEXTS)).astype(np.float16))
    merge_small_shards(next_run, SILENT)
    assert files(store.folder) == files(uninterrupted.folder)
    assert np.array_equal(rows(open_store(tmp_path / "killed")), vectors(range(TEXTS)).astype(np.float16))


@pytest.mark.fault("B18")
def test_small_shards_stay_while_the_large_one_that_should_replace_them_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = filled_store(tmp_path, *BATCHES[:5])
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", killing(Path.unlink, 1, after=False))
        with pytest.raises(Killed):
            merge_small_shards(store, SILENT)
    [large] = [path for path in shards(store) if path.stat().st_size > 5000]
    content = large.read_bytes()
    large.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    with pytest.raises(LibraryError, match="damaged"):
        merge_small_shards(open_store(tmp_path), SILENT)
    next_run = open_store(tmp_path)
    assert next_run.missing([key(number) for number in range(20)]) == []
    merge_small_shards(next_run, SILENT)
    assert numbers(next_run) == ["000000", "000004"]
    found = open_store(tmp_path).rows([key(number) for number in range(20)])
    assert np.array_equal(found, vectors(range(20)).astype(np.float16))


@pytest.mark.fault("F1", "B18")
def test_a_damaged_small_shard_is_set_aside_and_the_next_run_goes_on(tmp_path: Path):
    path = shards(filled_store(tmp_path, *BATCHES))[2]
    open_store(tmp_path)
    store = open_store(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    with pytest.raises(LibraryError, match=r"set aside(.|\n)*\n  rebuild-index"):
        merge_small_shards(store, SILENT)
    store = open_store(tmp_path)
    missing = store.missing([key(number) for number in range(TEXTS)])
    assert missing == [key(number) for number in BATCHES[2]]
    store.append(missing, vectors(BATCHES[2]))
    merge_small_shards(store, SILENT)
    assert np.array_equal(rows(open_store(tmp_path)), vectors(range(TEXTS)).astype(np.float16))


def test_of_a_text_with_two_vectors_the_same_one_is_used_after_merging(tmp_path: Path):
    store = open_store(tmp_path)
    for place, batch in enumerate(BATCHES):
        twins = [key(number) for number in (*batch, 3, 39)]
        store.append(twins, vectors(100 * place + number for number in range(6)))
    before = rows(store)
    merge_small_shards(store, SILENT)
    assert len(shards(store)) < len(BATCHES)
    assert np.array_equal(rows(store), before)
    assert np.array_equal(rows(open_store(tmp_path)), before)
    (store.folder / TABLE).unlink()
    assert np.array_equal(rows(open_store(tmp_path)), before)


def test_a_shard_whose_texts_are_all_in_others_is_removed(tmp_path: Path):
    store = filled_store(tmp_path, range(4), range(4, 8))
    store.append([key(5), key(1)], np.zeros((2, 256), dtype=np.float32))
    merge_small_shards(store, SILENT)
    assert numbers(store) == ["000000", "000001"]
    assert np.array_equal(store.rows([key(1), key(5)]), np.stack([vector(1), vector(5)]).astype(np.float16))


def test_sentences_are_merged_by_the_same_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shard_merging, "_MOST_SMALL", 3)
    store = sentences.filled(tmp_path, *([number, number + 1] for number in range(0, 16, 2)))
    requested = [sentences.key(number) for number in range(16)]
    before = store.codes(requested)
    merge_small_shards(store, SILENT)
    assert numbers(store) == ["000000", "000003", "000006", "000007"]
    found = sentences.opened(tmp_path).codes(requested)
    assert [codes.tolist() for codes in found] == [codes.tolist() for codes in before]
    assert [len(codes) for codes in found] == list(range(16))
