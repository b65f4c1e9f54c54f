"""The topics of a list of articles: groups by meaning, named by their words, laid out on a plane."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.core.readable_text import readable
from index.records.article import Article
from search.query.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.store.article_store import ArticleStore

MOST_MAPPED = 300
"""Articles on one map: more dots hide each other, and take more than a second to lay out."""
FEWEST_MAPPED = 12
"""Fewer articles are quicker to read as a list."""
_ARTICLES_A_TOPIC = 35
_TOPICS = (3, 8)
_LABEL_TERMS = 3
_TWO_WORDS = 1.4
_SEED = 0
_WORD = r"(?u)\b[^\W\d_][\w-]+\b"

_GENERIC_WORDS = frozenset({
    "analysis", "approach", "associated", "association", "based", "case", "comparison", "effect", "effects",
    "evaluation", "evidence", "factors", "findings", "new", "novel", "patient", "patients", "report", "research",
    "results", "review", "role", "studies", "study", "systematic", "treatment", "trial", "letter", "editor", "reply",
    "comment", "correction", "erratum", "cover", "humans", "male", "female", "adult", "aged", "middle", "animals",
    "young",
})  # fmt: skip
"""Words of titles and headings that name a kind of paper or a check tag, not a topic."""


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
        label: The words that distinguish it from the other groups, most distinctive first.
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


def map_topics(pmids: Sequence[int], total: int, *, index: "SearchIndex", store: "ArticleStore") -> TopicMap | None:
    """Group and lay out articles; the same articles in the same order always give the same map.

    Args:
        pmids: The articles, best first, `MOST_MAPPED` at most.
        total: How many the whole list has.
        index: Holds their vectors.
        store: Holds their words.

    Returns:
        The map, or None if there are too few articles.

    Source:
        t-SNE: van der Maaten, Hinton (2008), https://jmlr.org/papers/v9/vandermaaten08a.html. Words of a group: their
        share of the Kullback-Leibler divergence between the group and the whole list.
    """
    articles = store.articles(list(pmids))
    stored = [pmid for pmid in pmids if pmid in articles]
    if len(stored) < FEWEST_MAPPED:
        return None
    vectors = index.vectors(stored)
    groups = _cluster(vectors)
    coordinates = _layout(vectors)
    labels = _labels([_words(articles[pmid]) for pmid in stored], groups)
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

    fewest, most = _TOPICS
    distinct = len(np.unique(vectors, axis=0))  # corrections, for example, often have equal texts
    count = min(most, distinct, max(fewest, round(len(vectors) / _ARTICLES_A_TOPIC)))
    clusters = KMeans(count, n_init=4, random_state=_SEED).fit_predict(vectors)
    order = np.argsort(-np.bincount(clusters, minlength=count), kind="stable")
    ranks = np.empty(count, dtype=np.int64)
    ranks[order] = np.arange(count)
    groups: NDArray[np.int64] = ranks[clusters]
    return groups


def _layout(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return coordinates on a plane, shape (n, 2), each from 0 to 1."""
    from sklearn.manifold import TSNE

    # The exact method is as fast on so few, and gives the same on any number of cores.
    layout = TSNE(
        init="pca", method="exact", perplexity=min(30, len(vectors) // 4), max_iter=400, random_state=_SEED
    ).fit_transform(vectors)
    low, high = layout.min(axis=0), layout.max(axis=0)
    coordinates: NDArray[np.float64] = (layout - low) / np.maximum(high - low, 1e-9)
    return coordinates


def _labels(texts: Sequence[str], groups: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """Return for each group the words that distinguish it from the others."""
    from sklearn.feature_extraction.text import CountVectorizer

    group_count = int(groups.max()) + 1
    counter = CountVectorizer(ngram_range=(1, 2), token_pattern=_WORD)
    try:
        counts = counter.fit_transform(texts)
    except ValueError:  # no word in any of them
        return [()] * group_count
    terms = counter.get_feature_names_out()
    # How many articles of each group have each term: (groups, terms)
    article_counts = np.stack(
        [np.asarray((counts[groups == group] > 0).sum(axis=0)).ravel() for group in range(group_count)]
    )
    sizes = np.bincount(groups, minlength=group_count)[:, None]
    share = article_counts / np.maximum(sizes, 1)
    # What is more frequent in a group than in all articles; two words say more than one.
    weights = share * np.log(np.maximum(share, 1e-9) / np.maximum(article_counts.sum(axis=0) / len(texts), 1e-9))
    weights *= np.where(np.char.find(terms.astype(str), " ") > 0, _TWO_WORDS, 1.0)
    weights[article_counts < np.minimum(2, sizes)] = 0
    return [_best_terms(terms, row) for row in weights]


def _best_terms(terms: Sequence[str], weights: NDArray[np.float64]) -> tuple[str, ...]:
    chosen: list[str] = []
    for index in np.lexsort((np.asarray(terms), -weights)):
        if weights[index] <= 0 or len(chosen) == _LABEL_TERMS:
            break
        if _names_a_subject(terms[index]) and not _repeats(terms[index], chosen):
            chosen.append(str(terms[index]))
    return tuple(chosen)


def _names_a_subject(term: str) -> bool:
    return not any(word in STOP_WORDS or word in _GENERIC_WORDS for word in term.split())


def _repeats(term: str, chosen: Sequence[str]) -> bool:
    """Return whether a term repeats a word of another: "sleep", "sleep loss", "sleeps"."""
    words = {word.removesuffix("s") for word in term.split()}
    return any(words & {word.removesuffix("s") for word in other.split()} for other in chosen)


def _words(article: Article) -> str:
    names = [
        _title(article),
        *(keyword.text for keyword in article.keywords),
        *(heading.name for heading in article.mesh),
    ]
    # A full stop between them: two words of a term stand in one name.
    return re.sub(r"[,;:()\[\]]", " . ", " . ".join(names))


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
