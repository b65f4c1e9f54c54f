"""Vectors outlive indexes: nothing is encoded twice, nothing damaged is believed."""

from pathlib import Path

import numpy as np
import pytest

from index.core.errors import LibraryError
from index.embedding.shard import Shard
from index.embedding.shard_store import BATCH
from index.embedding.vector_store import VectorStore
from index.records.passages import EncodingKey, text_hash

FINGERPRINT = "ab" * 32


def key(number: int) -> EncodingKey:
    return EncodingKey(900_000_001 + number, text_hash(f"text {number}"))


def vector(number: int) -> np.ndarray:
    return np.random.default_rng(number).normal(size=8).astype(np.float32)


def vectors(numbers: range) -> np.ndarray:
    return np.stack([vector(number) for number in numbers])


def open_store(folder: Path) -> VectorStore:
    return VectorStore(folder, fingerprint=FINGERPRINT, model="fake")


def filled_store(folder: Path, *batches: range) -> VectorStore:
    store = open_store(folder)
    for numbers in batches:
        store.append([key(number) for number in numbers], vectors(numbers))
    return store


def shards(store: VectorStore) -> list[Path]:
    return sorted(store.folder.glob("*.safetensors"))


def test_a_row_comes_back_by_its_text_in_any_order(tmp_path: Path):
    filled_store(tmp_path, range(5), range(5, 9))
    requested = [7, 0, 8, 4, 0]
    rows = open_store(tmp_path).rows([key(number) for number in requested])
    assert rows.dtype == np.float16
    assert np.array_equal(rows, np.stack([vector(number) for number in requested]).astype(np.float16))


def test_only_texts_without_vector_are_missing_each_once_and_in_order(tmp_path: Path):
    store = filled_store(tmp_path, range(3))
    twin = EncodingKey(1, key(5).text_hash)
    assert store.missing([key(6), key(1), key(5), twin, key(2)]) == [key(6), key(5)]


def test_the_same_text_under_another_pmid_has_its_vector_already(tmp_path: Path):
    store = filled_store(tmp_path, range(3))
    assert store.missing([EncodingKey(77, key(1).text_hash)]) == []
    assert np.array_equal(store.rows([EncodingKey(77, key(1).text_hash)])[0], vector(1).astype(np.float16))


def test_nothing_is_missing_of_nothing(tmp_path: Path):
    assert open_store(tmp_path).missing([]) == []
    assert len(open_store(tmp_path)) == 0


def test_a_hash_that_ends_in_zero_bytes_is_found(tmp_path: Path):
    odd = EncodingKey(1, b"\x01" + bytes(15))
    store = open_store(tmp_path)
    store.append([odd], vectors(range(1)))
    assert store.missing([odd, EncodingKey(2, bytes(16))]) == [EncodingKey(2, bytes(16))]


def test_a_text_without_vector_names_the_article_and_the_command(tmp_path: Path):
    store = filled_store(tmp_path, range(3))
    with pytest.raises(LibraryError, match=r"PMID 900000005 has no vector.*\n  rebuild-index"):
        store.rows([key(0), key(4)])


@pytest.mark.fault("B9")
def test_equal_batches_make_equal_files(tmp_path: Path):
    filled_store(tmp_path / "one", range(BATCH), range(BATCH, BATCH + 9))
    filled_store(tmp_path / "two", range(BATCH))
    filled_store(tmp_path / "two", range(BATCH, BATCH + 9))
    uninterrupted, interrupted = (sorted((tmp_path / name).rglob("*.safetensors")) for name in ("one", "two"))
    assert [path.name[:7] for path in uninterrupted] == ["000000-", "000001-"]
    assert [path.name for path in uninterrupted] == [path.name for path in interrupted]
    assert [path.read_bytes() for path in uninterrupted] == [path.read_bytes() for path in interrupted]


def test_vectors_of_two_models_never_meet(tmp_path: Path):
    filled_store(tmp_path, range(3))
    other = VectorStore(tmp_path, fingerprint="cd" * 32, model="other")
    assert other.missing([key(1)]) == [key(1)]


def truncated(content: bytes) -> bytes:
    return content[:-7]


def bit_flipped(content: bytes) -> bytes:
    return content[:-100] + bytes([content[-100] ^ 1]) + content[-99:]


def emptied(_: bytes) -> bytes:
    return b""


