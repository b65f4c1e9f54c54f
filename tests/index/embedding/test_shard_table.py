"""The table answers for the shards without reading them, and is believed no further than it fits them."""

import json
from hashlib import blake2b, sha256
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from index.core.errors import LibraryError
from index.embedding.shard import Shard
from index.embedding.shard_table import TABLE, ShardTable
from index.embedding.vector_store import VectorStore
from tests.index.embedding.test_vector_store import FINGERPRINT, filled_store, key, open_store, shards, vector, vectors

BATCHES = (range(5), range(5, 9), range(9, 12))
TEXTS = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of three shards with their table."""
    filled_store(tmp_path, *BATCHES)
    return open_store(tmp_path).folder


def reopened(folder: Path) -> VectorStore:
    return open_store(folder.parent)


def has_all(store: VectorStore) -> bool:
    rows = store.rows([key(number) for number in reversed(range(TEXTS))])
    return np.array_equal(rows[::-1], vectors(range(TEXTS)).astype(np.float16))


def no_reading(path: Path, **_: bool) -> Shard:
    raise AssertionError(f"{path} was read")


def test_opening_reads_the_table_and_no_shard(folder: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patched:
        patched.setattr(Shard, "read", no_reading)
        store = reopened(folder)
        assert len(store) == TEXTS
        assert store.missing([key(3), key(99), key(11)]) == [key(99)]
        assert np.array_equal(store.text_hashes(), np.sort(store.text_hashes()))
    assert has_all(store)


def test_a_shard_is_read_when_its_rows_are_needed_and_its_bytes_are_checked_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    read, calls = Shard.read, []

    def noting(path: Path, *, checked: bool = False) -> Shard:
        calls.append((path.name[:6], checked))
        return read(path, checked=checked)

    monkeypatch.setattr(Shard, "read", noting)
    store = reopened(folder)
    store.rows([key(6), key(0), key(7)])
    store.rows([key(8)])
    assert calls == [("000000", False), ("000001", False), ("000001", True)]


def damaged_in_place(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-100] + bytes([content[-100] ^ 1]) + content[-99:])


@pytest.mark.fault("F1", "F2", "B18")
def test_a_damage_found_late_sets_the_shard_aside_and_its_texts_are_missing(folder: Path):
    path = shards(reopened(folder))[1]
    damaged_in_place(path)
    store = reopened(folder)
    assert store.missing([key(5)]) == [], "its size is the same"
    with pytest.raises(LibraryError, match=rf"{path.name} are damaged(.|\n)*set aside as .*\n  rebuild-index"):
        store.rows([key(0), key(5)])
    assert path.with_name(f"{path.name}.damaged").exists()
    for opened in (store, reopened(folder)):
        assert opened.missing([key(number) for number in range(TEXTS)]) == [key(number) for number in range(5, 9)]
    store.append([key(number) for number in range(5, 9)], vectors(range(5, 9)))
    assert has_all(store)
    assert has_all(reopened(folder))


def test_a_shard_that_vanishes_while_it_is_needed_is_a_stated_error(folder: Path):
    store = reopened(folder)
    shards(store)[0].unlink()
    with pytest.raises(LibraryError, match="rebuild-index"):
        store.rows([key(0)])
    assert store.missing([key(0)]) == [key(0)]


def absent(table: Path) -> None:
    table.unlink()


def stale(table: Path) -> None:
    store = filled_store(table.parents[1] / "other", BATCHES[0])
    open_store(table.parents[1] / "other")
    table.write_bytes((store.folder / TABLE).read_bytes())


def flipped(table: Path) -> None:
    content = table.read_bytes()
    table.write_bytes(content[:-60] + bytes([content[-60] ^ 4]) + content[-59:])


def truncated(table: Path) -> None:
    table.write_bytes(table.read_bytes()[:-8])


def emptied(table: Path) -> None:
    table.write_bytes(b"")


def noise(table: Path) -> None:
    table.write_bytes(np.random.default_rng(1).bytes(700))


def with_checksum(content: bytes) -> bytes:
    return content + blake2b(content, digest_size=16).digest()


def later_format(table: Path) -> None:
    content = table.read_bytes()[:-16]
    table.write_bytes(with_checksum(content.replace(b'"format":1', b'"format":2')))


def of_another_model(table: Path) -> None:
    content = table.read_bytes()[:-16]
    table.write_bytes(with_checksum(content.replace(FINGERPRINT.encode(), b"cd" * 32)))


def rows_of_no_shard(table: Path) -> None:
    content = table.read_bytes()[:-16]
    table.write_bytes(with_checksum(content[:-8] + (TEXTS).to_bytes(8, "little")))


def link(table: Path) -> None:
    outside = table.parents[1] / "outside"
    table.rename(outside)
    table.symlink_to(outside)


UNUSABLE = [absent, stale, flipped, truncated, emptied, noise, later_format, of_another_model, rows_of_no_shard, link]


@pytest.mark.fault("B16", "B18")
@pytest.mark.parametrize("change", UNUSABLE)
def test_a_table_that_does_not_fit_is_made_again_of_the_shards(folder: Path, change, caplog: pytest.LogCaptureFixture):
    content = (folder / TABLE).read_bytes()
    change(folder / TABLE)
    store = reopened(folder)
    assert has_all(store)
    assert not (folder / TABLE).is_symlink()
    assert (folder / TABLE).read_bytes() == content
    assert ("is made again" in caplog.text) == (change not in (absent, stale, of_another_model))
    if change is link:
        assert (folder.parent / "outside").read_bytes() == content


@pytest.mark.fault("B18")
def test_any_byte_of_the_table_that_changes_is_noticed(folder: Path):
    content = (folder / TABLE).read_bytes()
    for position in range(len(content)):
        changed = content[:position] + bytes([content[position] ^ 0x20]) + content[position + 1 :]
        (folder / TABLE).write_bytes(changed)
        with pytest.raises(LibraryError, match="damaged"):
            ShardTable.read(folder)


def test_a_table_of_sentences_is_none_of_texts(folder: Path):
    table = ShardTable.read(folder)
    ShardTable(FINGERPRINT, True, table.width, table.shards, table.hashes, table.rows).write(folder)
    assert has_all(reopened(folder))
    assert not ShardTable.read(folder).of_sentences


@pytest.mark.fault("B16")
def test_a_table_that_names_the_wrong_rows_is_found_out_before_a_row_is_believed(folder: Path):
    table = ShardTable.read(folder)
    ShardTable(FINGERPRINT, False, table.width, table.shards, table.hashes, table.rows[::-1]).write(folder)
    with pytest.raises(LibraryError, match=rf"{TABLE} did not fit(.|\n)*\n  rebuild-index"):
        reopened(folder).rows([key(number) for number in range(TEXTS)])
    assert has_all(reopened(folder))


def test_the_table_names_files_of_its_folder_only(folder: Path):
    outside = filled_store(folder.parent / "other", range(20, 23)).folder
    table = open_store(folder.parent / "other").table
    [listed] = table.shards
    named = [type(listed)(f"../other/{outside.name}/{listed.name}", listed.size, listed.texts)]
    ShardTable(FINGERPRINT, False, table.width, tuple(named), table.hashes, table.rows).write(folder)
    assert reopened(folder).missing([key(20)]) == [key(20)]
    assert has_all(reopened(folder))


def test_shards_that_come_go_or_change_are_noticed_by_name_and_size(folder: Path):
    first, second, third = shards(reopened(folder))
    first.unlink()
    third.write_bytes(third.read_bytes()[:-3])
    other = filled_store(folder.parent / "other", range(20, 23))
    [added] = shards(other)
    (folder / added.name.replace("000000", "000007")).write_bytes(added.read_bytes())
    store = reopened(folder)
    left = [*range(5, 9), *range(20, 23)]
    assert len(store) == len(left)
    assert np.array_equal(store.rows([key(number) for number in left]), np.stack([vector(n) for n in left], dtype="f2"))
    assert third.with_name(f"{third.name}.damaged").exists()
    assert [shard.name for shard in ShardTable.read(folder).shards] == [path.name for path in shards(store)]
    assert second in shards(store)


def test_the_older_of_two_shards_with_one_text_is_used_whenever_the_table_got_to_know_it(tmp_path: Path):
    store = filled_store(tmp_path, range(3), range(2, 6))
    first = shards(store)[0]
    content = first.read_bytes()
    first.unlink()
    second_only = open_store(tmp_path)
    second_only.append([key(9), key(0)], np.zeros((2, 8), dtype=np.float32))
    assert not open_store(tmp_path).rows([key(0)]).any()
    first.write_bytes(content)
    store = open_store(tmp_path)
    assert np.array_equal(store.rows([key(0)])[0], vector(0).astype(np.float16))
    brought_up = (store.folder / TABLE).read_bytes()
    (store.folder / TABLE).unlink()
    open_store(tmp_path)
    assert (store.folder / TABLE).read_bytes() == brought_up


def test_appending_leaves_the_table_behind_and_loses_nothing(folder: Path):
    before = (folder / TABLE).read_bytes()
    store = reopened(folder)
    store.append([key(20)], vectors(range(20, 21)))
    assert (folder / TABLE).read_bytes() == before
    assert reopened(folder).missing([key(20)]) == []
    assert (folder / TABLE).read_bytes() != before


def test_a_folder_without_shards_gets_no_table(tmp_path: Path):
    assert len(open_store(tmp_path)) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("with_digits", [True, False])
def test_shards_that_were_written_before_there_was_a_table_are_read(tmp_path: Path, *, with_digits: bool):
    folder = tmp_path / FINGERPRINT[:16]
    folder.mkdir()
    for number, batch in enumerate(BATCHES):
        arrays = {
            "vectors": vectors(batch).astype(np.float16),
            "pmids": np.array([key(one).pmid for one in batch]),
            "text_hashes": np.frombuffer(b"".join(key(one).text_hash for one in batch), np.uint8).reshape(-1, 16),
        }
        checksum = blake2b(b"".join(array.tobytes() for array in arrays.values()), digest_size=16).hexdigest()
        metadata = {"checksum": checksum, "fingerprint": FINGERPRINT, "model": "fake"}
        content = save(arrays, metadata={"shard": json.dumps(metadata)})
        digits = f"-{sha256(content).hexdigest()[:16]}" if with_digits else ""
        (folder / f"{number:06d}{digits}.safetensors").write_bytes(content)
    names = sorted(path.name for path in folder.iterdir())
    for _ in range(2):
        store = open_store(tmp_path)
        assert store.missing([key(number) for number in range(TEXTS)]) == []
        assert has_all(store)
    assert sorted(path.name for path in folder.iterdir()) == [*names, TABLE]
