"""Files on their way to the browser: exports of any size as a stream, and search records.

They have an address of their own beside Streamlit's page, because its download button would hold a whole file in
memory.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from index.core.errors import QueryError
from search import Searcher
from search.explore.sentence_search import MOST_LISTED
from search.export.formats import FORMATS, Format, file_name
from search.recording.prisma_markdown import record_markdown
from ui.charts.files import KINDS, chart_file
from ui.state.collection import ArticleCollection
from ui.state.result_cache import record_of
from ui.state.shared_searcher import Opener
from ui.state.url_state import SENTENCES, Address
from ui.web.download_links import DOWNLOAD, RECORDS
from ui.web.library_route import library_route
from ui.web.screening_files import screening_file

Parameters = Mapping[str, Sequence[str]]

_RECORD_TYPES = {"record.md": "text/markdown; charset=utf-8", "record.json": "application/json"}


def download_route(opener: Opener) -> Route:
    """Return the route that answers `ui.web.download_links.download_url`.

    Args:
        opener: Opens the library.
    """
    return library_route(DOWNLOAD, opener, _file)


def _file(searcher: Searcher, request: Request) -> Response:
    parameters = {name: request.query_params.getlist(name) for name in request.query_params}
    kind = (list(parameters.get("as", ())) or [""])[-1]
    if "screening" in parameters:
        return _screening(searcher, kind, parameters)
    if kind in RECORDS:
        return _record(searcher, kind, Address.of(parameters))
    if kind in KINDS:
        return _chart(searcher, kind, parameters)
    if kind not in FORMATS:
        raise QueryError(f"There is no format {kind!r}: give one of {', '.join((*FORMATS, *RECORDS, *KINDS))}.")
    return _export(searcher, FORMATS[kind], parameters)


def _export(searcher: Searcher, export_format: Format, parameters: Parameters) -> Response:
    collection, address = ArticleCollection.of(parameters), Address.of(parameters)
    if collection.all:
        text, name = searcher.export(collection.all, export_format.name), "collection"
    elif address.listed == SENTENCES:
        filters, mapping = address.filters, address.mapping
        page = searcher.sentences(address.text, limit=MOST_LISTED, filters=filters, mapping=mapping)
        text, name = searcher.export(page, export_format.name), f"sentences {address.question}"
    else:
        filters, sort, mapping, whole = address.filters, address.sort, address.mapping, address.whole
        text = searcher.export(
            address.text, export_format.name, filters=filters, sort=sort, mapping=mapping, whole=whole
        )
        name = address.question
    first = next(text, "")  # what cannot be answered at all shows before the answer begins
    return StreamingResponse(
        _encoded(chain([first], text)),
        media_type=export_format.media_type,
        headers=_attachment_headers(file_name(name, export_format.name)),
    )


def _screening(searcher: Searcher, kind: str, parameters: Parameters) -> Response:
    text, name, media_type = screening_file(searcher, kind, parameters)
    return StreamingResponse(_encoded(text), media_type=media_type, headers=_attachment_headers(name))


def _encoded(text: Iterator[str]) -> Iterator[bytes]:
    # Half of a surrogate pair, as in the XML of some records, cannot be written as UTF-8.
    return (piece.encode("utf-8", "replace") for piece in text)


def _chart(searcher: Searcher, kind: str, parameters: Parameters) -> Response:
    name = (list(parameters.get("chart", ())) or [""])[-1]
    content = chart_file(searcher, kind, name, Address.of(parameters))
    headers = _attachment_headers(f"pubmed-{name}.{kind.rpartition('.')[2]}")
    return Response(content.encode("utf-8", "replace"), media_type=KINDS[kind], headers=headers)


def _record(searcher: Searcher, kind: str, address: Address) -> Response:
    name = file_name(address.question, "jsonl").removesuffix(FORMATS["jsonl"].suffix)
    record = record_of(searcher, address)
    if kind == "record.json":
        text = json.dumps(record.to_json(), indent=2) + "\n"
    else:
        text = record_markdown(record, replay=f"{name}.record.json")
    headers = _attachment_headers(f"{name}.{kind}")
    return Response(text.encode("utf-8", "replace"), media_type=_RECORD_TYPES[kind], headers=headers)


def _attachment_headers(name: str) -> dict[str, str]:
    # `file_name` leaves ASCII letters, digits, dots and hyphens only.
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
