"""The sentence of an abstract that speaks most to a query."""

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.matches import TokenSpan
from index.passages import searched_title
from index.records import Article
from search.hits import Evidence, Span
from search.query import Term
from search.telling import Rarity

if TYPE_CHECKING:
    from index.engine import SearchIndex


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an abstract, white space around it left off.

    Attributes:
        text: The sentence.
        section: Label of its section, or None.
        start: Where it begins in `Article.abstract`, in characters.
        matches: Its words that match words of the query; offsets into `text`.
    """

    text: str
    section: str | None
    start: int
    matches: tuple[TokenSpan, ...]

    def stems(self) -> frozenset[str]:
        """Return the stems of the words that match."""
        return frozenset(token.stem for token in self.matches)

    def as_evidence(self) -> Evidence:
        """Return it as evidence, the words that match marked."""
        spans = tuple(Span(token.start, token.end) for token in self.matches)
        return Evidence(self.text, self.section, self.start, self.start + len(self.text), spans)


@dataclass(frozen=True, slots=True)
class Reading:
    """An article held against the words of a query.

    Attributes:
        sentences: Its abstract.
        matched: The words of the query, as typed, that stand in its title or abstract.
        evidence: The sentence that shares most with the query; None when no sentence shares a word.
    """

    sentences: tuple[Sentence, ...]
    matched: tuple[str, ...]
    evidence: Evidence | None


def weigh(terms: Sequence[Term], index: "SearchIndex") -> dict[str, float]:
    """Return what each stem of a query is worth, see `Rarity`."""
    rarity = Rarity(index)
    return {term.stem: rarity[term.stem] for term in terms}


def read_article(
    article: Article, terms: Sequence[Term], weights: Mapping[str, float], index: "SearchIndex"
) -> Reading:
    """Find the query's words in an article.

    Args:
        article: The article.
        terms: The significant words of the query.
        weights: What each stem is worth, from `weigh`.
        index: Gives the analyser, so that words match as they do in the ranking.
    """
    sentences = split(article, weights.keys(), index)
    found = frozenset().union(*(sentence.stems() for sentence in sentences))
    named = found | {token.stem for token in index.stems(searched_title(article))}
    matched = tuple(term.word for term in terms if term.stem in named)
    return Reading(sentences, matched, _most_shared(sentences, weights).as_evidence() if found else None)


def split(article: Article, wanted: Set[str] | None, index: "SearchIndex") -> tuple[Sentence, ...]:
    """Cut an abstract into its sentences, in order, empty ones left out.

    Args:
        article: The article.
        wanted: Stems of the query; words with another stem are not kept. None keeps every word.
        index: Gives the analyser.
    """
    sentences: list[Sentence] = []
    offset = 0
    for section in article.sections:
        # One call a section: cheaper than one a sentence.
        matches = [token for token in index.stems(section.text) if wanted is None or token.stem in wanted]
        for start, raw in section.sentences():
            text = raw.strip()
            begin = start + len(raw) - len(raw.lstrip())
            if text:
                inside = _within(matches, begin, begin + len(text))
                sentences.append(Sentence(text, section.label, offset + begin, inside))
        offset += len(section.text) + 1  # Article.abstract joins sections with one space
    return tuple(sentences)


def _within(tokens: Sequence[TokenSpan], start: int, end: int) -> tuple[TokenSpan, ...]:
    return tuple(
        TokenSpan(token.stem, token.start - start, token.end - start)
        for token in tokens
        if start <= token.start and token.end <= end
    )


def _most_shared(sentences: Sequence[Sentence], weights: Mapping[str, float]) -> Sentence:
    # Of sentences that share equally much, the last: abstracts ask first and answer at the end.
    def worth(ranked: tuple[int, Sentence]) -> tuple[float, int]:
        position, sentence = ranked
        # fsum: the same words must give the same sum, whatever order a set yields them in.
        return math.fsum(weights[stem] for stem in sentence.stems()), position

    return max(enumerate(sentences), key=worth)[1]
