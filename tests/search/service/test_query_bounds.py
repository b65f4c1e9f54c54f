"""The bounds of queries and the switch of the mapping, through REST and MCP alike."""

import json

import httpx2
import pytest
from mcp import Client

from index.records.article import MeshHeading
from search.service.served_library import Desk, ServedLibrary
from search.service.tools.mcp_server import mcp_server
from search.service.workers import Bounds, Workers
from tests.index.lexical.test_mesh import ALL, load, table
from tests.search.service.service_library import ARTICLES, listening
from tests.search.service.test_mcp import talk
from tests.support.fakes.fake_index import article, stand_in

ALL_PMIDS = sorted((each.pmid for each in ARTICLES), reverse=True)


def both_ways(served: ServedLibrary, query: str, **filters) -> tuple[int | str, list[int]]:
    """Ask REST and MCP; return the total, or why there is none, and the first PMIDs, the same from both."""
    answers: list[tuple[int | str, list[int]]] = []
    with listening(served) as url:
        response = httpx2.post(f"{url}/v1/search", json={"query": query, "limit": 100, **filters}, timeout=30)
    answer = response.json()
    if response.status_code == 200:
        answers.append((answer["total"], [hit["pmid"] for hit in answer["hits"]]))
    else:
        assert response.status_code == 422
        tries = [f"Or search for: {each['text'][:1000]}" for each in answer.get("proposals", [])]
        answers.append(("\n".join([answer["detail"], *tries]), []))

    async def conversation(client: Client) -> None:
        result = await client.call_tool("search", {"query": query, "limit": 100, "characters": 90_000, **filters})
        if result.is_error:
            answers.append((result.content[0].text.removeprefix("Error executing tool search: "), []))
        else:
            found = result.structured_content
            answers.append((found["total"], [int(each["id"]) for each in found["results"]]))

    talk(mcp_server(Desk(served, Workers(Bounds()))), conversation)
    assert answers[0] == answers[1]
    return answers[0]


@pytest.mark.fault("Q7", "Q12")
def test_a_thousand_ors_and_199_levels_are_answered_more_are_refused(served):
    thousand = " OR ".join([*(f"bees{number}[ti]" for number in range(1000)), "bees[ti]"])
    assert both_ways(served, thousand)[0] == 2
    assert both_ways(served, "(wasps[ti] OR " * 199 + "bees[ti]" + ")" * 199)[0] == 32
    refused, _ = both_ways(served, "(wasps[ti] OR " * 300 + "bees[ti]" + ")" * 300)
    assert "nested levels" in str(refused)


@pytest.mark.fault("Q8")
def test_filters_that_keep_nothing_one_or_everything_lose_no_result(served):
    assert both_ways(served, "bees", years="1800") == (0, [])
    assert both_ways(served, "bees", years="2019") == (1, [900000001])
    total, pmids = both_ways(served, "bees", years="1800-2100")
    assert (total, sorted(pmids, reverse=True)) == (len(ALL_PMIDS), ALL_PMIDS)


@pytest.mark.fault("Q9")
def test_equal_scores_come_in_one_order(served):
    asked = [both_ways(served, "wasps[ti]") for _ in range(3)]
    assert asked[0] == asked[1] == asked[2]
    assert asked[0][0] == 30


@pytest.mark.fault("Q13", "Q14")
@pytest.mark.parametrize(
    ("query", "said", "tried"),
    [
        ("bees[ti] NOT wasps[xy]", "[xy]", "bees[ti]"),
        ("exp Bees/ and wasps.ti,ab.", "Ovid", '("Bees"[mh] AND wasps[tiab])'),
    ],
)
def test_what_cannot_be_evaluated_is_refused_with_what_can_be_searched(served, query, said, tried):
    answer, _ = both_ways(served, query)
    assert said in str(answer)
    assert f"Or search for: {tried}" in str(answer)


def test_untagged_words_are_searched_as_typed_where_that_is_asked(monkeypatch, tmp_path):
    record = article(900000001, title="Yellow fruit", mesh=(MeshHeading("D900003", "Lemon"),))
    stand_in(monkeypatch, [record, article(900000002, title="An agrumes yellow text")])
    with load(tmp_path, "mesh.tsv", table(*ALL)) as mesh, ServedLibrary.open("anywhere") as library:
        library._generation.mesh = mesh
        mapped = both_ways(library, "agrumes AND yellow")
        typed = both_ways(library, "agrumes AND yellow", mapping=False)
        with listening(library) as url:
            body = {"query": "agrumes AND yellow", "mapping": False}
            counted = httpx2.get(f"{url}/v1/facets", params=body).json()
            lines = httpx2.get(f"{url}/v1/search/lines", params=body).text.splitlines()
            exported = httpx2.get(f"{url}/v1/export", params=body | {"format": "jsonl"}).text.splitlines()
            evidence = httpx2.post(f"{url}/v1/evidence", json=body | {"pmids": [900000001, 900000002]}).json()
        library._generation.mesh = None
    assert (mapped[0], sorted(mapped[1])) == (2, [900000001, 900000002])
    assert typed == (1, [900000002])
    assert counted["total"] == 1
    assert [json.loads(line)["pmid"] for line in lines] == [900000002]
    assert [json.loads(line)["pmid"] for line in exported] == [900000002]
    assert evidence["not_found"] == [900000001]
