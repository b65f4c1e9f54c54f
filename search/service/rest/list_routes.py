"""Routes that rank and count: search, similar articles, facets, evidence."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse

from search.service.answers import Json, evidence_json, facets_json, list_json
from search.service.request_models import EvidenceRequest, FacetRequest, Question, SearchRequest, SimilarRequest
from search.service.rest.answer_models import (
    EvidenceListAnswer,
    FacetsAnswer,
    HitAnswer,
    SearchAnswer,
    SimilarAnswer,
)
from search.service.rest.http_answers import answer, fresh_for
from search.service.served_library import Desk, WholeList


def list_routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router, library = APIRouter(prefix="/v1"), desk.library

    async def search(http: Request, request: SearchRequest) -> Response:
        def work() -> Json:
            return list_json(library.listing(request))

        return await answer(desk, http, work)

    @router.get("/search", response_model=SearchAnswer, summary="Search")
    async def get_search(http: Request, request: Annotated[SearchRequest, Query()]) -> Response:
        """Rank by meaning and words behind exact filters; `next_cursor` leads on, to the last result."""
        return await search(http, request)

    @router.post("/search", response_model=SearchAnswer, summary="Search, with a long query")
    async def post_search(http: Request, request: SearchRequest) -> Response:
        """The same with a JSON body."""
        return await search(http, request)

    @router.get("/similar", response_model=SimilarAnswer, summary="Similar articles")
    async def similar(http: Request, request: Annotated[SimilarRequest, Query()]) -> Response:
        """Articles like some and unlike others, with what they share."""
        return await answer(desk, http, lambda: list_json(library.similar_listing(request)))

    @router.get("/facets", response_model=FacetsAnswer, summary="Counts by value")
    async def facets(http: Request, request: Annotated[FacetRequest, Query()]) -> Response:
        """How many articles each value of a field would leave."""
        return await answer(desk, http, lambda: library.on_one_build(lambda: facets_json(library, request)))

    @router.post("/evidence", response_model=EvidenceListAnswer, summary="Sentences that answer")
    async def evidence(http: Request, request: EvidenceRequest) -> Response:
        """The sentence of each article that answers a question best, chosen by meaning."""
        return await answer(desk, http, lambda: evidence_json(library, request))

    return router


def stream_routes(desk: Desk) -> APIRouter:
    """Return the routes that give a whole result, hit after hit."""
    router, library = APIRouter(prefix="/v1"), desk.library

    async def whole_list(question: Annotated[Question, Query()], response: Response) -> WholeList:
        whole = await desk.workers.run(lambda: library.whole_list(question))
        response.headers.update({**fresh_for(whole.build), "X-Listed": str(whole.listed)})
        return whole

    @router.get("/search/lines", summary="A whole result as JSON Lines")
    async def search_lines(whole: Annotated[WholeList, Depends(whole_list)]) -> AsyncIterator[HitAnswer]:
        """Every hit, one a line, ranked once, on one build; `X-Listed` says how many."""
        async for hit in desk.workers.each(whole.hits):
            yield HitAnswer.model_validate(hit.to_json())

    @router.get("/search/events", summary="A whole result as events", response_class=EventSourceResponse)
    async def search_events(whole: Annotated[WholeList, Depends(whole_list)]) -> AsyncIterator[HitAnswer]:
        """Every hit, one a server-sent event."""
        async for hit in desk.workers.each(whole.hits):
            yield HitAnswer.model_validate(hit.to_json())

    return router
