"""What the MCP tools answer, made of what REST answers are made of."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from index.core.errors import QueryError
from index.records.article import Article
from search.explore.similar_results import SimilarHit, SimilarPage
from search.export.citation import journal_name
from search.export.formats import export
from search.query.clauses import Clause
from search.results import Hit, Page
from search.service.answers import Json
from search.service.cursors import Cursor
from search.service.refusals import Refusal
from search.service.request_models import ExportRequest
from search.service.served_library import Listing, ServedLibrary
from search.service.tools.tool_models import Count, Document, Exported, MeshHeading, PartCount, Result, Results
from search.service.tools.tool_text import (
    abstract_text,
    authors_of,
    cut_at_word,
    fitting,
    marked,
    quoted,
    shortened,
    unhidden,
)

EXPLODED_SHOWN, PARTS_SHOWN, RECORDS_MOST = 200, 50, 200


def results(listing: Listing, *, compact: bool, characters: int) -> Results:
    """Return as many results of a page as fit; the cursor leads to the rest."""
    page = listing.page
    every = [_result(hit, compact=compact) for hit in page.hits]
    shown = fitting(every, characters)
    read_as = page.query.read_as if isinstance(page, Page) else None
    return Results(
        results=shown,
        total=page.total,
        total_is=page.total_is if isinstance(page, Page) else "exact",
        passing=page.passing if isinstance(page, Page) else page.total,
        read_as=shortened(read_as.description) if read_as else "",
        corrected=_corrected(page),
        warnings=_warnings(page) if isinstance(page, Page) else [],
        build=page.build,
        next_cursor=listing.next_cursor(len(shown)),
    )


def _corrected(page: Page | SimilarPage) -> str | None:
    corrected = page.query.corrected if isinstance(page, Page) else None
    return shortened(corrected.searched) if corrected else None


def _warnings(page: Page) -> list[str]:
    read_as = page.query.read_as
    tries = [f"Did you mean: {suggestion.text}" for suggestion in read_as.suggestions]
    return [shortened(text) for text in (*page.query.notes, *read_as.warnings, *tries)]


def _result(hit: Hit | SimilarHit, *, compact: bool) -> Result:
    article = hit.article
    least = Result(
        id=str(article.pmid),
        title=shortened(_title(article)),
        url=article.url,
        year=article.year,
        retracted=article.retraction == "retracted",
    )
    if compact:
        return least
    found = hit.evidence.text if isinstance(hit, Hit) and hit.evidence else None
    shares = (*hit.why.mesh, *hit.why.terms) if isinstance(hit, SimilarHit) else ()
    return least.model_copy(
        update={
            "authors": authors_of(map(str, article.authors)),
            "journal": quoted(journal_name(article)),
            "types": list(map(quoted, article.types)),
            "doi": quoted(article.doi) or None,
            "evidence": shortened(quoted(found)) if found else None,
            "shares": [quoted(term) for term in shares] if shares else None,
        }
    )


def _title(article: Article) -> str:
    return quoted(article.title) or "[no title]"


def count(listing: Listing) -> Count:
    """Return how many articles pass, and how many each part of the query keeps by itself."""
    page = listing.page
    assert isinstance(page, Page)  # noqa: S101 - a search's, never one of similar articles
    read_as = page.query.read_as
    parts = islice(_parts(read_as.clause), PARTS_SHOWN) if read_as.clause else ()
    return Count(
        total=page.total,
        total_is=page.total_is,
        passing=page.passing,
        read_as=shortened(read_as.description),
        parts=[PartCount(part=shortened(part.description), articles=part.count) for part in parts],
        corrected=_corrected(page),
        warnings=_warnings(page),
        build=page.build,
    )


def _parts(clause: Clause) -> Iterator[Clause]:
    waiting = [clause]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(part.parts))


def document(library: ServedLibrary, name: str, *, cursor: str, characters: int) -> Document:
    """Return an article, its text from the cursor on, in whole words.

    Raises:
        Refusal: The library has no such article, or the cursor is not one of this text.
    """
    article, build = _article(library, name), library.manifest().build
    place, text = Cursor.of(cursor, ["fetch", article.pmid]), abstract_text(article)
    place.check_build(build)
    piece = cut_at_word(text[place.offset :], characters)
    return Document(
        id=str(article.pmid),
        title=_title(article),
        text=marked(piece, article.pmid) if text else "[PubMed has no abstract of this article.]",
        url=article.url,
        metadata=_metadata(article),
        next_cursor=place.after(len(piece), build=build, listed=len(text)),
    )


def _article(library: ServedLibrary, name: str) -> Article:
    pmids = library.named(name)
    if len(pmids) > 1:
        listed = ", ".join(map(str, pmids[:10]))
        raise Refusal(422, "ambiguous", f"{name[:100]!r} names several articles: fetch one of {listed}.")
    article = library.article(pmids[0]) if pmids else None
    if article is None:
        raise Refusal(
            404,
            "no_article",
            f"The library holds no article {name[:100]!r}: `search` or `lookup_citation` finds PMIDs.",
        )
    return article


def _metadata(article: Article) -> dict[str, Any]:
    links = [{"kind": link.kind, "source": quoted(link.source), "pmid": link.pmid} for link in article.links[:50]]
    return {
        "pmid": article.pmid,
        "retraction": article.retraction,
        "published": quoted(str(article.published)),
        "journal": quoted(journal_name(article)),
        "authors": authors_of(map(str, article.authors)),
        "doi": quoted(article.doi) or None,
        "pmcid": quoted(article.pmcid) or None,
        "types": list(map(quoted, article.types)),
        "languages": list(map(quoted, article.languages)),
        "mesh": [quoted(heading.name) for heading in article.mesh],
        "keywords": [quoted(keyword.text) for keyword in article.keywords],
        "corrections_and_comments": links,
    }


def heading(found: Json) -> MeshHeading:
    """Return a heading without the numbers of those around it."""
    names = {part: [each["name"] for each in found[part]] for part in ("broader", "narrower", "exploded")}
    exploded = names.pop("exploded")
    return MeshHeading.model_validate(
        found | names | {"exploded": exploded[:EXPLODED_SHOWN], "exploded_count": len(exploded)}
    )


def exported(library: ServedLibrary, request: ExportRequest, *, cursor: str, characters: int) -> Exported:
    """Return as many whole records as fit, and at least one.

    Raises:
        QueryError, Refusal: Query or cursor cannot be read, or nothing is named.
    """
    if bool(request.query.strip()) == bool(request.pmids):
        raise QueryError("Give either `query` or `pmids` to export.")
    place = Cursor.of(cursor, request.asked())
    build = library.manifest().build
    place.check_build(build)
    pmids = list(request.pmids or _pmids_of(library, request))
    fits: list[Article] = []
    for article in islice(library.articles(pmids[place.offset :]), RECORDS_MOST):
        characters -= sum(map(len, export([article], request.format)))
        if characters < 0 and fits:
            break
        fits.append(article)
    end = pmids.index(fits[-1].pmid, place.offset) + 1 - place.offset if fits else 0
    return Exported(
        format=request.format,
        text=unhidden("".join(export(fits, request.format))),
        records=len(fits),
        next_cursor=place.after(end, build=build, listed=len(pmids)),
    )


def _pmids_of(library: ServedLibrary, request: ExportRequest) -> Iterator[int]:
    filters, mapping, whole = request.filters(), request.mapping, request.whole
    return library.pmids(request.query, filters=filters, mapping=mapping, whole=whole)
