"""The words that distinguish an article from others."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from index.records.article import Article
from index.records.passages import searched_title
from search.query.stopwords import STOP_WORDS
from search.retrieval.rarity import InverseDocumentFrequency

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class TermWeights:
    """The words of an article, with their weights.

    Attributes:
        weights: Of each stem, (1 + ln of its frequency) times its rarity; above 0. Title and keywords count twice.
        forms: Each stem as the article first writes it, an initial capital in lower case.
    """

    weights: Mapping[str, float]
    forms: Mapping[str, str]

    @classmethod
    def of(cls, article: Article, index: "SearchIndex", rarity: InverseDocumentFrequency) -> Self:
        """Weigh the words of title, abstract and keywords; common words and numbers are left out."""
        names = [searched_title(article), *(keyword.text for keyword in article.keywords)]
        text = "\n".join([*names, *names, article.abstract])
        counts: Counter[str] = Counter()
        forms: dict[str, str] = {}
        for token in index.stems(text):
            word = text[token.start : token.end]
            if is_distinctive(word):
                counts[token.stem] += 1
                # "Obesity" in a title is not a name; "COVID" and "p53" stay as they are.
                forms.setdefault(token.stem, word.lower() if word.istitle() else word)
        return cls({stem: (1 + math.log(count)) * rarity[stem] for stem, count in counts.items()}, forms)


def is_distinctive(word: str) -> bool:
    """Return whether a word can distinguish articles: not a common word, a number or a single letter."""
    return len(word) >= _SHORTEST and not word.isdigit() and word.lower() not in STOP_WORDS


def mean_weights(articles: Sequence[TermWeights]) -> dict[str, float]:
    """Return the mean weight of each stem over some articles; 0 counts for an article without it."""
    total: Counter[str] = Counter()
    for article in articles:
        total.update(article.weights)
    return {stem: weight / len(articles) for stem, weight in total.items()}
