"""What one row of a table says of an article."""

from typing import Protocol

from index.records.article import Article
from search.export.citation import journal_name
from search.query.query import Span


class ShownSentence(Protocol):
    """A sentence of an abstract, with the words in it that are marked."""

    @property
    def text(self) -> str:
        """The sentence."""

    @property
    def section(self) -> str | None:
        """Label of its section."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The marked words, offsets into `text`."""


class ShownHit(Protocol):
    """An article of a list."""

    @property
    def article(self) -> Article:
        """Everything PubMed says about it."""

    @property
    def score(self) -> float:
        """0 to 1."""

    @property
    def evidence(self) -> ShownSentence | None:
        """The sentence to show."""


def row_of(hit: ShownHit) -> dict[str, object]:
    """Return a row: a value for each of `search.tables.data_frames.COLUMNS`; None where there is none."""
    article, evidence = hit.article, hit.evidence
    return {
        "pmid": article.pmid,
        "score": hit.score,
        "title": article.title,
        "year": article.year,
        "published": str(article.published) or None,
        "journal": journal_name(article),
        "authors": [str(author) for author in article.authors],
        "types": list(article.types),
        "doi": article.doi,
        "retraction": article.retraction,
        "section": evidence.section if evidence else None,
        "evidence": evidence.text if evidence else None,
        "url": article.url,
    }
