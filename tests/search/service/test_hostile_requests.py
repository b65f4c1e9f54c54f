"""What programs may send: anything. It is answered or refused, within bounds, through REST and MCP."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from mcp import Client
from schemathesis import checks

from search.service.app import service
from search.service.served_library import Desk
from search.service.tools.mcp_server import mcp_server
from search.service.workers import Bounds, Workers
from tests.search.service.test_mcp import talk

HOSTILE = (
    "../../etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "'; DROP TABLE articles; --",
    "SELECT * FROM txtai WHERE id = 1 OR 1 = 1",
    "\x00",
    "\u202e\u200b\ufeff",
    "%00%2e%2e/",
    '" * ( ) : ^ NEAR - AND',
    "((((((((((",
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "a" * 99_999,
    "(" * 500 + "a[ti]" + ")" * 500,
    " OR ".join(["bees"] * 60),
)

OPERATIONS = 18
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.mark.fault("S7", "Q1", "Q2", "Q3", "Q4", "Q5")
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_rest_answers_or_refuses_any_text_in_any_place(client, text):
    bodies = (
        ("/v1/search", {"query": text}),
        ("/v1/search", {"query": "bees", "journals": [text[:1000]]}),
        ("/v1/search", {"query": "bees", "years": text[:1000]}),
        ("/v1/search", {"query": "bees", "cursor": text[:500]}),
        ("/v1/export", {"query": text, "format": "ris"}),
        ("/v1/export", {"query": "bees", "format": text[:100]}),
        ("/v1/evidence", {"query": text, "pmids": [900000001]}),
        ("/v1/lookup", {"items": [text[:1000]]}),
    )
    for path, body in bodies:
        response = client.post(path, json=body)
        assert response.status_code in {200, 422}, (path, response.text[:300])
        assert "root:" not in response.text
    for path in ("/v1/facets?query=", "/v1/mesh?name=", "/v1/articles/"):
        response = client.get(path + "".join(f"%{byte:02x}" for byte in text[:300].encode()))
        assert response.status_code in {200, 404, 422}


@pytest.mark.fault("S7", "Q1", "Q2", "Q3", "Q4", "Q5")
def test_mcp_answers_or_refuses_any_text_in_any_place(served):
    async def conversation(client: Client) -> None:
        for text in HOSTILE:
            calls = (
                ("search", {"query": text}),
                ("search", {"query": "bees", "years": text, "types": text, "cursor": text}),
                ("count", {"query": text}),
                ("fetch", {"id": text}),
                ("similar", {"pmids": text}),
                ("lookup_citation", {"citations": [text[:1000]]}),
                ("mesh", {"name": text}),
                ("export_citations", {"query": text, "format": "ris"}),
                ("export_citations", {"query": "bees", "format": text}),
            )
            for tool, arguments in calls:
                result = await client.call_tool(tool, arguments)
                said = result.content[0].text
                assert result.is_error or result.structured_content
                assert said != f"Error executing tool {tool}", "which is all that a model learns of a crash"

    talk(mcp_server(Desk(served, Workers(Bounds()))), conversation)


@pytest.mark.fault("S7")
def test_every_answer_is_as_the_openapi_document_says(served):
    schema = schemathesis.openapi.from_asgi("/openapi.json", service(served), headers={"Host": "127.0.0.1"})
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == OPERATIONS
    for operation in operations:
        _try_cases(operation)


def _try_cases(operation: schemathesis.schemas.APIOperation) -> None:
    generated = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    spoilt = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @settings(
        max_examples=6,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=generated | spoilt)
    def answers(case: schemathesis.Case) -> None:
        case.validate_response(case.call(headers={"Host": "127.0.0.1"}), checks=CHECKS)

    answers()
