"""The library for language models: tools and resources over the Model Context Protocol."""

import json
from collections.abc import Callable
from typing import TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from index.command_line.version import program_version
from search.service.answers import heading_json, library_json, lookup_json
from search.service.refusals import refusal_of
from search.service.request_models import ExportFormat, ExportRequest, Mapping, SearchRequest, SimilarRequest, Whole
from search.service.served_library import Desk
from search.service.tools.query_help import QUERY_HELP
from search.service.tools.tool_answers import count, document, exported, heading, results
from search.service.tools.tool_models import (
    NO_VALUES,
    QUOTED,
    Characters,
    Citation,
    Citations,
    Compact,
    Count,
    Document,
    Exported,
    Limit,
    Mesh,
    MeshHeading,
    Pmids,
    Results,
    Retracted,
    Text,
    Texts,
    ToolCursor,
    ToolQuery,
    Types,
    Years,
)  # fmt: skip

Answer = TypeVar("Answer")

INSTRUCTIONS = (
    "A library of PubMed articles on this machine, searched by meaning and words behind exact filters; counts are "
    "exact, and an answer is the same for as long as its build is. Ask `search` a question in plain words, or a query "
    "in PubMed's language (resource pubmed://query-language); read on with next_cursor; `fetch` what you cite. "
    f"{QUOTED} State it where a result is retracted."
)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def mcp_server(desk: Desk) -> MCPServer:
    """Return the server; its tools run on the same threads, within the same bounds, as REST's routes."""
    server = MCPServer(
        "pubmed",
        title="PubMed Semantic Search",
        instructions=INSTRUCTIONS,
        version=program_version(),
        log_level="WARNING",
    )
    _add_list_tools(server, desk)
    _add_record_tools(server, desk)
    _add_resources(server, desk)
    return server


async def _ask(desk: Desk, work: Callable[[], Answer]) -> Answer:
    try:
        return await desk.workers.run(work)
    except Exception as error:  # the SDK tells a model nothing of other errors
        refusal = refusal_of(error)
        proposals = refusal.more.get("proposals")
        tries = [f"Or search for: {each['text'][:1000]}" for each in proposals] if isinstance(proposals, list) else []
        raise ToolError("\n".join((refusal.detail, *tries))) from error


def _add_list_tools(server: MCPServer, desk: Desk) -> None:
    library = desk.library

    @server.tool(title="Search articles", annotations=_READS)
    async def search(  # noqa: PLR0913 - one search, each of its parts by name
        query: ToolQuery,
        *,
        limit: Limit = 10,
        cursor: ToolCursor = "",
        years: Years = "",
        types: Types = NO_VALUES,
        mesh: Mesh = NO_VALUES,
        authors: Texts = NO_VALUES,
        journals: Texts = NO_VALUES,
        retracted: Retracted = "",
        has_abstract: bool = False,
        mapping: Mapping = True,
        whole: Whole = False,
        compact: Compact = False,
        characters: Characters = 20_000,
    ) -> Results:
        """Find the articles relevant to a question, best first, each with the sentence that answers.

        Field tags, AND, OR, NOT, quotes and * restrict as in PubMed. Retracted articles are listed and marked.
        """
        request = _request(
            SearchRequest, query=query, limit=limit, cursor=cursor, years=years, types=types, mesh=mesh,
            authors=authors, journals=journals, retracted=retracted, has_abstract=has_abstract,
            mapping=mapping, whole=whole,
        )  # fmt: skip
        return await _ask(desk, lambda: results(library.listing(request), compact=compact, characters=characters))

    @server.tool(title="Similar articles", annotations=_READS)
    async def similar(  # noqa: PLR0913 - one search, each of its parts by name
        pmids: Pmids,
        *,
        unlike: Pmids = NO_VALUES,
        limit: Limit = 10,
        cursor: ToolCursor = "",
        years: Years = "",
        types: Types = NO_VALUES,
        mesh: Mesh = NO_VALUES,
        retracted: Retracted = "",
        compact: Compact = False,
        characters: Characters = 20_000,
    ) -> Results:
        """Find articles like some and unlike others, by meaning and characteristic words."""
        request = _request(
            SimilarRequest, like=pmids, unlike=unlike, limit=limit, cursor=cursor, years=years, types=types, mesh=mesh,
            retracted=retracted,
        )  # fmt: skip
        return await _ask(
            desk, lambda: results(library.similar_listing(request), compact=compact, characters=characters)
        )

    @server.tool(name="count", title="Count articles", annotations=_READS)
    async def count_articles(  # noqa: PLR0913 - one count, each of its parts by name
        query: ToolQuery,
        *,
        years: Years = "",
        types: Types = NO_VALUES,
        mesh: Mesh = NO_VALUES,
        retracted: Retracted = "",
        mapping: Mapping = True,
    ) -> Count:
        """Count the articles that a query in PubMed's language keeps, and each of its parts."""
        request = _request(
            SearchRequest, query=query, limit=1, years=years, types=types, mesh=mesh, retracted=retracted,
            mapping=mapping,
        )  # fmt: skip
        return await _ask(desk, lambda: count(library.listing(request)))


