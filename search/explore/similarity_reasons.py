"""Why an article is similar to given ones: headings, words, and the closest sentences."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING, Self

from index.records.article import Article
from search.evidence.sentences import Sentence, split
from search.evidence.term_weights import InverseDocumentFrequency, TermWeights, tells
from search.explore.similar_results import SentencePair
from search.filters.vocabulary import CHECK_TAGS
from search.results import Evidence

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

TERMS_NAMED = 8


@dataclass(frozen=True, slots=True)
class WeightedSentence:
    """A sentence with what its words are worth.

    Attributes:
        sentence: The sentence, all its words kept.
        weights: Of each stem that tells, its rarity.
        length: Of the weights as a vector.
    """

    sentence: Sentence
    weights: dict[str, float]
    length: float

    @classmethod
    def of(cls, sentence: Sentence, rarity: InverseDocumentFrequency) -> Self:
        """Weigh the words of a sentence."""
        telling = {token.stem for token in sentence.tokens if tells(sentence.word(token))}
        weights = {stem: rarity[stem] for stem in sorted(telling)}
        return cls(sentence, weights, math.hypot(*weights.values()))

    def nearness(self, other: "WeightedSentence") -> float:
        """Return the cosine of both sentences' weights, 0 to 1."""
        shared = math.fsum(weight**2 for stem, weight in self.weights.items() if stem in other.weights)
        return shared / (self.length * other.length) if shared else 0.0

    def beside(self, other: "WeightedSentence") -> Evidence:
        """Return the sentence with those words marked that the other one has too."""
        shared = self.weights.keys() & other.weights.keys()
        return self.sentence.marked(token for token in self.sentence.tokens if token.stem in shared)


@dataclass(frozen=True, slots=True)
class ComparedArticle:
    """An article as it is compared with others.

    Attributes:
        article: The article.
        telling: What its words are worth.
        sentences: Those of its abstract.
    """

    article: Article
    telling: TermWeights
    sentences: tuple[WeightedSentence, ...]

    @classmethod
    def read(cls, article: Article, index: "SearchIndex", rarity: InverseDocumentFrequency) -> Self:
        """Weigh an article's words and sentences."""
        sentences = tuple(WeightedSentence.of(sentence, rarity) for sentence in split(article, index))
        return cls(article, TermWeights.of(article, index, rarity), sentences)


@dataclass(frozen=True, slots=True)
class SentenceMatch:
    """A sentence of a given article and one of a similar article.

    Attributes:
        pmid: The given article.
        given: Its sentence.
        found: The other one.
    """

    pmid: int
    given: WeightedSentence
    found: WeightedSentence

    @property
    def texts(self) -> tuple[str, str]:
        """Both sentences."""
        return self.given.sentence.text, self.found.sentence.text

    @property
    def marked(self) -> SentencePair:
        """The pair with the words marked that both sentences have."""
        return SentencePair(self.pmid, self.given.beside(self.found), self.found.beside(self.given))


def closest_pairs(found: ComparedArticle, given: Sequence[ComparedArticle], limit: int) -> list[SentenceMatch]:
    """Return the pairs of sentences that share most of what is rare, the best first; of equal pairs the first.

    Args:
        found: The similar article.
        given: The given ones.
        limit: How many at most; pairs that share no telling word are none.
    """
    pairs = [
        (theirs.nearness(ours), SentenceMatch(one.article.pmid, theirs, ours))
        for one in given
        for theirs in one.sentences
        for ours in found.sentences
    ]
    best = nlargest(limit, pairs, key=lambda pair: pair[0])
    return [pair for near, pair in best if near]


def shared_headings(article: Article, given: Sequence[ComparedArticle]) -> tuple[str, ...]:
    """Return the MeSH descriptors that a given article has too, main topics first, check tags left out."""
    theirs = {heading.name for one in given for heading in one.article.mesh} - CHECK_TAGS
    shared = [heading for heading in article.mesh if heading.name in theirs]
    major = [heading.major or any(qualifier.major for qualifier in heading.qualifiers) for heading in shared]
    order = sorted(range(len(shared)), key=lambda place: (not major[place], place))
    return tuple(dict.fromkeys(shared[place].name for place in order))


def shared_terms(found: ComparedArticle, given: Sequence[ComparedArticle]) -> tuple[str, ...]:
    """Return keywords and words that a given article has too: keywords first, then words, the most telling first."""
    return tuple(_terms(found, given))[:TERMS_NAMED]


def _terms(found: ComparedArticle, given: Sequence[ComparedArticle]) -> Iterator[str]:
    theirs = {keyword.text.casefold() for one in given for keyword in one.article.keywords}
    keywords = {text.casefold(): text for text in (keyword.text for keyword in found.article.keywords)}
    shared = [text for folded, text in keywords.items() if folded in theirs]
    yield from shared
    named = " ".join(shared).casefold()
    weights = {
        stem: weight * max(one.telling.weights.get(stem, 0.0) for one in given)
        for stem, weight in found.telling.weights.items()
    }
    for stem in sorted(filter(weights.get, weights), key=lambda stem: (-weights[stem], stem)):
        if found.telling.forms[stem].casefold() not in named:
            yield found.telling.forms[stem]
