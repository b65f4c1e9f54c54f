"""An order of texts in which neighbours are alike: a batch of random texts is too easy to tell apart."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

GROUP = 12
"""Rows of a batch that are taken together."""

_DIMENSIONS = 64
_WORDS = 50_000


def neighbour_order(texts: Sequence[str]) -> NDArray[np.intp]:
    """Return an order in which neighbouring texts share rare words: halved again and again by their main difference.

    Args:
        texts: Any number of them; texts that fit into one group keep their order.
    """
    if len(texts) <= GROUP:
        return np.arange(len(texts))
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    weights = TfidfVectorizer(max_features=_WORDS, sublinear_tf=True, stop_words="english").fit_transform(texts)
    dimensions = min(_DIMENSIONS, min(weights.shape) - 1)
    points = normalize(TruncatedSVD(dimensions, random_state=0).fit_transform(weights))
    return np.concatenate(list(_halved(points, np.arange(len(texts)))))


def _halved(points: NDArray[np.float64], positions: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    if len(positions) <= GROUP:
        yield positions
        return
    centred = points[positions] - points[positions].mean(axis=0)
    direction = np.linalg.svd(centred.T @ centred)[0][:, 0]
    ordered = positions[np.argsort(centred @ direction, kind="stable")]
    yield from _halved(points, ordered[: len(ordered) // 2])
    yield from _halved(points, ordered[len(ordered) // 2 :])
