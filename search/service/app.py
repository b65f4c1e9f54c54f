"""The application: every route behind one guard, MCP beside REST."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Response
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import Route

from index.command_line.version import program_version
from search.service.guard import Access, Guard
from search.service.metrics import MEDIA_TYPE, Metrics
from search.service.remote.record_calls import record_call_routes
from search.service.rest.answer_models import LiveAnswer, Problem, ReadyAnswer
from search.service.rest.http_answers import AsciiJson, answer_problems
from search.service.rest.list_routes import list_routes, stream_routes
from search.service.rest.record_routes import record_routes
from search.service.rest.sentence_routes import sentence_routes
from search.service.served_library import Desk, ServedLibrary
from search.service.tools.mcp_server import mcp_server
from search.service.workers import Bounds, Workers

PROBLEM_STATUSES = ("400", "401", "403", "404", "408", "409", "410", "413", "421", "422", "500", "503", "504")


def service(library: ServedLibrary, *, access: Access | None = None, bounds: Bounds | None = None) -> Guard:
    """Return the ASGI application that serves a library; the library is closed by who opened it.

    Args:
        library: The library.
        access: Who may ask; by default this machine.
        bounds: What it takes on.
    """
    bounds, metrics = bounds or Bounds(), Metrics()
    return Guard(application(library, bounds, metrics), access or Access(), bounds, metrics)


def application(library: ServedLibrary, bounds: Bounds, metrics: Metrics) -> FastAPI:
    """Return the routes and tools by themselves, for where a guard stands before them."""
    desk = Desk(library, Workers(bounds))
    mcp = mcp_server(desk)
    # The guard before everything has checked Host and Origin, and the body's size, before MCP sees a request.
    unguarded = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    mcp_app = mcp.streamable_http_app(stateless_http=True, json_response=True, transport_security=unguarded)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with mcp.session_manager.run():
            yield
        desk.workers.close()

    # FastAPI's pages of documentation load scripts from the internet: the document alone is served.
    app = FastAPI(
        title="PubMed Semantic Search",
        version=program_version(),
        description="Search a library of PubMed articles on this machine by meaning and words.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    answer_problems(app)
    for routes in (list_routes, stream_routes, record_routes, sentence_routes, record_call_routes):
        app.include_router(routes(desk))
    app.include_router(_operation_routes(desk, metrics))
    _describe_problems(app)
    # Without sessions a GET would only hold a connection open. A mounted application would answer its own 404s.
    [endpoint] = [route.endpoint for route in mcp_app.routes if isinstance(route, Route)]
    app.router.routes.append(Route("/mcp", endpoint, methods=["POST"]))
    return app


def _operation_routes(desk: Desk, metrics: Metrics) -> APIRouter:
    router = APIRouter()

    @router.get("/livez", response_model=LiveAnswer, summary="Whether the process lives")
    async def live() -> Response:
        return AsciiJson({"status": "live"})

    @router.get("/readyz", response_model=ReadyAnswer, summary="Whether it answers, and of which build")
    async def ready() -> Response:
        manifest = await desk.workers.run(desk.library.manifest)
        return AsciiJson({"status": "ready", "build": manifest.build, "fingerprint": manifest.fingerprint})

    @router.get("/metrics", response_class=Response, include_in_schema=False)
    async def counts() -> Response:
        manifest = await desk.workers.run(desk.library.manifest)
        return Response(metrics.text(manifest.build, manifest.fingerprint), media_type=MEDIA_TYPE)

    return router


def _describe_problems(app: FastAPI) -> None:
    """Say in the OpenAPI document that every route may answer with a problem object."""
    made = app.openapi

    def described() -> dict[str, Any]:
        document = made()
        parts = document["components"]
        parts["schemas"]["Problem"] = Problem.model_json_schema()
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        parts["responses"] = {"Problem": {"description": "Why there is no answer", "content": content}}
        problems = {status: {"$ref": "#/components/responses/Problem"} for status in PROBLEM_STATUSES}
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"] |= problems
        for unused in ("HTTPValidationError", "ValidationError"):
            parts["schemas"].pop(unused, None)
        return document

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to change it
