"""A recorded search that anyone can repeat: the request, what was searched, and the results."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

import msgspec

KIND = "pubmed-search record"
FORMAT = 1

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What was requested.

    Attributes:
        text: The query as typed.
        filters: The filters as `Filters.to_json` gives them; empty for none.
        sort: "relevance", "newest" or "oldest".
        limit: How many articles were requested; None for the whole result.
        recency: The years after which a score counts half, or None.
        reranker: Name of the model that reranked the best articles, or None.
        mapping: Whether untagged words of a Boolean query were to be mapped; older records say nothing, and none were.
        whole: Whether a plain question listed what is not relevant to it, too; older records say nothing, and it did.
    """

    text: str
    filters: Json
    sort: str = "relevance"
    limit: int | None = None
    recency: float | None = None
    reranker: str | None = None
    mapping: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True)
class SearchedLibrary:
    """What was searched, and with what.

    Attributes:
        database: Always "PubMed".
        library: Name of the library's folder; its path is private.
        articles: How many articles the index holds.
        newest: The newest date among them, ISO 8601, or None.
        files: How many source files were applied to the library.
        last_file: The last of them, by NLM's numbering, or None.
        build: Name of the build that was searched.
        content: Digest of everything it was built from; equal for builds with the same results.
        model: Name of the embedding model.
        fingerprint: The model's files and precision.
        program: Name of this program.
        version: Its version.
    """

    database: str
    library: str
    articles: int
    newest: str | None
    files: int
    last_file: str | None
    build: str
    content: str
    model: str
    fingerprint: str
    program: str
    version: str


@dataclass(frozen=True, slots=True)
class ListedArticles:
    """What came back.

    Attributes:
        total: How many articles the list has.
        total_is: "exact" or "at least", as in `search.results.Page`.
        pmids: The articles listed, in order.
        digest: SHA-256 of `pmids`, from `digest`.
        passing: How many articles pass the query's operators and tags and the filters; None in older records, where
            that is `total`.
    """

    total: int
    total_is: str
    pmids: tuple[int, ...]
    digest: str
    passing: int | None = None


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One search.

    Attributes:
        at: When it was run, ISO 8601 with the offset from UTC.
        request: What was requested.
        read_as: How the query was read, as `Interpretation.to_json` gives it.
        ranking: The parameters of the ranking.
        searched: What was searched.
        listed: What came back.
        kind: Identifies such a file.
        format: Version of the file's layout.
    """

    at: str
    request: Request
    read_as: Json
    ranking: Json
    searched: SearchedLibrary
    listed: ListedArticles
    kind: str = KIND
    format: int = FORMAT

    def to_json(self) -> Json:
        """Return the JSON object that the file holds."""
        builtins: Json = msgspec.to_builtins(self)
        return {"kind": builtins.pop("kind"), "format": builtins.pop("format"), **builtins}


def digest(pmids: tuple[int, ...]) -> str:
    """Return the SHA-256 of PMIDs in their order, one a line: equal to `sha256sum` of such a file."""
    return sha256("".join(f"{pmid}\n" for pmid in pmids).encode()).hexdigest()