def _add_record_tools(server: MCPServer, desk: Desk) -> None:
    library = desk.library

    @server.tool(title="Read an article", annotations=_READS)
    async def fetch(id: Text, cursor: ToolCursor = "", characters: Characters = 20_000) -> Document:  # noqa: A002 - clients expect it
        """Read an article's abstract and record, by PMID, DOI or PMC identifier."""
        return await _ask(desk, lambda: document(library, id, cursor=cursor, characters=characters))

    @server.tool(title="Citations to PMIDs", annotations=_READS)
    async def lookup_citation(citations: Texts) -> Citations:
        """Find the articles that citations, titles, DOIs or PMC identifiers name, up to 100 at once."""

        def work() -> Citations:
            found = library.on_one_build(lambda: lookup_json(library, citations))
            entries = [Citation(citation=item.pop("item"), **item) for item in found["items"]]
            return Citations(citations=entries, build=found["build"])

        return await _ask(desk, work)

    @server.tool(title="Look a MeSH heading up", annotations=_READS)
    async def mesh(name: Text) -> MeshHeading:
        """Look a MeSH heading up by name, entry term or number: synonyms, broader and narrower headings, articles."""
        return await _ask(desk, lambda: heading(library.on_one_build(lambda: heading_json(library, name))))

    @server.tool(title="Export citations", annotations=_READS)
    async def export_citations(  # noqa: PLR0913 - one export, each of its parts by name
        *,
        pmids: Pmids = NO_VALUES,
        query: ToolQuery = "",
        format: ExportFormat = "ris",  # noqa: A002 - the word people look for
        years: Years = "",
        types: Types = NO_VALUES,
        mesh: Mesh = NO_VALUES,
        retracted: Retracted = "",
        mapping: Mapping = True,
        whole: Whole = False,
        cursor: ToolCursor = "",
        characters: Characters = 20_000,
    ) -> Exported:
        """Write articles, by PMID or of a query, as RIS, NBIB, BibTeX, CSV, CSL-JSON or references, each whole."""
        request = _request(
            ExportRequest, query=query, pmids=pmids, format=format, years=years, types=types, mesh=mesh,
            retracted=retracted, mapping=mapping, whole=whole,
        )  # fmt: skip
        return await _ask(desk, lambda: exported(library, request, cursor=cursor, characters=characters))


def _add_resources(server: MCPServer, desk: Desk) -> None:
    @server.resource("pubmed://library", title="The library's state", mime_type="application/json")
    async def state() -> str:
        """What is being searched: articles, newest date, build, model."""
        return json.dumps(await _ask(desk, lambda: library_json(desk.library)))

    @server.resource("pubmed://query-language", title="The query language", mime_type="text/plain")
    async def query_language() -> str:
        """How to restrict a search: tags, operators, phrases, dates."""
        return QUERY_HELP


Request = TypeVar("Request", SearchRequest, SimilarRequest, ExportRequest)


def _request(kind: type[Request], **values: object) -> Request:
    return kind.model_validate(values)
