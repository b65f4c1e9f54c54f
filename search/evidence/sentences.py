"""The sentences of an abstract, with the words in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.lexical.matches import Tokens, TokenSpan
from index.records.article import Article
from index.records.passages import abstract_sentences
from search.query.query import Span
from search.results import Evidence

if TYPE_CHECKING:
    from index.engine.search_index import SearchIndex


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an abstract, without white space around it.

    Attributes:
        text: The sentence.
        section: Label of its section, or None.
        start: Where it begins in `Article.abstract`, in characters.
        position: Position in the abstract, above 0; 1 is the last sentence.
        tokens: Its words; offsets into the text of the section.
        begin: Where the sentence begins there.
    """

    text: str
    section: str | None
    start: int
    position: float
    tokens: Tokens
    begin: int

    def word(self, token: TokenSpan) -> str:
        """Return one of its words as written."""
        return self.text[token.start - self.begin : token.end - self.begin]

    def marked(self, tokens: Iterable[TokenSpan]) -> Evidence:
        """Return it as evidence with some of its words marked."""
        spans = tuple(Span(token.start - self.begin, token.end - self.begin) for token in tokens)
        return Evidence(self.text, self.section, self.start, self.start + len(self.text), spans)


def split(article: Article, index: "SearchIndex") -> tuple[Sentence, ...]:
    """Cut an abstract into its sentences, in order, without empty ones.

    Args:
        article: The article.
        index: Provides the analyser, so that words match as they do in the ranking.
    """
    pieces = list(abstract_sentences(article))
    tokens = [index.stems(section.text) for section in article.sections]  # cheaper than a call a sentence
    return tuple(
        Sentence(
            text=text,
            section=article.sections[section_number].label,
            start=offset + begin,
            position=count / len(pieces),
            # A splitter may cut inside what the analyser sees as one word: such a word belongs to no sentence.
            tokens=tokens[section_number].inside(begin, begin + len(text)),
            begin=begin,
        )
        for count, (section_number, offset, begin, text) in enumerate(pieces, start=1)
    )
