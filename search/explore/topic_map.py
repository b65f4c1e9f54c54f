"""What a list of articles is about: groups of them by meaning, named by their words, laid out on a plane."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.records.article import Article
from search.query.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex
    from index.store.article_store import ArticleStore

MOST_MAPPED = 300
"""Articles on one map: more dots hide each other, and take more than a second to lay out."""
FEWEST_MAPPED = 12
"""Below, a list is quicker to read than a map."""
_ARTICLES_A_TOPIC = 35
_TOPICS = (3, 8)
_LABEL_TERMS = 3
_TWO_WORDS = 1.4
_SEED = 0
_WORD = r"(?u)\b[^\W\d_][\w-]+\b"

_UNTELLING = frozenset({
    "analysis", "approach", "associated", "association", "based", "case", "comparison", "effect", "effects",
    "evaluation", "evidence", "factors", "findings", "new", "novel", "patient", "patients", "report", "research",
    "results", "review", "role", "studies", "study", "systematic", "treatment", "trial", "letter", "editor", "reply",
    "comment", "correction", "erratum", "cover", "humans", "male", "female", "adult", "aged", "middle", "animals",
    "young",
})  # fmt: skip
"""Words of titles and headings that name a kind of paper or a check tag, not a subject."""


@dataclass(frozen=True, slots=True)
class Point:
    """One article on the map.

    Attributes:
        pmid: The article.
        title: Its title.
        x, y: Where it lies, each 0 to 1.
        topic: Place of its topic in `TopicMap.topics`.
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
        label: The words that tell it from the other groups, the most telling first.
        pmids: Its articles, in the order of the list.
        x, y: The middle of it, each 0 to 1.
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
        of: How many articles the list has; `points` are its first.
    """

    topics: tuple[Topic, ...]
    points: tuple[Point, ...]
    of: int


def map_topics(pmids: Sequence[int], of: int, *, index: "SearchIndex", store: "ArticleStore") -> TopicMap | None:
    """Group and lay out articles; the same articles in the same order always give the same map.

    Args:
        pmids: The articles, best first, `MOST_MAPPED` at most.
        of: How many the whole list has.
        index: Holds their vectors.
        store: Holds their words.

    Returns:
        The map, or None where there are too few articles for one.

    Source:
        t-SNE: van der Maaten, Hinton (2008), https://jmlr.org/papers/v9/vandermaaten08a.html. Words of a group: their
        share of the Kullback-Leibler divergence between the group and the whole list.
    """
    articles = store.articles(list(pmids))
    held = [pmid for pmid in pmids if pmid in articles]
    if len(held) < FEWEST_MAPPED:
        return None
    vectors = index.vectors(held)
    groups = _grouped(vectors)
    places = _laid_out(vectors)
    labels = _labelled([_words(articles[pmid]) for pmid in held], groups)
    return TopicMap(
        topics=tuple(_topic(number, labels[number], held, groups, places) for number in range(len(labels))),
        points=tuple(
            Point(pmid, _title(articles[pmid]), float(x), float(y), int(group))
            for pmid, (x, y), group in zip(held, places, groups, strict=True)
        ),
        of=of,
    )


def _grouped(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the group of each vector, the largest group being 0."""
    from sklearn.cluster import KMeans

    fewest, most = _TOPICS
    distinct = len(np.unique(vectors, axis=0))  # corrections, for one, often have equal texts
    number = min(most, distinct, max(fewest, round(len(vectors) / _ARTICLES_A_TOPIC)))
    found = KMeans(number, n_init=4, random_state=_SEED).fit_predict(vectors)
    order = np.argsort(-np.bincount(found, minlength=number), kind="stable")
    ranks = np.empty(number, dtype=np.int64)
    ranks[order] = np.arange(number)
    groups: NDArray[np.int64] = ranks[found]
    return groups


def _laid_out(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return places on a plane, shape (n, 2), each from 0 to 1."""
    from sklearn.manifold import TSNE

    # The exact method is as quick on so few, and the same on any number of cores.
    layout = TSNE(
        init="pca", method="exact", perplexity=min(30, len(vectors) // 4), max_iter=400, random_state=_SEED
    ).fit_transform(vectors)
    low, high = layout.min(axis=0), layout.max(axis=0)
    places: NDArray[np.float64] = (layout - low) / np.maximum(high - low, 1e-9)
    return places


def _labelled(texts: Sequence[str], groups: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """Return for each group the words that tell it from the others."""
    from sklearn.feature_extraction.text import CountVectorizer

    number = int(groups.max()) + 1
    counter = CountVectorizer(ngram_range=(1, 2), token_pattern=_WORD)
    try:
        counts = counter.fit_transform(texts)
    except ValueError:  # no word in any of them
        return [()] * number
    terms = counter.get_feature_names_out()
    # How many articles of each group have each term: (groups, terms)
    held = np.stack([np.asarray((counts[groups == group] > 0).sum(axis=0)).ravel() for group in range(number)])
    sizes = np.bincount(groups, minlength=number)[:, None]
    share = held / np.maximum(sizes, 1)
    # What a group says more often than all of them do; two words say more than one.
    worth = share * np.log(np.maximum(share, 1e-9) / np.maximum(held.sum(axis=0) / len(texts), 1e-9))
    worth *= np.where(np.char.find(terms.astype(str), " ") > 0, _TWO_WORDS, 1.0)
    worth[held < np.minimum(2, sizes)] = 0
    return [_best_terms(terms, row) for row in worth]


def _best_terms(terms: Sequence[str], worth: NDArray[np.float64]) -> tuple[str, ...]:
    chosen: list[str] = []
    for place in np.lexsort((np.asarray(terms), -worth)):
        if worth[place] <= 0 or len(chosen) == _LABEL_TERMS:
            break
        if _names_a_subject(terms[place]) and not _said(terms[place], chosen):
            chosen.append(str(terms[place]))
    return tuple(chosen)


def _names_a_subject(term: str) -> bool:
    return not any(word in STOP_WORDS or word in _UNTELLING for word in term.split())


def _said(term: str, chosen: Sequence[str]) -> bool:
    """Whether a term says what another one has said: "sleep", "sleep loss", "sleeps"."""
    words = {word.removesuffix("s") for word in term.split()}
    return any(words & {word.removesuffix("s") for word in other.split()} for other in chosen)


def _words(article: Article) -> str:
    named = [_title(article), *(keyword.text for keyword in article.keywords), *(each.name for each in article.mesh)]
    # A full stop between them: two words of a term stand in one name.
    return re.sub(r"[,;:()\[\]]", " . ", " . ".join(named))


def _title(article: Article) -> str:
    return article.title or article.vernacular_title or "No title"


def _topic(
    number: int,
    label: tuple[str, ...],
    pmids: Sequence[int],
    groups: NDArray[np.int64],
    places: NDArray[np.float64],
) -> Topic:
    inside = groups == number
    x, y = np.median(places[inside], axis=0)
    chosen = tuple(pmid for pmid, chosen in zip(pmids, inside, strict=True) if chosen)
    return Topic(label, chosen, float(x), float(y))
