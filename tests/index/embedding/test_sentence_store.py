"""The sentences of an article are found again by their hash; what is damaged, or is of texts, is set aside."""

from pathlib import Path

import numpy as np
import pytest

from index.core.errors import LibraryError
from index.embedding.sentence_codes import encode_codes
from index.embedding.sentence_store import SentenceStore
from index.embedding.shard import Shard
from index.embedding.vector_store import VectorStore
from index.records.passages import EncodingKey, text_hash

FINGERPRINT = "ab" * 32


def key(number: int) -> EncodingKey:
    return EncodingKey(900_000_001 + number, text_hash(f"sentences {number}"))


def codes(number: int) -> np.ndarray:
    vectors = np.random.default_rng(number).normal(size=(number, 8)).astype(np.float32)
    return encode_codes(vectors)


def opened(folder: Path) -> SentenceStore:
    return SentenceStore(folder, fingerprint=FINGERPRINT, model="fake")


def filled(folder: Path, *batches: list[int]) -> SentenceStore:
    store = opened(folder)
    for numbers in batches:
        store.append(list(map(key, numbers)), list(map(codes, numbers)))
    return store


def test_sentences_come_back_by_their_hash_in_any_order(tmp_path: Path):
    filled(tmp_path, [3, 0, 2], [5])
    store = opened(tmp_path)
    assert len(store) == 4
    requested = [5, 0, 2, 3, 5]
    found = store.codes(list(map(key, requested)))
    assert all(np.array_equal(own, codes(number)) for own, number in zip(found, requested, strict=True))
    assert store.missing([key(2), key(9)]) == [key(9)]
    with pytest.raises(LibraryError, match="no vector yet"):
        store.codes([key(9)])


def test_keys_and_codes_must_be_as_many(tmp_path: Path):
    with pytest.raises(ValueError, match="2 keys"):
        opened(tmp_path).append([key(1), key(2)], [codes(1)])


def test_shards_of_texts_are_never_taken_for_sentences(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    store = filled(tmp_path, [1, 2])
    of_texts = VectorStore(tmp_path / "texts", fingerprint=FINGERPRINT, model="fake")
    of_texts.append([key(3)], np.ones((1, 8), dtype=np.float32))
    [path] = of_texts.folder.glob("*.safetensors")
    path.rename(store.folder / path.name.replace("000000", "000001"))
    assert len(opened(tmp_path)) == 2
    assert "set aside" in caplog.text


@pytest.mark.parametrize("wrong", ["counts", "codes", "type"])
def test_arrays_that_do_not_fit_are_refused(tmp_path: Path, wrong: str):
    [path] = filled(tmp_path, [1, 2]).folder.glob("*.safetensors")
    shard = Shard.read(path)
    counts = {"counts": np.array([1, 9]), "codes": shard.counts, "type": np.array([1, 2])}[wrong]
    vectors = shard.vectors[:1] if wrong == "codes" else shard.vectors
    counts = counts.astype(np.int64 if wrong == "type" else np.uint16)
    other = Shard(FINGERPRINT, "fake", vectors, shard.pmids, shard.text_hashes, counts)
    with pytest.raises(LibraryError, match="expected"):
        Shard.read(other.write(tmp_path, 7))
