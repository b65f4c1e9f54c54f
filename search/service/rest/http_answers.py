"""How REST answers: JSON with the build as its ETag, problems as RFC 9457 says."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from index.command_line.version import program_version
from search.filters.filters import FilterValues
from search.filters.validation import did_you_mean
from search.service.answers import Json
from search.service.refusals import Refusal, refusal_of
from search.service.served_library import Desk

MOST_ERRORS = 20
"""Fields of one request whose errors are listed."""


class AsciiJson(JSONResponse):
    """JSON in ASCII: whatever a record holds, half of a surrogate pair too, can be sent."""

    def render(self, content: object) -> bytes:
        """Return the body."""
        return json.dumps(content).encode()


async def answer(desk: Desk, http: Request, work: Callable[[], Json]) -> Response:
    """Answer a request, or say that the build is still the one of the client's copy."""
    build = (await desk.workers.run(desk.library.manifest)).build
    if http.method == "GET" and http.headers.get("if-none-match") == etag(build):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=fresh_for(build))
    content = await desk.workers.run(work)
    return AsciiJson(content, headers=fresh_for(content["build"]))


def etag(build: str) -> str:
    """Return the ETag of every answer from a build."""
    return f'"{program_version()}-{build}"'


def fresh_for(build: str) -> dict[str, str]:
    """Return the headers by which a client may keep an answer while the build stays."""
    return {"ETag": etag(build), "Cache-Control": "private, no-cache"}


def problem(refusal: Refusal) -> Response:
    """Return a refusal as a problem object."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
        "code": refusal.code,
        **refusal.more,
    }
    return AsciiJson(content, refusal.status, headers=refusal.headers, media_type="application/problem+json")


def answer_problems(app: FastAPI) -> None:
    """Make an application answer whatever is raised as a problem object."""

    async def any_error(_: Request, error: Exception) -> Response:
        return problem(refusal_of(error))

    async def http_error(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
        return problem(Refusal(error.status_code, "http", str(error.detail), headers=error.headers or {}))

    async def wrong_request(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for
        errors = [_field_error(each) for each in error.errors()[:MOST_ERRORS]]
        detail = "; ".join(f"{each['field']}: {each['message']}" for each in errors)
        return problem(Refusal(422, "request", detail, {"errors": errors}))

    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, wrong_request)
    app.add_exception_handler(Refusal, any_error)
    app.add_exception_handler(Exception, any_error)


def _field_error(error: dict[str, Any]) -> dict[str, str]:
    # What was sent is left out: it may be long, or secret.
    where, *parts = error["loc"]
    named = parts if parts and error["type"] != "json_invalid" else [where]
    place = ".".join(str(part)[:60] for part in named)
    hint = did_you_mean(place, FilterValues.__annotations__) if error["type"] == "extra_forbidden" else ""
    return {"field": place, "message": f"{str(error['msg'])[:300]}{f'.{hint}' if hint else ''}"}
