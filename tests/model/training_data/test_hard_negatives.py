"""Hard negatives: near to the anchor, clearly below the answer, never an answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from index.core.progress import SILENT, Progress
from model.training_data.hard_negatives import MARGIN, Ranker, Ranking, by_model, by_words, mine
from model.training_data.pair_files import TrainingPair

PAIRS = [TrainingPair(f"anchor {n}", f"text {n}") for n in range(6)]


def ranker(*rankings: list[tuple[int, float]]) -> Ranker:
    """Rank as given: one ranking for every anchor."""

    def rank(anchors: Sequence[str], texts: Sequence[str], progress: Progress) -> Iterator[Ranking]:
        return iter([rankings[number % len(rankings)] for number in range(len(anchors))])

    return rank


def negatives(*rankers: Ranker, count: int, pairs: Sequence[TrainingPair] = PAIRS) -> list[tuple[str, ...]]:
    return [pair.negatives for pair in mine(pairs, rankers, count=count, progress=SILENT)]


def test_what_scores_close_to_the_answer_may_be_one_and_is_passed_over() -> None:
    ranking = [(1, 1.2), (0, 1.0), (2, MARGIN + 0.01), (3, MARGIN), (4, 0.2)]
    assert negatives(ranker(ranking), count=2)[0] == ("text 3", "text 4")


def test_rankers_take_turns_and_nothing_comes_twice() -> None:
    words, model = [(0, 9.0), (1, 3.0), (2, 2.0)], [(0, 0.9), (3, 0.3), (1, 0.2)]
    assert negatives(ranker(words), ranker(model), count=3)[0] == ("text 1", "text 3", "text 2")


def test_every_answer_of_the_same_anchor_is_spared() -> None:
    pairs = [*PAIRS, TrainingPair("anchor 0", "text 1")]
    ranking = [(0, 9.0), (1, 3.0), (2, 2.0)]
    assert negatives(ranker(ranking), count=1, pairs=pairs)[0] == ("text 2",)


def test_where_too_few_qualify_the_last_ranked_and_then_any_others_stand_in() -> None:
    assert negatives(ranker([(1, 3.0), (2, 2.0)]), count=4)[0] == ("text 2", "text 1", "text 3", "text 4")
    assert negatives(ranker([]), count=9)[5] == tuple(f"text {n}" for n in range(5))


def test_negatives_that_a_pair_has_stay_in_front() -> None:
    pairs = [TrainingPair("a", "b", ("given",)), TrainingPair("c", "d")]
    assert negatives(ranker([(0, 9.0), (1, 1.0)]), count=2, pairs=pairs) == [("given", "d"), ("b",)]


def test_words_rank_by_BM25() -> None:
    texts = ["Lemons in winter", "Oranges in winter", "Bark beetles"]
    [ranking] = by_words(["lemon winter"], texts, SILENT)
    assert [position for position, _ in ranking] == [0, 1]
    assert ranking[0][1] > ranking[1][1] > 0


@dataclass(frozen=True)
class Lengths:
    """An encoder that knows how long a text is."""

    def encode(self, texts: Sequence[str], *, done: object = None) -> np.ndarray:
        angles = np.array([len(text) / 10 for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_a_model_ranks_by_cosine() -> None:
    [ranking] = by_model(Lengths())(["four"], ["seven..", "five.", "twelve......"], SILENT)  # type: ignore[arg-type]
    assert [position for position, _ in ranking] == [1, 0, 2]
    assert [score for _, score in ranking] == pytest.approx([np.cos(0.1), np.cos(0.3), np.cos(0.8)], abs=1e-6)
