"""Why an article is similar to given ones: headings, words, and the closest sentences."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from index.records.article import Article
from search.evidence.sentences import Sentence, split
from search.evidence.term_weights import TermWeights, is_distinctive
from search.explore.similar_results import SentencePair
from search.filters.vocabulary import CHECK_TAGS
from search.results import Evidence
from search.retrieval.rarity import InverseDocumentFrequency

if TYPE_CHECKING:
    from numpy import ndarray

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
        vectors: Of each of the sentences, shape (sentences, dimensions); None where the index does not hold them.
    """

    article: Article
    term_weights: TermWeights
    sentences: tuple[WeightedSentence, ...]
    vectors: "ndarray | None"

    @classmethod
    def read(cls, article: Article, index: "SearchIndex", rarity: InverseDocumentFrequency) -> Self:
        """Weigh an article's words and sentences."""
        sentences = tuple(WeightedSentence.of(sentence, rarity) for sentence in split(article, index))
        vectors = _sentence_vectors(article, index)
        known = vectors if vectors is not None and len(vectors) == len(sentences) else None
        return cls(article, TermWeights.of(article, index, rarity), sentences, known)

    def nearness(self, other: "ComparedArticle") -> "ndarray":
        """Return how near each of its sentences is to each of another article, shape (own, others).

        The cosine of their words' weights, and where both have vectors, of their meaning, which counts as much; 0 for
        sentences that share no distinctive word.
        """
        import numpy as np  # here, not above: `--help` must not pay

        words = np.array([[one.nearness(another) for another in other.sentences] for one in self.sentences])
        shaped = words.reshape(len(self.sentences), len(other.sentences))
        if self.vectors is None or other.vectors is None:
            return shaped
        near: ndarray = np.where(shaped > 0, shaped + self.vectors @ other.vectors.T, 0)
        return near


def closest_pair(similar: ComparedArticle, given: Sequence[ComparedArticle]) -> SentencePair | None:
    """Return the pair of sentences that are closest, the earlier ones when equal, their common words marked.

    Args:
        similar: The similar article.
        given: The given ones.

    Returns:
        None where no two sentences share a distinctive word.
    """
    best: tuple[float, SentencePair | None] = (0.0, None)
    for compared in given:
        nearness = compared.nearness(similar)
        if nearness.size and (highest := float(nearness.max())) > best[0]:
            row, column = divmod(int(nearness.argmax()), nearness.shape[1])
            own, other = compared.sentences[row], similar.sentences[column]
            best = highest, SentencePair(compared.article.pmid, own.beside(other), other.beside(own))
    return best[1]


def _sentence_vectors(article: Article, index: "SearchIndex") -> "ndarray | None":
    """Return the vectors of the sentences of an article's abstract; None where the index does not hold them."""
    try:
        vectors = index.sentence_vectors([article.pmid])
    except KeyError:
        return None
    return None if vectors is None else vectors[0][1:]  # the first is the title's


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
