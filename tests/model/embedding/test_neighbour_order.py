"""Batches of neighbours: alike texts lie together, and every epoch has other batches."""

from collections import Counter
from itertools import pairwise

from datasets import Dataset

from model.embedding.batch_sampler import NeighbourBatchSampler
from model.embedding.neighbour_order import GROUP, neighbour_order


def sampler(rows: int, batch: int) -> NeighbourBatchSampler:
    return NeighbourBatchSampler(Dataset.from_dict({"n": list(range(rows))}), batch_size=batch, drop_last=False, seed=1)


def test_texts_about_the_same_lie_together() -> None:
    topics = ("lemon juice sour", "winter storm snow", "virus fever cough", "spruce beetle bark")
    texts = [f"{topics[n % 4]} number{n}" for n in range(48)]
    order = neighbour_order(texts)
    assert sorted(order.tolist()) == list(range(48))
    runs = [{int(position) % 4 for position in order[start : start + GROUP]} for start in range(0, 48, GROUP)]
    assert all(len(run) == 1 for run in runs)


def test_few_texts_stay_as_they_are() -> None:
    assert neighbour_order(["the", "of"]).tolist() == [0, 1]


def test_a_batch_is_made_of_runs_and_an_epoch_of_all_rows() -> None:
    batches = list(batch_sampler := sampler(96, 24))
    assert len(batches) == len(batch_sampler) == 4
    assert Counter(row for batch in batches for row in batch) == Counter(range(96))
    assert all((after - before) % 96 == 1 for batch in batches for before, after in pairwise(batch[:12]))


def test_every_epoch_has_other_batches_and_each_is_repeatable() -> None:
    first, second = sampler(96, 24), sampler(96, 24)
    second.set_epoch(1)
    assert list(first) == list(sampler(96, 24)) != list(second)


def test_fewer_rows_than_a_batch_are_one_batch() -> None:
    for rows in (1, 5, 13):
        batch_sampler = sampler(rows, 48)
        assert len(list(batch_sampler)) == len(batch_sampler) == 1
