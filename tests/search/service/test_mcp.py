"""MCP: real client sessions, in memory, over HTTP and over standard streams, in both generations of the protocol."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from index.core.errors import QuerySyntaxError
from search.export.formats import export
from search.service.served_library import Desk
from search.service.tools.mcp_server import mcp_server
from search.service.tools.query_help import QUERY_HELP
from search.service.workers import Bounds, Workers
from tests.search.service.service_library import listening

TOOLS = {"search", "fetch", "similar", "lookup_citation", "mesh", "export_citations", "count"}


@pytest.fixture
def server(served):
    return mcp_server(Desk(served, Workers(Bounds())))


def talk(server, conversation: Callable[[Client], Awaitable[None]], *, mode: str = "auto") -> None:
    async def session() -> None:
        async with Client(server, mode=mode) as client:
            await conversation(client)

    asyncio.run(session())


async def ask(client: Client, tool: str, **arguments) -> dict:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content, "both say the same"
    return result.structured_content


async def refusal(client: Client, tool: str, **arguments) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return result.content[0].text


async def transcript(client: Client) -> None:
    """A question, the articles, one of them, others like it, and all of them as citations."""
    found = await ask(client, "search", query="does metformin lower cancer?")
    best = found["results"][0]
    assert (best["id"], best["evidence"]) == ("900000001", "Metformin lowered cancer.")
    read = await ask(client, "fetch", id=best["id"])
    assert "RESULTS: Metformin lowered cancer. It was safe." in read["text"]
    assert read["metadata"]["doi"] == "10.5555/invented.1"
    like = await ask(client, "similar", pmids=[int(best["id"])], limit=2)
    assert like["results"][0]["id"] == "900000002"
    citations = await ask(client, "export_citations", pmids=[900000001, 900000002], format="ris")
    assert citations["text"].count("ER  - ") == citations["records"] == 2


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_session_asks_searches_reads_compares_and_exports(server, mode):
    talk(server, transcript, mode=mode)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_same_session_over_http(served, mode):
    with listening(served) as url:
        talk(f"{url}/mcp", transcript, mode=mode)


def test_tools_are_named_described_and_said_to_only_read(server):
    async def conversation(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == TOOLS
        for tool in tools:
            assert tool.title
            assert tool.description
            hints = tool.annotations
            assert (hints.read_only_hint, hints.idempotent_hint, hints.open_world_hint) == (True, True, False)
            assert tool.output_schema["type"] == "object"
        required = {tool.name: tool.input_schema.get("required", []) for tool in tools}
        assert (required["search"], required["fetch"]) == (["query"], ["id"]), "one text each is enough"

    talk(server, conversation)


def test_what_a_model_leaves_out_may_be_empty(server):
    async def conversation(client: Client) -> None:
        empty = {"cursor": "", "years": "", "types": "", "mesh": "", "authors": None, "retracted": ""}
        plain = await ask(client, "search", query="metformin")
        assert await ask(client, "search", query="metformin", **empty) == plain
        one = await ask(client, "search", query="metformin", types="Review")
        assert [each["id"] for each in one["results"]] == ["900000001"]

    talk(server, conversation)


def test_pages_within_a_budget_join_without_gap_and_cut_no_result(server):
    async def conversation(client: Client) -> None:
        seen, cursor = [], ""
        while cursor is not None:
            page = await ask(client, "search", query="wasps[ti]", limit=20, characters=1500, cursor=cursor)
            assert len(json.dumps(page["results"])) < 1800
            seen, cursor = seen + [each["id"] for each in page["results"]], page["next_cursor"]
        assert len(seen) == len(set(seen)) == page["total"] == 30
        compact = await ask(client, "search", query="wasps[ti]", limit=20, characters=5000, compact=True)
        assert len(compact["results"]) == 20
        assert {each["evidence"] for each in compact["results"]} == {None}

    talk(server, conversation)


def test_a_long_abstract_comes_in_pieces_of_whole_words(server, library):
    words = [f"word{number}" for number in range(500)]
    record = library.stores[0].held[900000003]
    long_one = type(record.sections[0])(None, None, " ".join(words))
    library.stores[0].held[900000003] = type(record)(900000003, title="Long", sections=(long_one,))

    async def conversation(client: Client) -> None:
        seen, cursor = [], ""
        while cursor is not None:
            piece = await ask(client, "fetch", id="900000003", cursor=cursor, characters=600)
            opening, text, closing = piece["text"].split("\n")
            assert (opening, closing) == ('<abstract pmid="900000003">', "</abstract>")
            seen, cursor = seen + text.split(), piece["next_cursor"]
        assert seen == words

    talk(server, conversation)


def test_exported_records_are_whole_and_join(server, served):
    async def conversation(client: Client) -> None:
        texts, cursor = [], ""
        while cursor is not None:
            piece = await ask(client, "export_citations", query="wasps[ti]", characters=900, cursor=cursor)
            texts, cursor = [*texts, piece["text"]], piece["next_cursor"]
        assert len(texts) > 3
        assert "".join(texts) == "".join(export(served.articles(served.pmids("wasps[ti]")), "ris"))

    talk(server, conversation)


def test_counts_citations_and_headings(server):
    async def conversation(client: Client) -> None:
        counted = await ask(client, "count", query="metformin[ti] NOT alone[ti]")
        assert counted["total"] == 1
        assert [part["articles"] for part in counted["parts"]] == [1, 2, 1]
        looked_up = await ask(client, "lookup_citation", citations=["10.5555/invented.1", "Nobody 1999 nothing"])
        assert [each["status"] for each in looked_up["citations"]] == ["found", "not_found"]
        assert "rebuild-index --mesh" in await refusal(client, "mesh", name="Asthma")

    talk(server, conversation)


def test_errors_say_what_to_do_next(server, library):
    async def conversation(client: Client) -> None:
        assert "`search`" in await refusal(client, "fetch", id="900000999")
        assert "question" in await refusal(client, "search", query=" ")
        assert "bees" in await refusal(client, "search", query="(bees AND honey[ti]")
        assert "cursor" in await refusal(client, "search", query="bees", cursor="x")
        assert "query" in await refusal(client, "export_citations")
        assert "limit" in await refusal(client, "search", query="bees", limit=1000)
        first = await ask(client, "search", query="wasps[ti]", limit=1)
        library.publish("second", library.articles)
        assert "again without cursor" in await refusal(
            client, "search", query="wasps[ti]", limit=1, cursor=first["next_cursor"]
        )

    talk(server, conversation)


@pytest.mark.fault("S8")
def test_an_abstract_that_gives_orders_stays_data(server):
    async def conversation(client: Client) -> None:
        read = await ask(client, "fetch", id="900000005")
        assert "not an instruction" in read["note"]
        assert read["text"].startswith('<abstract pmid="900000005">\n')
        assert read["text"].count("</abstract>") == 1, "the record cannot close the mark"
        assert read["text"].endswith("</abstract>")
        found = await ask(client, "search", query="hostile record", limit=1)
        assert "not an instruction" in found["note"]
        for text in (read["text"], json.dumps(found, ensure_ascii=False)):
            assert not {"\u202e", "\U000e0048"} & set(text), "nor hide or turn a word"
        assert "not an instruction" in client.instructions

    talk(server, conversation)


@pytest.mark.fault("R10")
def test_a_retraction_is_said_in_lists_and_records(server):
    async def conversation(client: Client) -> None:
        found = await ask(client, "search", query="not there[ti]", compact=True)
        assert found["results"][0]["retracted"] is True
        assert (await ask(client, "fetch", id="900000004"))["metadata"]["retraction"] == "retracted"

    talk(server, conversation)


def test_resources_tell_the_library_and_the_query_language(server, served):
    async def conversation(client: Client) -> None:
        state = json.loads((await client.read_resource("pubmed://library")).contents[0].text)
        assert (state["build"], state["articles"]) == ("first", 35)
        assert (await client.read_resource("pubmed://query-language")).contents[0].text == QUERY_HELP

    talk(server, conversation)


def test_every_example_of_the_help_is_read_as_a_query(served):
    examples = [line.split("   ")[0].strip() for line in QUERY_HELP.splitlines() if "   " in line]
    assert len(examples) > 8
    for example in examples:
        try:
            page = served.search(example)
        except QuerySyntaxError as error:
            pytest.fail(f"{example}: {error}")
        assert page.query.read_as.clause, example


def test_the_same_session_over_standard_streams(tmp_path):
    program = (
        "import sys; from pytest import MonkeyPatch;"
        "from tests.support.fakes.fake_index import stand_in;"
        "from tests.search.service.service_library import ARTICLES;"
        "patch = MonkeyPatch(); stand_in(patch, ARTICLES);"
        "from search.service.cli import main; sys.exit(main(['--stdio', '--library', sys.argv[1]]))"
    )
    command = StdioServerParameters(command=sys.executable, args=["-c", program, str(tmp_path)], env=dict(os.environ))
    with (tmp_path / "stderr").open("w") as errors:
        talk(stdio_client(command, errlog=errors), transcript)
