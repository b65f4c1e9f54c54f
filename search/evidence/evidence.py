"""The sentence of an abstract that speaks most to a query."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from index.lexical.matches import TokenSpan
from index.records.article import Article
from index.records.passages import searched_title
from search.evidence.sentences import Sentence, split
from search.evidence.synonyms import Synonym, abbreviations, occurrences, other_names
from search.evidence.term_weights import InverseDocumentFrequency
from search.query.query import Interpretation, Term
from search.results import Evidence

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

END_SHARE = 0.2
"""What the last sentence has in advance of the first, beside a share of 1 for all words of the query: abstracts ask
first and answer at the end.

Source: sample articles whose title is a question and whose abstract has labelled conclusions (113). Words alone quote
from results or conclusions in 34 %, the question asked again in most others; with .1 42 %, .2 46 %, .3 56 %. The words
so quoted are worth 98 % of the best at .2, 95 % at .3.
"""


@dataclass(frozen=True, slots=True)
class EvidenceTerms:
    """What is looked for in an abstract.

    Attributes:
        terms: The significant words of the query, each stem once.
        weights: What each stem is worth: its rarity in the library.
        synonyms: Other words for them.
    """

    terms: tuple[Term, ...]
    weights: Mapping[str, float]
    synonyms: tuple[Synonym, ...] = ()

    @classmethod
    def of(cls, read_as: Interpretation, index: "SearchIndex") -> Self:
        """Weigh the words of a query."""
        rarity = InverseDocumentFrequency(index)
        weights = {term.stem: rarity[term.stem] for term in read_as.distinct}
        return cls(read_as.distinct, weights, tuple(other_names(read_as.translations, weights.keys(), index)))


@dataclass(frozen=True, slots=True)
class EvidenceCandidate:
    """A sentence that shares something with a query.

    Attributes:
        sentence: The sentence.
        found: Its words that match words of the query, or stand for them.
        worth: The share of the query's rare words that it has, 0 to 1, and what its place adds.
    """

    sentence: Sentence
    found: tuple[TokenSpan, ...]
    worth: float

    @property
    def evidence(self) -> Evidence:
        """The sentence, with what was found marked."""
        return self.sentence.marked(self.found)


@dataclass(frozen=True, slots=True)
class SentenceMatches:
    """An article held against the words of a query.

    Attributes:
        sentences: Its abstract.
        matched: The words of the query, as typed, that stand in its title or abstract.
        candidates: The sentences that share something with the query, the best first, of equal ones the last.
    """

    sentences: tuple[Sentence, ...]
    matched: tuple[str, ...]
    candidates: tuple[EvidenceCandidate, ...]

    @property
    def evidence(self) -> Evidence | None:
        """The best sentence by its words; None when no sentence shares a word."""
        return self.candidates[0].evidence if self.candidates else None


def read_article(article: Article, wanted: EvidenceTerms, index: "SearchIndex") -> SentenceMatches:
    """Find the query's words, and what stands for them, in an article.

    Args:
        article: The article.
        wanted: What is looked for.
        index: Gives the analyser, so that words match as they do in the ranking.
    """
    sentences = split(article, index)
    title = searched_title(article)
    explained = abbreviations(f"{title}\n{article.abstract}", wanted.weights.keys(), index)
    synonyms = (*wanted.synonyms, *explained)
    found = [_candidate(sentence, wanted.weights, synonyms) for sentence in sentences]
    candidates = sorted((one for one in found if one.found), key=lambda one: (-one.worth, -one.sentence.start))
    named = {token.stem for sentence in sentences for token in sentence.tokens}
    named |= {token.stem for token in index.stems(title)}
    matched = tuple(term.word for term in wanted.terms if term.stem in named)
    return SentenceMatches(sentences, matched, tuple(candidates))


def _candidate(sentence: Sentence, weights: Mapping[str, float], synonyms: Sequence[Synonym]) -> EvidenceCandidate:
    places = {place for place, token in enumerate(sentence.tokens) if token.stem in weights}
    said = {sentence.tokens[place].stem for place in places}
    for synonym, place in occurrences(sentence.tokens, synonyms):
        said |= synonym.means
        places.update(range(place, place + len(synonym.stems)))
    # fsum: the same words must give the same sum, whatever order a set yields them in.
    share = math.fsum(weights[stem] for stem in said) / (math.fsum(weights.values()) or 1.0)
    found = tuple(sentence.tokens[place] for place in sorted(places))
    return EvidenceCandidate(sentence, found, share + END_SHARE * sentence.place)
