"""An order of texts in which neighbours are alike: a batch of random texts is too easy to tell apart."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

GROUP = 12
"""Rows of a batch that are taken together."""

_DIMENSIONS = 64
_WORDS = 50_000


def order_of(texts: Sequence[str]) -> NDArray[np.intp]:
    """Return an order in which neighbouring texts share rare words: halved again and again by their main difference.

    Args:
        texts: Any number of them; so few that they are one group stay as they are.
    """
    if len(texts) <= GROUP:
        return np.arange(len(texts))
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    counted = TfidfVectorizer(max_features=_WORDS, sublinear_tf=True, stop_words="english").fit_transform(texts)
    dimensions = min(_DIMENSIONS, min(counted.shape) - 1)
    points = normalize(TruncatedSVD(dimensions, random_state=0).fit_transform(counted))
    return np.concatenate(list(_halved(points, np.arange(len(texts)))))


def _halved(points: NDArray[np.float64], places: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    if len(places) <= GROUP:
        yield places
        return
    own = points[places] - points[places].mean(axis=0)
    direction = np.linalg.svd(own.T @ own)[0][:, 0]
    ordered = places[np.argsort(own @ direction, kind="stable")]
    yield from _halved(points, ordered[: len(ordered) // 2])
    yield from _halved(points, ordered[len(ordered) // 2 :])
