"""The route that lists sentences: what it takes, what it answers, and the route itself."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from search.service.answers import Json
from search.service.cursors import Cursor
from search.service.request_models import CursorText, FilterFields, QueryText
from search.service.rest.answer_models import ArticleSummary, EvidenceAnswer, QueryAnswer
from search.service.rest.http_answers import answer
from search.service.served_library import Desk, ServedLibrary


class SentencesRequest(FilterFields):
    """One page of sentences."""

    query: QueryText = Field(
        description="a question, or a query in PubMed's language", examples=["does metformin lower the risk of cancer?"]
    )
    limit: int = Field(20, ge=1, le=200, description="sentences of a page")
    cursor: CursorText = Field("", description="`next_cursor` of the page before; the rest is repeated with it")


class WhySentenceAnswer(BaseModel):
    """Why a sentence ranks where it does: its cosine, its share of the words, the score of its article."""

    meaning: float | None
    words: float
    article: float


class SentenceHitAnswer(ArticleSummary):
    """One sentence found, with its article."""

    score: float
    sentence: EvidenceAnswer
    why: WhySentenceAnswer


class SearchedArticles(BaseModel):
    """How many articles had their sentences compared; `says` is for people."""

    articles: int
    without_abstract: int
    says: str


class SentencesAnswer(BaseModel):
    """A page of sentences; `listed` of them can be paged through, and `total` articles pass, counted."""

    query: QueryAnswer
    build: str
    fingerprint: str
    filters: dict[str, Any]
    ranking: dict[str, Any]
    searched: SearchedArticles
    total: int
    total_is: Literal["exact", "at least"]
    listed: int
    next_cursor: str | None
    hits: list[SentenceHitAnswer]


def sentence_routes(desk: Desk) -> APIRouter:
    """Return the routes."""
    router, library = APIRouter(prefix="/v1"), desk.library

    @router.get("/sentences", response_model=SentencesAnswer, summary="Sentences")
    async def get_sentences(http: Request, request: Annotated[SentencesRequest, Query()]) -> Response:
        """Sentences of abstracts that answer, best first; `searched` says of how many articles."""
        return await answer(desk, http, lambda: _sentences(library, request))

    @router.post("/sentences", response_model=SentencesAnswer, summary="Sentences, with a long query")
    async def post_sentences(http: Request, request: SentencesRequest) -> Response:
        """The same with a JSON body."""
        return await answer(desk, http, lambda: _sentences(library, request))

    return router


def _sentences(library: ServedLibrary, request: SentencesRequest) -> Json:
    # The list is another one than that of articles: its cursors must not be taken for theirs.
    cursor = Cursor.of(request.cursor, {"list": "sentences", "asked": request.asked()})
    page = library.sentences(request.query, limit=request.limit, offset=cursor.offset, filters=request.filters())
    cursor.check_build(page.build)
    following = cursor.after(len(page.hits), build=page.build, listed=page.listed)
    return page.to_json() | {"next_cursor": following}
