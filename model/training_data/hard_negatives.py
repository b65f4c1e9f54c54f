"""Hard negatives: texts that a ranker mistakes for the answer, mined among the positives of the other pairs.

Many of the best-ranked texts do answer the anchor, although they are not labelled so. A text counts as a negative only
if the ranker itself scores it clearly below the pair's own positive.

Source:
    Margin relative to the positive: Moreira et al. (2024), arXiv:2407.15831.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from index.core.progress import Progress
from index.embedding.encoder import Encoder
from index.lexical.bm25_index import Bm25Document, Bm25Index
from model.training_data.pair_files import TrainingPair

MARGIN: Final = 0.95
"""A negative's score is at most this share of the positive's."""

_DEPTH = 100  # ranks that are looked at
_ANCHORS_AT_ONCE = 512

Ranking = list[tuple[int, float]]
"""Positions of texts with their scores, best first."""

Ranker = Callable[[Sequence[str], Sequence[str], Progress], Iterator[Ranking]]
"""Ranks texts for each of some anchors."""


def mine(
    pairs: Sequence[TrainingPair], rankers: Sequence[Ranker], *, count: int, progress: Progress
) -> list[TrainingPair]:
    """Give each pair hard negatives, taken in turn from the rankers; existing ones stay in front.

    Args:
        pairs: The pairs; their positives are what is mined.
        rankers: From `by_words` and `by_model`.
        count: The most negatives of a pair.
        progress: Draws the bars.

    Returns:
        The pairs in the same order, each with `count` negatives if there are enough other texts.
    """
    texts = list(dict.fromkeys(pair.positive for pair in pairs))
    positions = {text: position for position, text in enumerate(texts)}
    answers: dict[str, set[int]] = {}
    for pair in pairs:
        answers.setdefault(pair.anchor, set()).add(positions[pair.positive])
    anchors = [pair.anchor for pair in pairs]
    ranked = zip(*(ranker(anchors, texts, progress) for ranker in rankers), strict=True)
    return [
        _with_negatives(
            pair, _candidates(rankings, positions[pair.positive], answers[pair.anchor], len(texts)), texts, count
        )
        for pair, rankings in zip(pairs, ranked, strict=True)
    ]


def by_words(anchors: Sequence[str], texts: Sequence[str], progress: Progress) -> Iterator[Ranking]:
    """Rank by BM25, over a temporary index."""
    with TemporaryDirectory() as folder:
        documents = (Bm25Document(position + 1, text) for position, text in enumerate(texts))
        index = Bm25Index.build(Path(folder) / "words", documents)
        with progress.bar("BM25", len(anchors), "anchor") as bar:
            for anchor in anchors:
                yield [(match.pmid - 1, match.score) for match in index.search(anchor, _DEPTH).matches]
                bar.update()


def by_model(encoder: Encoder) -> Ranker:
    """Return a ranker by the cosine of a model's vectors."""

    def rank(anchors: Sequence[str], texts: Sequence[str], progress: Progress) -> Iterator[Ranking]:
        with progress.bar("vectors", len(anchors) + len(texts), "text") as bar:
            vectors = encoder.encode(texts, done=bar.update)
            for start in range(0, len(anchors), _ANCHORS_AT_ONCE):
                anchor_vectors = encoder.encode(anchors[start : start + _ANCHORS_AT_ONCE], done=bar.update)
                # (anchors, dimensions) x (dimensions, texts) -> (anchors, texts)
                for scores in anchor_vectors @ vectors.T:
                    best = np.argsort(-scores, kind="stable")[:_DEPTH]
                    yield [(int(position), float(scores[position])) for position in best]

    return rank


def _candidates(rankings: Sequence[Ranking], positive: int, answers: set[int], texts: int) -> Iterator[int]:
    """Yield positions of negatives: the rankers' best that qualify in turn, their last ones, then all others."""
    qualified = [_qualified(ranking, positive) for ranking in rankings]
    in_turn = (position for rank in zip_longest(*qualified) for position in rank if position is not None)
    last = (position for ranking in rankings for position, _ in reversed(ranking))
    others = ((positive + step) % texts for step in range(1, texts))
    return (position for position in chain(in_turn, last, others) if position not in answers)


def _qualified(ranking: Ranking, positive: int) -> list[int]:
    """Return the positions that a ranker puts clearly below the positive; none if it does not find the positive."""
    own = next((score for position, score in ranking if position == positive), None)
    return [] if own is None else [position for position, score in ranking if score <= MARGIN * own]


def _with_negatives(pair: TrainingPair, positions: Iterator[int], texts: Sequence[str], count: int) -> TrainingPair:
    negatives = dict.fromkeys(pair.negatives)
    for position in positions:
        if len(negatives) >= count:
            break
        negatives[texts[position]] = None
    return replace(pair, negatives=tuple(negatives))
