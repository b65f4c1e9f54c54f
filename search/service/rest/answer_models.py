"""The shape of REST's answers, for the OpenAPI document; what fills them is `to_json` of the searcher's records."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Problem(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str


class EvidenceAnswer(BaseModel):
    """A sentence of an abstract."""

    text: str
    section: str | None
    start: int
    end: int


class ArticleSummary(BaseModel):
    """What every list shows of an article."""

    pmid: int
    title: str | None
    year: int | None
    journal: str | None
    authors: list[str]
    doi: str | None
    types: list[str]
    retracted: bool
    url: str


class WhyAnswer(BaseModel):
    """Why an article ranks where it does."""

    meaning: float | None
    words: float | None
    matched: list[str]
    lacks: str | None


class HitAnswer(ArticleSummary):
    """One article found."""

    score: float
    evidence: EvidenceAnswer | None
    why: WhyAnswer


class ReadAs(BaseModel):
    """How a query was read; `says` is for people."""

    words: list[str]
    years: list[int | None] | None
    says: str
    demands: dict[str, Any] | None
    known: str | None
    warnings: list[str]
    suggestions: list[dict[str, str]]
    translations: list[dict[str, Any]]
    untagged: str | None
    search_details: list[dict[str, Any]]


class CorrectedAnswer(BaseModel):
    """What was searched in place of what was typed, and what searches that."""

    searched: str
    as_typed: str


class AbsentAnswer(BaseModel):
    """The rarest word that none of the first articles has, how many have it, and the query that lists them."""

    word: str
    first: int
    articles: int
    text: str


class QueryAnswer(BaseModel):
    """A query as typed, as corrected where words were misspelled, and as read."""

    text: str
    corrected: CorrectedAnswer | None
    absent: AbsentAnswer | None
    read_as: ReadAs


class ListAnswer(BaseModel):
    """What every page of a list says of the list; `total` is counted, never estimated: "at least" is a bound."""

    build: str
    fingerprint: str
    filters: dict[str, Any]
    ranking: dict[str, Any]
    total: int
    total_is: Literal["exact", "at least"]
    listed: int
    next_cursor: str | None


class SearchAnswer(ListAnswer):
    """A page of results; `listed` articles can be paged through, and `passing` pass the filters, relevant or not."""

    passing: int
    query: QueryAnswer
    sort: str
    hits: list[HitAnswer]


class SentencePairAnswer(BaseModel):
    """The two closest sentences of two articles."""

    pmid: int
    given: EvidenceAnswer
    found: EvidenceAnswer


class WhySimilarAnswer(BaseModel):
    """Why an article is similar."""

    meaning: float
    mesh: list[str]
    terms: list[str]
    sentences: SentencePairAnswer | None


class SimilarHitAnswer(ArticleSummary):
    """One similar article."""

    score: float
    why: WhySimilarAnswer


class SimilarAnswer(ListAnswer):
    """A page of similar articles."""

    similar_to: list[int]
    unlike: list[int]
    hits: list[SimilarHitAnswer]


class ArticleAnswer(BaseModel):
    """Everything PubMed says about an article, under the names of the JSON Lines export."""

    model_config = ConfigDict(extra="allow")

    pmid: int
    url: str
    title: str | None
    abstract: str
    year: int | None
    doi: str | None
    pmcid: str | None
    retraction: str | None


class ArticlesAnswer(BaseModel):
    """Articles in the order asked, and the PMIDs that the library does not hold."""

    build: str
    articles: list[ArticleAnswer]
    not_found: list[int]


class ValueCount(BaseModel):
    """How many articles have a value."""

    value: str
    label: str
    articles: int


class FacetsAnswer(BaseModel):
    """Counts, the most frequent values first."""

    build: str
    total: int
    facets: dict[str, list[ValueCount]]


class ArticleEvidence(BaseModel):
    """The sentence of one article that answers; none where it has no abstract."""

    pmid: int
    evidence: EvidenceAnswer | None


class EvidenceListAnswer(BaseModel):
    """Sentences in the order asked, and the PMIDs that the library does not hold."""

    build: str
    evidence: list[ArticleEvidence]
    not_found: list[int]


class LookupItem(BaseModel):
    """What one citation names; `ambiguous` names several, the likeliest first."""

    item: str
    status: Literal["found", "ambiguous", "not_found"]
    pmids: list[int]
    reason: str | None


class LookupAnswer(BaseModel):
    """An entry for each item, in order."""

    build: str
    items: list[LookupItem]


class HeadingName(BaseModel):
    """A MeSH heading by number and name."""

    ui: str
    name: str


class HeadingAnswer(HeadingName):
    """A heading, its place in the tree, and how many articles have it or one below it."""

    entry_terms: list[str]
    tree_numbers: list[str]
    broader: list[HeadingName]
    narrower: list[HeadingName]
    exploded: list[HeadingName]
    articles: int
    build: str


class LibraryAnswer(BaseModel):
    """What is being searched."""

    build: str
    fingerprint: str
    content: str
    model: str
    articles: int
    newest: str | None
    mesh: bool
    version: str


class ReadyAnswer(BaseModel):
    """Whether the service answers, and of which build."""

    status: Literal["ready"]
    build: str
    fingerprint: str


class LiveAnswer(BaseModel):
    """Whether the process lives."""

    status: Literal["live"]