@pytest.mark.fault("F1", "F2")
@pytest.mark.parametrize("damage", [truncated, bit_flipped, emptied])
def test_a_damaged_shard_is_set_aside_and_its_texts_are_missing_again(
    tmp_path: Path, damage, caplog: pytest.LogCaptureFixture
):
    store = filled_store(tmp_path, range(3), range(3, 6))
    first = shards(store)[0]
    content = damage(first.read_bytes())
    first.write_bytes(content)
    reopened = open_store(tmp_path)
    assert reopened.missing([key(number) for number in range(6)]) == [key(0), key(1), key(2)]
    assert first.with_name(f"{first.name}.damaged").read_bytes() == content
    assert first.name in caplog.text
    reopened.append([key(0), key(1), key(2)], vectors(range(3)))
    assert not first.exists(), "the number of a damaged shard is not used again"
    assert len(open_store(tmp_path)) == 6


def test_a_shard_of_another_model_in_this_models_folder_is_set_aside(tmp_path: Path):
    store = filled_store(tmp_path, range(3))
    path = shards(store)[0]
    shard = Shard.read(path)
    path.unlink()
    Shard("ab" * 8 + "ff" * 24, "other", shard.vectors, shard.pmids, shard.text_hashes).write(store.folder, 0)
    assert len(open_store(tmp_path)) == 0


def test_what_a_killed_write_left_is_not_read(tmp_path: Path):
    store = filled_store(tmp_path, range(3))
    (store.folder / ".pubmed-0123456789abcdef.partial").write_bytes(b"half")
    reopened = open_store(tmp_path)
    assert len(reopened) == 3
    reopened.append([key(3)], vectors(range(3, 4)))
    assert [path.name[:7] for path in shards(store)] == ["000000-", "000001-"]


def test_a_shard_takes_one_vector_a_key_and_no_more_than_a_batch(tmp_path: Path):
    store = open_store(tmp_path)
    with pytest.raises(ValueError, match="2 keys and 3 vectors"):
        store.append([key(0), key(1)], vectors(range(3)))
    with pytest.raises(ValueError, match="1 to 512"):
        store.append([key(number) for number in range(BATCH + 1)], vectors(range(BATCH + 1)))


@pytest.mark.fault("B18")
def test_any_byte_of_a_shard_that_changes_is_noticed(tmp_path: Path):
    path = shards(filled_store(tmp_path, range(2)))[0]
    content = path.read_bytes()
    for position in range(len(content)):
        path.write_bytes(content[:position] + bytes([content[position] ^ 0x20]) + content[position + 1 :])
        with pytest.raises(LibraryError, match="damaged"):
            Shard.read(path)


def test_a_shard_of_an_earlier_program_is_read_by_its_number(tmp_path: Path):
    path = shards(filled_store(tmp_path, range(2)))[0]
    path.rename(path.with_name("000007.safetensors"))
    store = open_store(tmp_path)
    assert len(store) == 2
    store.append([key(3)], vectors(range(3, 4)))
    assert [path.name[:6] for path in shards(store)] == ["000007", "000008"]


NOT_OURS = [".DS_Store", "000000 (conflicted copy).safetensors", "0x.safetensors", "my.safetensors"]


@pytest.mark.fault("B17")
@pytest.mark.parametrize("name", NOT_OURS)
def test_a_file_of_another_name_is_neither_read_nor_counted_nor_moved(tmp_path: Path, name: str):
    store = filled_store(tmp_path, range(2))
    (store.folder / name).write_bytes(b"a person's own")
    reopened = open_store(tmp_path)
    reopened.append([key(3)], vectors(range(3, 4)))
    assert len(open_store(tmp_path)) == 3
    assert (store.folder / name).read_bytes() == b"a person's own"


@pytest.mark.fault("B16")
@pytest.mark.parametrize("wrong", ["types", "lengths", "numbers", "link"])
def test_a_shard_whose_arrays_cannot_be_is_refused(tmp_path: Path, wrong: str):
    shard = Shard.read(shards(filled_store(tmp_path, range(2)))[0])
    fields = [shard.fingerprint, shard.model, shard.vectors, shard.pmids, shard.text_hashes]
    match wrong:
        case "types":
            fields[2] = shard.vectors.astype(np.float32)
        case "lengths":
            fields[3] = shard.pmids[:1]
        case "numbers":
            fields[2] = shard.vectors * np.float16("nan")
    (tmp_path / "other").mkdir()
    path = Shard(*fields).write(tmp_path / "other", 0)
    if wrong == "link":
        path.rename(tmp_path / "outside.safetensors")
        path.symlink_to(tmp_path / "outside.safetensors")
    with pytest.raises(LibraryError, match=r"expected \d rows|no numbers|regular file"):
        Shard.read(path)
