"""How well cosine similarity separates texts that belong together from texts that do not.

Two questions: Pearson's correlation on pairs (a true pair counts 1, the same text beside a random other one 0), and
Spearman's on sentence pairs that people graded (BIOSSES).

Source:
    The pairs' recipe is that of the cards of NeuML's embedding models: PubMed QA's questions with their long answers,
    titles with abstracts, articles with summaries. BIOSSES: Sogancioglu, Ozturk, Ozgur (2017),
    doi:10.1093/bioinformatics/btx238.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from model.evaluation.pair_sets import GradedPairs, TextPairs

Encode: TypeAlias = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to vectors of length 1, shape (texts, dimensions)."""


@dataclass(frozen=True, slots=True)
class PairScore:
    """Pearson's correlations, -1 to 1, of cosine with true and false.

    Attributes:
        pairs: How many true pairs; there are as many false ones.
        rolled: With each text beside the partner of the one after it: nothing is random.
        drawn: With random partners, one figure a seed.
    """

    pairs: int
    rolled: float
    drawn: tuple[float, ...]


def pair_score(pairs: TextPairs, encode: Encode, *, seeds: Sequence[int]) -> PairScore:
    """Measure a model on pairs.

    Args:
        pairs: Two or more.
        encode: The model.
        seeds: Each draws other false partners.
    """
    left_vectors, right_vectors = encode(pairs.left), encode(pairs.right)
    count = len(pairs.left)
    rolled = (np.arange(count) - 1) % count  # as np.roll(right, 1) does
    return PairScore(
        pairs=count,
        rolled=_pearson(left_vectors, right_vectors, rolled),
        drawn=tuple(_pearson(left_vectors, right_vectors, _false_partners(count, seed)) for seed in seeds),
    )


def graded_score(pairs: GradedPairs, encode: Encode) -> float:
    """Return Spearman's correlation, -1 to 1, of cosine with people's grades."""
    from scipy.stats import spearmanr

    return float(spearmanr(_cosines(encode(pairs.left), encode(pairs.right)), pairs.grades).statistic)


def _pearson(left: NDArray[np.float32], right: NDArray[np.float32], false_partners: NDArray[np.int64]) -> float:
    cosines = np.concatenate([_cosines(left, right), _cosines(left, right[false_partners])])
    truth = np.repeat([1.0, 0.0], len(left))
    return float(np.corrcoef(cosines, truth)[0, 1])


def _cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    cosines: NDArray[np.float32] = (left * right).sum(axis=1)  # (n, dimensions) twice -> (n,): rows have length 1
    return cosines


def _false_partners(count: int, seed: int) -> NDArray[np.int64]:
    """Return for each pair the position of another one, each with the same probability."""
    return (np.arange(count) + np.random.default_rng(seed).integers(1, count, count)) % count
