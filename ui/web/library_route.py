"""Addresses beside Streamlit's page that answer from the library."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from index.command_line.boundary import explain, panics_as_errors
from index.core.errors import PubmedError, QueryError
from search import Searcher
from ui.state.shared_searcher import Opener


def library_route(path: str, opener: Opener, work: Callable[[Searcher, Request], Response]) -> Route:
    """Return a route that answers in a thread, and what goes wrong with a sentence.

    Args:
        path: The address.
        opener: Opens the library.
        work: Answers a request from the library.
    """

    def answer_from_library(request: Request) -> Response:
        with panics_as_errors():
            return work(opener(), request)

    async def answer(request: Request) -> Response:
        try:
            return await run_in_threadpool(answer_from_library, request)
        except QueryError as error:
            return PlainTextResponse(f"{error}\n", status_code=400)
        except PubmedError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)
        except Exception as error:  # noqa: BLE001 - a sentence and a file for a report, whatever it is
            return PlainTextResponse(f"{explain('pubmed-ui', error)}\n", status_code=500)

    return Route(path, answer, methods=["GET"])
