"""Routes about articles that are known: records, exports, citations; MeSH and the library."""

from collections.abc import AsyncIterator, Iterator
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from search.export.formats import FORMATS, file_name
from search.service.answers import Json, articles_json, heading_json, library_json, lookup_json
from search.service.refusals import Refusal
from search.service.request_models import ArticlesRequest, ExportRequest, LookupRequest, Pmid, Value
from search.service.rest.answer_models import ArticleAnswer, ArticlesAnswer, HeadingAnswer, LibraryAnswer, LookupAnswer
from search.service.rest.http_answers import answer
from search.service.served_library import Desk, ServedLibrary


def record_routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router, library = APIRouter(prefix="/v1"), desk.library

    @router.get("/articles/{pmid}", response_model=ArticleAnswer, summary="An article")
    async def article(http: Request, pmid: Annotated[Pmid, Path()]) -> Response:
        """Everything PubMed says about an article."""
        return await answer(desk, http, lambda: library.on_one_build(lambda: _one_article(library, pmid)))

    @router.post("/articles", response_model=ArticlesAnswer, summary="Articles")
    async def articles(http: Request, request: ArticlesRequest) -> Response:
        """Whole records in the order asked."""
        return await answer(desk, http, lambda: library.on_one_build(lambda: articles_json(library, request.pmids)))

    async def export(request: ExportRequest) -> Response:
        pieces = await desk.workers.run(lambda: _export(library, request))
        headers = {
            "Content-Disposition": f'attachment; filename="{file_name(request.query, request.format)}"',
            "X-Content-Type-Options": "nosniff",
        }
        media_type = FORMATS[request.format].media_type
        return StreamingResponse(_encoded(desk.workers.each(pieces)), media_type=media_type, headers=headers)

    files: dict[int | str, dict[str, Any]] = {
        200: {"content": {each.media_type: {"schema": {"type": "string"}} for each in FORMATS.values()}}
    }

    @router.get("/export", response_class=StreamingResponse, responses=files, summary="Export")
    async def get_export(request: Annotated[ExportRequest, Query()]) -> Response:
        """A query's whole result, or a list of articles, as a file of any size, streamed."""
        return await export(request)

    @router.post("/export", response_class=StreamingResponse, responses=files, summary="Export a long list")
    async def post_export(request: ExportRequest) -> Response:
        """The same with a JSON body."""
        return await export(request)

    @router.post("/lookup", response_model=LookupAnswer, summary="Citations to PMIDs")
    async def lookup(http: Request, request: LookupRequest) -> Response:
        """What each citation, title, DOI, PMC identifier or PMID names; each item has its own status."""
        return await answer(desk, http, lambda: library.on_one_build(lambda: lookup_json(library, request.items)))

    @router.get("/mesh", response_model=HeadingAnswer, summary="A MeSH heading")
    async def mesh(http: Request, name: Annotated[Value, Query(min_length=1, examples=["Asthma"])]) -> Response:
        """A heading by name, entry term or number: its place in the tree, and all that it includes."""
        return await answer(desk, http, lambda: library.on_one_build(lambda: heading_json(library, name)))

    @router.get("/library", response_model=LibraryAnswer, summary="The library")
    async def about(http: Request) -> Response:
        """What is being searched."""
        return await answer(desk, http, lambda: library_json(library))

    return router


def _one_article(library: ServedLibrary, pmid: int) -> Json:
    found: list[Json] = articles_json(library, [pmid])["articles"]
    if not found:
        raise Refusal(404, "no_article", f"The library holds no article with PMID {pmid}.")
    return found[0]


def _export(library: ServedLibrary, request: ExportRequest) -> Iterator[str]:
    if bool(request.query.strip()) == bool(request.pmids):
        raise Refusal(422, "request", "Give either `query` or `pmids` to export.")
    if request.pmids:
        pieces = library.export(request.pmids, request.format, limit=request.limit)
    else:
        pieces = library.export(
            request.query,
            request.format,
            limit=request.limit,
            filters=request.filters(),
            sort=request.sort,
            recency=request.recency,
            mapping=request.mapping,
            whole=request.whole,
        )
    first = next(pieces, "")  # what cannot be answered at all shows before the answer begins
    return chain([first], pieces)


async def _encoded(pieces: AsyncIterator[str]) -> AsyncIterator[bytes]:
    # Half of a surrogate pair, as in the XML of some records, cannot be written as UTF-8.
    async for piece in pieces:
        yield piece.encode("utf-8", "replace")
