"""The sentence of an abstract that matches a query best."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from index.lexical.matches import Tokens, TokenSpan
from index.records.article import Article
from index.records.passages import searched_title
from search.evidence.sentences import Sentence, split
from search.evidence.synonyms import Synonym, abbreviations, by_first_stem, occurrences, other_names
from search.query.query import Interpretation, Term
from search.results import Evidence
from search.retrieval.rarity import InverseDocumentFrequency

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex

END_SHARE = 0.2
"""The bonus of the last sentence over the first, where all words of the query count 1: abstracts ask first and answer
at the end.

Source: sample articles whose title is a question and whose abstract has labelled conclusions (113). Words alone quote
from results or conclusions in 34 %, and the question in most others; with .1 42 %, .2 46 %, .3 56 %. The quoted words
have 98 % of the best weight at .2, 95 % at .3.
"""


@dataclass(frozen=True, slots=True)
class EvidenceTerms:
    """What to look for in an abstract.

    Attributes:
        terms: The significant words of the query, each stem once.
        weights: Weight of each stem: its rarity in the library.
        synonyms: Other words for them.
        of_question: Whether they are a plain question's; operators and tags say themselves what articles must have.
    """

    terms: tuple[Term, ...]
    weights: Mapping[str, float]
    synonyms: tuple[Synonym, ...] = ()
    of_question: bool = True

    @property
    def main(self) -> Term | None:
        """The question's main word: the rarest, the first of equal ones; None where it has only numbers."""
        words = [term for term in self.terms if self.of_question and not term.word.isdigit()]
        return max(words, key=lambda term: self.weights[term.stem], default=None)

    @classmethod
    def of(cls, read_as: Interpretation, index: "SearchIndex") -> Self:
        """Weigh the words of a query."""
        rarity = InverseDocumentFrequency(index)
        weights = {term.stem: rarity[term.stem] for term in read_as.distinct}
        synonyms = tuple(other_names(read_as.translations, weights.keys(), index))
        return cls(read_as.distinct, weights, synonyms, of_question=read_as.clause is None)


@dataclass(frozen=True, slots=True)
class EvidenceCandidate:
    """A sentence that shares something with a query.

    Attributes:
        sentence: The sentence.
        matches: Its words that match words of the query, or their synonyms.
        share: Its share of the query's weighted words, 0 to 1.
    """

    sentence: Sentence
    matches: tuple[TokenSpan, ...]
    share: float

    @property
    def score(self) -> float:
        """Its share of the words, plus the bonus of its position."""
        return self.share + END_SHARE * self.sentence.position

    @property
    def evidence(self) -> Evidence:
        """The sentence, its matches marked."""
        return self.sentence.marked(self.matches)


@dataclass(frozen=True, slots=True)
class SentenceMatches:
    """An article compared with the words of a query.

    Attributes:
        sentences: Its abstract.
        matched: The words of the query, as typed, that are in its title or abstract.
        candidates: The sentences that share something with the query, best first; the later one first when equal.
        lacks: The query's main word, as typed, where neither it nor another name of it is there; else None.
    """

    sentences: tuple[Sentence, ...]
    matched: tuple[str, ...]
    candidates: tuple[EvidenceCandidate, ...]
    lacks: str | None = None

    @property
    def evidence(self) -> Evidence | None:
        """The best sentence by its words; None when no sentence shares a word."""
        return self.candidates[0].evidence if self.candidates else None


def read_article(article: Article, terms: EvidenceTerms, index: "SearchIndex") -> SentenceMatches:
    """Find the query's words, and their synonyms, in an article.

    Args:
        article: The article.
        terms: What to look for.
        index: Provides the analyser, so that words match as they do in the ranking.
    """
    sentences = split(article, index)
    title = searched_title(article)
    explained = abbreviations(f"{title}\n{article.abstract}", terms.weights.keys(), index)
    synonyms = by_first_stem((*terms.synonyms, *explained))
    candidates = [_candidate(sentence, terms.weights, synonyms) for sentence in sentences]
    matching = sorted(
        (candidate for candidate in candidates if candidate.matches),
        key=lambda candidate: (-candidate.score, -candidate.sentence.start),
    )
    texts = [index.stems(title), *(sentence.tokens for sentence in sentences)]
    stems = set().union(*(tokens.stems for tokens in texts))
    matched = tuple(term.word for term in terms.terms if term.stem in stems)
    main = terms.main
    lacks = main.word if main and main.stem not in stems and not _is_named(main, texts, synonyms) else None
    return SentenceMatches(sentences, matched, tuple(matching), lacks)


def _is_named(term: Term, texts: Sequence[Tokens], synonyms: Mapping[str, Sequence[Synonym]]) -> bool:
    """Whether another name of a word is in one of the texts."""
    return any(term.stem in synonym.means for tokens in texts for synonym, _ in occurrences(tokens, synonyms))


def _candidate(
    sentence: Sentence, weights: Mapping[str, float], synonyms: Mapping[str, Sequence[Synonym]]
) -> EvidenceCandidate:
    positions = {position for position, stem in enumerate(sentence.tokens.stems) if stem in weights}
    stems = {sentence.tokens.stems[position] for position in positions}
    for synonym, position in occurrences(sentence.tokens, synonyms):
        stems |= synonym.means
        positions.update(range(position, position + len(synonym.stems)))
    # fsum: the same words must give the same sum, whatever the order of a set.
    share = math.fsum(weights[stem] for stem in stems) / (math.fsum(weights.values()) or 1.0)
    matches = tuple(sentence.tokens[position] for position in sorted(positions))
    return EvidenceCandidate(sentence, matches, share)
