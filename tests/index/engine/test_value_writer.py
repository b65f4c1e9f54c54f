"""Values that do not fit into memory are written in runs and merged: the files are the same, byte for byte."""

import random
from pathlib import Path

import numpy as np
import pytest

from index.engine import filter_index
from index.engine.columns import ArrayWriter
from index.engine.filter_index import FilterColumns
from index.engine.value_index import _highest
from index.engine.value_writer import ValueWriter
from index.records.article_fields import key_of
from tests.support.records import rich_articles

NAMES = ["Zoë", "zoe", "Ångström", "Beta", "beta ", "γ-ray", "Naïve  T", "Naive T", "x", "東京"]


def rows_of_values(count: int) -> list[list[str]]:
    drawn = random.Random(5)  # noqa: S311 - no secret
    return [[drawn.choice(NAMES) + str(drawn.randrange(60)) for _ in range(drawn.randrange(4))] for _ in range(count)]


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("labels", [True, False])
@pytest.mark.parametrize("every", [1, 7, 100, 299])
def test_runs_give_the_files_that_memory_gives(tmp_path: Path, labels: bool, every: int):
    label = str.strip if labels else None
    whole, merged = (ValueWriter(tmp_path / name, key_of("author"), label) for name in ("whole", "merged"))
    for row, values in enumerate(rows_of_values(300)):
        whole.add(row, values)
        merged.add(row, values)
        if row % every == 0:
            merged.spill()
            assert merged.in_memory == (0, 0)
    whole.finish()
    merged.finish()
    files = files_in(tmp_path / "whole")
    assert len(files) == (6 if labels else 4)
    assert files_in(tmp_path / "merged") == files
    assert {path.name for path in (tmp_path / "merged").iterdir()} == set(files)


def test_a_field_without_values_has_empty_arrays(tmp_path: Path):
    writer = ValueWriter(tmp_path / "grant", key_of("grant"))
    writer.spill()
    writer.finish()
    assert np.load(tmp_path / "grant" / "rows_ends.npy").tolist() == [0]


def test_all_fields_write_runs_when_together_they_hold_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    articles = rich_articles.articles(40)
    for folder, most in (("whole", 10**6), ("merged", 20)):
        monkeypatch.setattr(filter_index, "MOST_VALUES", most)
        monkeypatch.setattr(filter_index, "_CHECKED_EVERY", 3)
        (tmp_path / folder).mkdir()
        columns = FilterColumns(tmp_path / folder)
        for each in articles:
            columns.add(each)
        columns.finish()
    assert files_in(tmp_path / "merged") == files_in(tmp_path / "whole")


def test_an_array_is_written_piece_by_piece_as_numpy_writes_it(tmp_path: Path):
    array = np.arange(12, dtype=np.int32)
    writer = ArrayWriter(tmp_path / "pieces.npy", np.int32)
    assert [writer.append(array[:5].tobytes()), writer.append(array[5:].tobytes())] == [5, 7]
    writer.close()
    np.save(tmp_path / "whole.npy", array)
    assert (tmp_path / "pieces.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()


@pytest.mark.parametrize("size", [0, 1, 3, 50, 200, 300])
def test_the_highest_counts_are_those_that_sorting_all_of_them_gives(size: int):
    counts = np.random.default_rng(3).integers(0, 9, 200)
    assert _highest(counts, size).tolist() == np.lexsort((np.arange(200), -counts))[:size].tolist()
    assert _highest(counts[:0], size).tolist() == []
