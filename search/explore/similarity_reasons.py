"""Why an article is similar to given ones: headings, words, and the closest sentences."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import TYPE_CHECKING, Self

from index.records.article import Article
from search.evidence.sentences import Sentence, split
from search.evidence.term_weights import InverseDocumentFrequency, TermWeights, is_distinctive
from search.explore.similar_results import SentencePair
from search.filters.vocabulary import CHECK_TAGS
from search.results import Evidence

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

TERMS_NAMED = 8


@dataclass(frozen=True, slots=True)
class WeightedSentence:
    """A sentence with the weights of its words.

    Attributes:
        sentence: The sentence, with all its words.
        weights: The rarity of each distinctive stem.
        length: Length of the weights as a vector.
    """

    sentence: Sentence
    weights: dict[str, float]
    length: float

    @classmethod
    def of(cls, sentence: Sentence, rarity: InverseDocumentFrequency) -> Self:
        """Weigh the words of a sentence."""
        stems = {token.stem for token in sentence.tokens if is_distinctive(sentence.word(token))}
        weights = {stem: rarity[stem] for stem in sorted(stems)}
        return cls(sentence, weights, math.hypot(*weights.values()))

    def nearness(self, other: "WeightedSentence") -> float:
        """Return the cosine of both sentences' weights, 0 to 1."""
        shared = math.fsum(weight**2 for stem, weight in self.weights.items() if stem in other.weights)
        return shared / (self.length * other.length) if shared else 0.0

    def beside(self, other: "WeightedSentence") -> Evidence:
        """Return the sentence, marking the words that the other one has too."""
        shared = self.weights.keys() & other.weights.keys()
        return self.sentence.marked(token for token in self.sentence.tokens if token.stem in shared)


@dataclass(frozen=True, slots=True)
class ComparedArticle:
    """An article as it is compared with others.

    Attributes:
        article: The article.
        term_weights: The weights of its words.
        sentences: Those of its abstract.
    """

    article: Article
    term_weights: TermWeights
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
        """The pair, marking the words that both sentences have."""
        return SentencePair(self.pmid, self.given.beside(self.found), self.found.beside(self.given))


def closest_pairs(similar: ComparedArticle, given: Sequence[ComparedArticle], limit: int) -> list[SentenceMatch]:
    """Return the pairs of sentences most similar by rare words, best first; the earlier one when equal.

    Args:
        similar: The similar article.
        given: The given ones.
        limit: How many at most; pairs without a shared distinctive word are left out.
    """
    pairs = [
        (given_sentence.nearness(found_sentence), SentenceMatch(compared.article.pmid, given_sentence, found_sentence))
        for compared in given
        for given_sentence in compared.sentences
        for found_sentence in similar.sentences
    ]
    best = nlargest(limit, pairs, key=lambda pair: pair[0])
    return [pair for nearness, pair in best if nearness]


def shared_headings(article: Article, given: Sequence[ComparedArticle]) -> tuple[str, ...]:
    """Return the MeSH descriptors that a given article has too, main topics first, without check tags."""
    given_names = {heading.name for compared in given for heading in compared.article.mesh} - CHECK_TAGS
    shared = [heading for heading in article.mesh if heading.name in given_names]
    major = [heading.major or any(qualifier.major for qualifier in heading.qualifiers) for heading in shared]
    order = sorted(range(len(shared)), key=lambda position: (not major[position], position))
    return tuple(dict.fromkeys(shared[position].name for position in order))


def shared_terms(similar: ComparedArticle, given: Sequence[ComparedArticle]) -> tuple[str, ...]:
    """Return keywords and words that a given article has too: keywords first, then words, most distinctive first."""
    return tuple(_terms(similar, given))[:TERMS_NAMED]


def _terms(similar: ComparedArticle, given: Sequence[ComparedArticle]) -> Iterator[str]:
    given_keywords = {keyword.text.casefold() for compared in given for keyword in compared.article.keywords}
    keywords = {text.casefold(): text for text in (keyword.text for keyword in similar.article.keywords)}
    shared = [text for folded, text in keywords.items() if folded in given_keywords]
    yield from shared
    keyword_text = " ".join(shared).casefold()
    weights = {
        stem: weight * max(compared.term_weights.weights.get(stem, 0.0) for compared in given)
        for stem, weight in similar.term_weights.weights.items()
    }
    for stem in sorted(filter(weights.get, weights), key=lambda stem: (-weights[stem], stem)):
        if similar.term_weights.forms[stem].casefold() not in keyword_text:
            yield similar.term_weights.forms[stem]
