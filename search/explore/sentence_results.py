"""What a search for sentences returns."""

from collections.abc import Mapping
from dataclasses import dataclass

from index.core.formatting import counted
from index.records.article import Article
from search.export.sentence_rows import SentenceRow
from search.filters.filters import Filters
from search.query.query import Query
from search.results import Evidence, rounded, summary


@dataclass(frozen=True, slots=True)
class WhySentence:
    """Why a sentence ranks where it does.

    Attributes:
        meaning: About the cosine between query and sentence, -1 to 1; None where the abstract has changed since the
            index was built.
        words: Its share of the query's words, rare ones counting more, 0 to 1.
        article: The score of its article in the list of articles, 0 to 1.
    """

    meaning: float | None
    words: float
    article: float

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `why`."""
        return {"meaning": rounded(self.meaning), "words": rounded(self.words), "article": rounded(self.article)}


@dataclass(frozen=True, slots=True)
class SentenceHit:
    """One sentence found.

    Attributes:
        article: Everything PubMed says about its article.
        sentence: The sentence, its section, its place in `Article.abstract`, and the words that match.
        score: 0 to 1, never rising down the list; compares the sentences of one search, not of two.
        why: Why it ranks here.
    """

    article: Article
    sentence: Evidence
    score: float
    why: WhySentence

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `hits`."""
        return {
            **summary(self.article),
            "score": rounded(self.score),
            "sentence": self.sentence.to_json(),
            "why": self.why.to_json(),
        }


@dataclass(frozen=True, slots=True)
class SentencePage:
    """One page of sentences.

    Attributes:
        query: The query and how it was read.
        hits: The sentences, best first.
        offset: How many better ones come before this page.
        listed: How many sentences can be paged through.
        searched: How many articles had their sentences compared: the best, or all that pass.
        without_abstract: How many of these have no sentence, because PubMed has no abstract of them.
        of_each: How many sentences of one article are listed at most.
        total: How many articles the list has of which these are the best; see `search.results.Page`.
        total_is: "exact" or "at least", as there.
        build: The index that answered.
        model: Name of the embedding model.
        seconds: Time taken.
        fingerprint: The model's files and precision.
        filters: The filters besides the query.
        ranking: How the list was ranked.
    """

    query: Query
    hits: tuple[SentenceHit, ...]
    offset: int
    listed: int
    searched: int
    without_abstract: int
    of_each: int
    total: int
    total_is: str
    build: str
    model: str
    seconds: float
    fingerprint: str
    filters: Filters
    ranking: Mapping[str, object]

    @property
    def sort(self) -> str:
        """The order, which is always the same."""
        return "relevance"

    @property
    def scope(self) -> str:
        """What was searched, in words."""
        if self.searched < self.total:
            least = "at least " if self.total_is != "exact" else ""
            articles = f"the {self.searched:,} best of {least}{counted(self.total, 'article')}"
        else:
            articles = counted(self.searched, "article")
        missing = f" ({self.without_abstract:,} without abstract)" if self.without_abstract else ""
        return f"the sentences of {articles}{missing}, at most {self.of_each} of each; titles are not searched"

    def rows(self) -> list[SentenceRow]:
        """Return the sentences as they are exported."""
        return [
            SentenceRow(
                hit.article, hit.sentence.text, hit.sentence.section, hit.sentence.start, hit.sentence.end, hit.score
            )
            for hit in self.hits
        ]

    def to_json(self) -> dict[str, object]:
        """Return the JSON object that `pubmed-search --sentences --json` prints."""
        return {
            "query": self.query.to_json(),
            "build": self.build,
            "fingerprint": self.fingerprint,
            "filters": self.filters.to_json(),
            "ranking": dict(self.ranking),
            "searched": {"articles": self.searched, "without_abstract": self.without_abstract, "says": self.scope},
            "total": self.total,
            "total_is": self.total_is,
            "listed": self.listed,
            "hits": [hit.to_json() for hit in self.hits],
        }
