"""What a search returns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from index.core.formatting import counted
from index.engine.selection import FacetCount
from index.records.article import Article
from search.export.citation import journal_name
from search.filters.filters import Filters
from search.query.query import Query, Span
from search.tables.data_frames import arrow_table, data_frame
from search.tables.html_table import html_table
from search.tables.rows import ShownHit

if TYPE_CHECKING:
    from pandas import DataFrame
    from pyarrow import Table

_Hit_co = TypeVar("_Hit_co", bound=ShownHit, covariant=True)


class HitList(Generic[_Hit_co]):
    """What every page of hits does besides: it iterates, has a length, and is a table in a notebook."""

    __slots__ = ()
    hits: tuple[_Hit_co, ...]
    offset: int

    def __iter__(self) -> Iterator[_Hit_co]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def to_pandas(self) -> "DataFrame":
        """Return the hits as a pandas table, one row each; see `search.tables.data_frames.COLUMNS`.

        Raises:
            ImportError: pandas is not installed.
        """
        return data_frame(self.hits)

    def to_arrow(self) -> "Table":
        """Return the hits as an Arrow table, one row each; its schema is the same for every page, empty ones too.

        Raises:
            ImportError: pyarrow is not installed.
        """
        return arrow_table(self.hits)

    def _repr_html_(self) -> str:
        return html_table(self._summary(), self.hits, first=self.offset + 1)

    def _summary(self) -> tuple[str, ...]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence of an abstract that fits the query best.

    Attributes:
        text: The sentence, without white space around it.
        section: Label of its section as PubMed gives it, or None.
        start: Where it starts in `Article.abstract`, in characters.
        end: Where it ends there.
        spans: The words in `text` (offsets into `text`) that match words of the query, in reading order.
    """

    text: str
    section: str | None
    start: int
    end: int
    spans: tuple[Span, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `evidence`."""
        return {"text": self.text, "section": self.section, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Why:
    """Why an article ranks where it does.

    Attributes:
        meaning: Cosine between query and article, -1 to 1; None when it is not among the nearest 1,000.
        words: BM25 score, 0 or more; None when it is not among the best 1,000 by words.
        matched: The query's words, as typed, whose stem is in the article's title or abstract.
        lacks: The query's main word, its rarest, as typed, where title and abstract have neither it nor another name of
            it; else None.
    """

    meaning: float | None
    words: float | None
    matched: tuple[str, ...]
    lacks: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `why`."""
        return {
            "meaning": rounded(self.meaning),
            "words": rounded(self.words),
            "matched": list(self.matched),
            "lacks": self.lacks,
        }


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found.

    Attributes:
        article: Everything PubMed says about it.
        score: 0 to 1, never rising down the list; comparable within one search, not between two.
        evidence: The sentence that fits the query best, or None where the article has no abstract.
        why: Why it ranks here.
    """

    article: Article
    score: float
    evidence: Evidence | None
    why: Why

    def to_json(self) -> dict[str, object]:
        """Return the JSON object under `hits`."""
        return {
            **summary(self.article),
            "score": rounded(self.score),
            "evidence": self.evidence.to_json() if self.evidence else None,
            "why": self.why.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Facet:
    """How many articles have each value of a field, the most common first."""

    field: str
    counts: tuple[FacetCount, ...]


@dataclass(frozen=True, slots=True)
class Page(HitList[Hit]):
    """One page of results: iterates over its hits, and shows them as a table in a notebook.

    Example:
        >>> page = pubmed.search("metformin and cancer", limit=2)
        >>> len(page), [hit.article.pmid for hit in page][0], page.to_arrow().num_rows
        (1, 900000001, 1)

    Attributes:
        query: The query and how it was read.
        hits: The articles, best first.
        offset: How many better ones come before this page.
        total: How many articles the list has. A plain question lists those that are relevant to it and pass the
            filters (`search.retrieval.relevance`), a query with operators or tags all that pass.
        total_is: "exact", or "at least" where more articles are relevant than the rankings reach.
        passing: How many articles pass, relevant or not: the query's operators and tags and the filters, or all of the
            library.
        build: The index that answered.
        model: Name of the embedding model.
        seconds: Time taken.
        fingerprint: The model's files and precision.
        filters: The filters besides the query.
        sort: "relevance", "newest" or "oldest".
        ranking: How the list was ranked.
    """

    query: Query
    hits: tuple[Hit, ...]
    offset: int
    total: int
    total_is: str
    passing: int
    build: str
    model: str
    seconds: float
    fingerprint: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: str = "relevance"
    ranking: Mapping[str, object] = field(default_factory=dict)

    def _summary(self) -> tuple[str, ...]:
        read_as = self.query.read_as
        shown = f"{shown_range(self)} of {found_text(self)}"
        return (shown, f"Read as: {read_as.description}", *self.query.notes, *read_as.warnings)

    def to_json(self) -> dict[str, object]:
        """Return the JSON object that `pubmed-search --json` prints."""
        return {
            "query": self.query.to_json(),
            "build": self.build,
            "fingerprint": self.fingerprint,
            "filters": self.filters.to_json(),
            "sort": self.sort,
            "ranking": dict(self.ranking),
            "total": self.total,
            "total_is": self.total_is,
            "passing": self.passing,
            "hits": [hit.to_json() for hit in self.hits],
        }


def found_text(page: Page) -> str:
    """Return how many articles a list has, in words: "43 relevant articles of 3,000", "8 articles"."""
    least = "at least " if page.total_is != "exact" else ""
    if page.total == page.passing:
        return least + counted(page.total, "article")
    return f"{least}{counted(page.total, 'relevant article')} of {page.passing:,}"


def nothing_text(page: Page) -> str:
    """Return why a list is empty, in words."""
    if page.passing and page.query.read_as.clause is None:
        return "No article is relevant to this question"
    return "No article matches"


def shown_range(page: HitList[ShownHit]) -> str:
    """Return which hits of a list a page shows: "1-20", or "none"."""
    return f"{page.offset + 1:,}-{page.offset + len(page):,}" if len(page) else "none"


def summary(article: Article) -> dict[str, object]:
    """Return what every list shows of an article, as JSON."""
    return {
        "pmid": article.pmid,
        "title": article.title,
        "year": article.year,
        "journal": journal_name(article),
        "authors": [str(author) for author in article.authors],
        "doi": article.doi,
        "types": list(article.types),
        "retracted": article.retraction == "retracted",
        "url": article.url,
    }


def rounded(number: float | None) -> float | None:
    """Return a score as JSON gives it."""
    # Six decimals: more than a score means, few enough to read.
    return None if number is None else round(number, 6)
