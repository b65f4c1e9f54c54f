"""MCP over standard streams for a service on another machine: its tools and resources, passed on."""

import anyio
import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    InputRequiredResult,
    ListResourcesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
)

from index.command_line.version import program_version
from search.service.remote.server_address import ServerAddress

ANSWER_S = 60
"""How long an answer may take; the service itself gives up earlier."""


def relay_streams(address: ServerAddress) -> None:
    """Speak MCP over standard streams until they end, each answer the service's own.

    Raises:
        ResourceError: The service does not answer.
    """
    anyio.run(_relay, address)


async def _relay(address: ServerAddress) -> None:
    async with httpx2.AsyncClient(headers=address.headers, timeout=ANSWER_S) as http:
        await _check(http, address)
        async with Client(streamable_http_client(f"{address.url}/mcp", http_client=http)) as service:
            server = _relay_of(service)
            async with stdio_server() as (read, write):
                await server.run(read, write, server.create_initialization_options())


async def _check(http: httpx2.AsyncClient, address: ServerAddress) -> None:
    try:
        response = await http.get(f"{address.url}/v1/library")
    except httpx2.HTTPError as error:
        raise address.no_answer(type(error).__name__) from error
    if response.is_error:
        raise address.no_answer(f"status {response.status_code}")


def _relay_of(service: Client) -> Server[object]:
    async def list_tools(_: object, params: PaginatedRequestParams | None) -> ListToolsResult:
        return await service.list_tools(cursor=params.cursor if params else None)

    async def call_tool(_: object, params: CallToolRequestParams) -> CallToolResult | InputRequiredResult:
        return await service.call_tool(params.name, params.arguments)

    async def list_resources(_: object, params: PaginatedRequestParams | None) -> ListResourcesResult:
        return await service.list_resources(cursor=params.cursor if params else None)

    async def read_resource(_: object, params: ReadResourceRequestParams) -> ReadResourceResult | InputRequiredResult:
        return await service.read_resource(params.uri)

    return Server(
        "pubmed",
        title="PubMed Semantic Search",
        version=program_version(),
        instructions=service.instructions,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )
