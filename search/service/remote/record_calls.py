"""The route by which the page of another machine asks: methods of `Searcher`, arguments and answers as records."""

from collections.abc import Sized
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from index.command_line.version import program_version
from index.core.errors import PubmedError
from search.service.refusals import Refusal
from search.service.remote.records import from_json, to_json
from search.service.rest.http_answers import AsciiJson
from search.service.served_library import Desk, ServedLibrary

METHODS = frozenset({
    "article", "articles", "citing", "compare", "corpus", "facets", "holdings", "pmids", "recall", "record", "search",
    "sentences", "similar", "topics", "total", "years_of",
})  # fmt: skip
"""What can be asked: all of it reads."""
MOST = 1000
"""Hits of a page, values of a facet, and articles that one request may ask for."""


class Call(BaseModel):
    """A call of a method.

    Attributes:
        program: The version of the program that asks; records are understood by the same version only.
        options: The arguments, by their names.
    """

    program: str
    options: dict[str, Any]


def record_call_routes(desk: Desk) -> APIRouter:
    """Return the route; it is for this program itself, and not described to others."""
    router = APIRouter()

    @router.post("/records/{method}", include_in_schema=False)
    async def call(method: str, wanted: Call) -> Response:
        return AsciiJson(await desk.workers.run(lambda: _called(desk.library, method, wanted)))

    return router


def _called(library: ServedLibrary, method: str, wanted: Call) -> dict[str, object]:
    if wanted.program != program_version():
        raise Refusal(
            409, "version", f"The page is version {wanted.program[:40]}, this service {program_version()}: install one."
        )
    if method not in METHODS:
        raise Refusal(404, "http", "Not Found")
    try:
        options = {name: from_json(value) for name, value in wanted.options.items()}
        _check_sizes(options)
        answer = getattr(library, method)(**options)
        return {"answer": to_json(tuple(answer) if method in {"articles", "pmids"} else answer)}
    except (PubmedError, TypeError, ValueError) as error:
        return {"raised": type(error).__name__, "text": str(error), "with": to_json(vars(error))}


def _check_sizes(options: dict[str, Any]) -> None:
    for name in ("limit", "size", "pmids", "unlike", "known"):
        value = options.get(name)
        number = len(value) if isinstance(value, Sized) else value
        if isinstance(number, int) and number > MOST:
            raise ValueError(f"{name} may be or have {MOST:,} at most here, not {number:,}")
