"""The topics of a list of articles: groups by meaning, named by their subjects, laid out on a plane."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.core.readable_text import readable
from index.records.article import Article
from search.explore.topic_labels import topic_labels

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.lexical.mesh import Mesh
    from index.store.article_store import ArticleStore

MOST_MAPPED = 300
"""Articles on one map: more dots hide each other, and take more than a second to lay out."""
FEWEST_MAPPED = 12
"""Fewer articles are quicker to read as a list."""
_ARTICLES_A_TOPIC = 35
_TOPICS = (3, 8)
_SEED = 0
_START = 1e-4
"""Standard deviation of the coordinates that t-SNE begins with, as scikit-learn has it."""


@dataclass(frozen=True, slots=True)
class Point:
    """One article on the map.

    Attributes:
        pmid: The article.
        title: Its title.
        x, y: Its coordinates, each 0 to 1.
        topic: Index of its topic in `TopicMap.topics`.
    """

    pmid: int
    title: str
    x: float
    y: float
    topic: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of articles that are near in meaning.

    Attributes:
        label: The terms that distinguish it from the other groups, most distinctive first; see `topic_labels`.
        pmids: Its articles, in the order of the list.
        x, y: Its middle, each 0 to 1.
    """

    label: tuple[str, ...]
    pmids: tuple[int, ...]
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class TopicMap:
    """The best articles of a list on a plane; near means near in meaning.

    Attributes:
        topics: The groups, the largest first.
        points: The articles, in the order of the list.
        total: How many articles the list has; `points` are its first.
    """

    topics: tuple[Topic, ...]
    points: tuple[Point, ...]
    total: int


def map_topics(
    pmids: Sequence[int], total: int, *, index: "SearchIndex", store: "ArticleStore", mesh: "Mesh | None" = None
) -> TopicMap | None:
    """Group and lay out articles; the same articles in the same order always give the same map.

    Args:
        pmids: The articles, best first, `MOST_MAPPED` at most.
        total: How many the whole list has.
        index: Holds their vectors.
        store: Holds their words.
        mesh: Names the topics, if loaded.

    Returns:
        The map, or None if there are too few articles.

    Source:
        t-SNE: van der Maaten, Hinton (2008), https://jmlr.org/papers/v9/vandermaaten08a.html.
    """
    articles = store.articles(list(pmids))
    stored = [pmid for pmid in pmids if pmid in articles]
    if len(stored) < FEWEST_MAPPED:
        return None
    vectors = index.vectors(stored)
    groups = _cluster(vectors)
    coordinates = _layout(vectors)
    labels = topic_labels([articles[pmid] for pmid in stored], groups, mesh)
    return TopicMap(
        topics=tuple(_topic(number, labels[number], stored, groups, coordinates) for number in range(len(labels))),
        points=tuple(
            Point(pmid, _title(articles[pmid]), float(x), float(y), int(group))
            for pmid, (x, y), group in zip(stored, coordinates, groups, strict=True)
        ),
        total=total,
    )


def _cluster(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the group of each vector; 0 is the largest group."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    fewest, most = _TOPICS
    distinct = len(np.unique(vectors, axis=0))  # corrections, for example, often have equal texts
    count = min(most, distinct, max(fewest, round(len(vectors) / _ARTICLES_A_TOPIC)))
    # Several threads add in an order of their own, and what is rounded otherwise may end in other groups.
    with threadpool_limits(1):
        clusters = KMeans(count, n_init=4, random_state=_SEED).fit_predict(vectors)
    order = np.argsort(-np.bincount(clusters, minlength=count), kind="stable")
    ranks = np.empty(count, dtype=np.int64)
    ranks[order] = np.arange(count)
    groups: NDArray[np.int64] = ranks[clusters]
    return groups


def _layout(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return coordinates on a plane, shape (n, 2), each from 0 to 1."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    # Barnes and Hut's approximation and a start by a randomized decomposition keep neighbours as well as the exact
    # methods do here (trustworthiness .91), in a quarter of their time, and give the same on 1, 2 and 4 threads.
    with np.errstate(invalid="ignore"):  # equal texts have no variance to explain
        start = PCA(2, svd_solver="randomized", random_state=_SEED).fit_transform(vectors)
    start = (start / max(float(start[:, 0].std()), 1e-9) * _START).astype(np.float32)
    layout = TSNE(
        init=start, angle=0.8, perplexity=min(30, len(vectors) // 4), max_iter=400, random_state=_SEED
    ).fit_transform(vectors)
    low, high = layout.min(axis=0), layout.max(axis=0)
    coordinates: NDArray[np.float64] = (layout - low) / np.maximum(high - low, 1e-9)
    return coordinates


def _title(article: Article) -> str:
    return readable(article.title or article.vernacular_title or "") or "No title"


def _topic(
    number: int,
    label: tuple[str, ...],
    pmids: Sequence[int],
    groups: NDArray[np.int64],
    coordinates: NDArray[np.float64],
) -> Topic:
    in_group = groups == number
    x, y = np.median(coordinates[in_group], axis=0)
    topic_pmids = tuple(pmid for pmid, inside in zip(pmids, in_group, strict=True) if inside)
    return Topic(label, topic_pmids, float(x), float(y))
