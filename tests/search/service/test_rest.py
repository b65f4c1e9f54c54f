"""REST: every route, its errors, paging and new builds."""

import json

import pytest

from search.export.formats import FORMATS, export
from tests.search.service.service_library import ARTICLES

WASPS = {"query": "wasps[ti]"}


def refused(response, status: int, code: str) -> dict:
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["detail"]
    return problem


def pmids(answer: dict) -> list[int]:
    return [hit["pmid"] for hit in answer["hits"]]


def test_a_search_answers_what_the_command_line_prints_and_where_to_read_on(client, served):
    answer = client.get("/v1/search", params={"query": "metformin", "limit": 2, "years": "2019-2020"}).json()
    printed = served.search("metformin", limit=2, years=(2019, 2020)).to_json()
    assert {name: answer[name] for name in printed} == json.loads(json.dumps(printed))
    assert (answer["listed"], answer["total"]) == (printed["total"], printed["total"])
    assert answer["next_cursor"]


def test_get_and_post_give_the_same_answer(client):
    request = {"query": "bees", "limit": 3, "retracted": "hide", "types": []}
    assert client.post("/v1/search", json=request).json() == client.get("/v1/search", params=request).json()


def test_a_list_is_read_to_its_last_result_by_cursors(client):
    seen, cursor = [], ""
    while cursor is not None:
        answer = client.get("/v1/search", params={**WASPS, "limit": 7, "cursor": cursor}).json()
        seen, cursor = seen + pmids(answer), answer["next_cursor"]
    whole = client.get("/v1/search", params={**WASPS, "limit": 200}).json()
    assert seen == pmids(whole)
    assert len(seen) == whole["total"] == 30


@pytest.mark.fault("B8")
def test_a_cursor_over_a_new_build_is_refused_and_everything_else_goes_on(client, library):
    first = client.get("/v1/search", params={**WASPS, "limit": 2}).json()
    library.publish("second", ARTICLES)
    problem = refused(
        client.get("/v1/search", params={**WASPS, "limit": 2, "cursor": first["next_cursor"]}), 410, "cursor_expired"
    )
    assert "second" in problem["detail"]
    assert client.get("/v1/search", params=WASPS).json()["build"] == "second"
    assert client.get("/readyz").json()["build"] == "second"


@pytest.mark.parametrize("cursor", ["x", "e30=", "WyJmaXJzdCIsICJ4IiwgLTFd", "bnVsbA==", "é", "[" * 400])
def test_a_cursor_that_is_none_or_belongs_elsewhere_is_refused(client, cursor):
    refused(client.get("/v1/search", params={**WASPS, "cursor": cursor}), 422, "cursor")
    other = client.get("/v1/search", params={"query": "bees[ti]", "limit": 1}).json()["next_cursor"]
    refused(client.get("/v1/search", params={**WASPS, "cursor": other}), 422, "cursor")
    refused(client.get("/v1/similar", params={"like": 900000003, "cursor": other}), 422, "cursor")


def test_an_answer_stays_fresh_while_the_build_stays(client, library):
    for path in ("/v1/search?query=bees", "/v1/articles/900000003", "/v1/facets", "/v1/similar?like=900000003"):
        etag = client.get(path).headers["etag"]
        kept = client.get(path, headers={"If-None-Match": etag})
        assert (kept.status_code, kept.content, kept.headers["etag"]) == (304, b"", etag)
    library.publish("second", ARTICLES)
    assert client.get("/v1/search?query=bees", headers={"If-None-Match": etag}).headers["etag"] != etag


def test_lines_and_events_give_the_whole_list_with_evidence(client):
    lines = client.get("/v1/search/lines", params=WASPS)
    hits = [json.loads(line) for line in lines.text.splitlines()]
    page = client.get("/v1/search", params={**WASPS, "limit": 200}).json()
    assert hits == page["hits"]
    assert (lines.headers["content-type"], lines.headers["x-listed"]) == ("application/jsonl", "30")
    events = client.get("/v1/search/events", params=WASPS)
    data = [json.loads(line.removeprefix("data: ")) for line in events.text.splitlines() if line.startswith("data: ")]
    assert data == hits
    refused(client.get("/v1/search/lines", params={"query": " "}), 422, "query")


def test_an_article_is_given_whole(client):
    record = client.get("/v1/articles/900000001").json()
    assert (record["title"], record["doi"], record["year"]) == ("Metformin and cancer", "10.5555/invented.1", 2019)
    assert record["sections"][1]["label"] == "RESULTS"
    refused(client.get("/v1/articles/900000999"), 404, "no_article")
    batch = client.post("/v1/articles", json={"pmids": [900000003, 7, 900000001, 7]}).json()
    assert [each["pmid"] for each in batch["articles"]] == [900000003, 900000001]
    assert batch["not_found"] == [7]


def test_similar_articles_say_what_they_share(client, served):
    answer = client.get("/v1/similar", params={"like": [900000001], "unlike": [900000003], "limit": 3}).json()
    assert pmids(answer) == [hit.article.pmid for hit in served.similar([900000001], unlike=[900000003], limit=3).hits]
    refused(client.get("/v1/similar", params={"like": 900000999}), 422, "query")
    refused(client.get("/v1/similar"), 422, "request")
    assert client.get("/v1/search").json()["detail"] == "query: Field required"
    body = client.post("/v1/search", content="{", headers={"Content-Type": "application/json"}).json()
    assert [error["field"] for error in body["errors"]] == ["body"]
    hint = client.get("/v1/search", params={"query": "wasps", "type": "Review"}).json()["detail"]
    assert hint == "type: Extra inputs are not permitted. Did you mean 'types'?"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_exported_as_the_library_writes_it(client, served, name):
    query = client.get("/v1/export", params={"query": "bees[ti]", "format": name})
    listed = client.post("/v1/export", json={"pmids": [900000003, 900000001], "format": name})
    assert query.text == "".join(served.export("bees[ti]", name))
    assert listed.text == "".join(export(served.articles([900000003, 900000001]), name))
    assert query.headers["content-type"].startswith(FORMATS[name].media_type)
    assert query.headers["content-disposition"].startswith('attachment; filename="pubmed-bees')


def test_an_export_needs_a_query_or_a_list_and_a_format(client):
    refused(client.get("/v1/export"), 422, "request")
    refused(client.get("/v1/export", params={"query": "bees", "pmids": 900000003}), 422, "request")
    refused(client.get("/v1/export", params={"query": "bees", "format": "docx"}), 422, "request")


def test_facets_count_values(client):
    answer = client.get("/v1/facets", params={"query": "metformin[ti]", "fields": ["year", "type"]}).json()
    years = {count["value"]: count["articles"] for count in answer["facets"]["year"]}
    assert (answer["total"], years) == (2, {"2019": 1, "2020": 1})


def test_evidence_is_given_in_the_order_asked(client):
    request = {"query": "metformin cancer", "pmids": [900000003, 900000001, 7, 900000004]}
    answer = client.post("/v1/evidence", json=request).json()
    found = {each["pmid"]: each["evidence"] and each["evidence"]["text"] for each in answer["evidence"]}
    assert list(found) == [900000003, 900000001, 900000004]
    assert (found[900000001], found[900000004]) == ("Metformin lowered cancer.", None)
    assert answer["not_found"] == [7]


def test_citations_are_looked_up_one_by_one(client):
    items = ["10.5555/invented.1", "PMC9000001", "900000003", "Metformin alone", "Nobody 1999 nothing", "", '"a'] * 2
    answer = client.post("/v1/lookup", json={"items": items}).json()["items"]
    assert [each["item"] for each in answer] == items
    assert [each["pmids"] for each in answer[:4]] == [[900000001], [900000001], [900000003], [900000002]]
    assert {each["status"] for each in answer[:4]} == {"found"}
    assert {each["status"] for each in answer[4:7]} == {"not_found"}
    assert all(each["reason"] for each in answer[4:7])
    several = client.post("/v1/lookup", json={"items": ["900000001 900000003"]}).json()["items"][0]
    assert (several["status"], several["pmids"]) == ("ambiguous", [900000001, 900000003])


def test_the_library_says_what_it_is(client):
    about = client.get("/v1/library").json()
    assert (about["build"], about["fingerprint"], about["articles"]) == ("first", "f00d", len(ARTICLES))
    assert client.get("/readyz").json() == {"status": "ready", "build": "first", "fingerprint": "f00d"}
    assert client.get("/livez").json() == {"status": "live"}
    refused(client.get("/v1/mesh", params={"name": "Asthma"}), 404, "no_mesh")


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    "request_",
    [
        {"limit": 0},
        {"limit": 201},
        {"limit": "nan"},
        {"limit": 10**30},
        {"years": "99999"},
        {"years": "2021-2015"},
        {"dates": "soon"},
        {"sort": "best"},
        {"recency": "inf"},
        {"recency": 0},
        {"retracted": "maybe"},
        {"sex": ["robot"]},
        {"library": "/etc"},
        {"query": ""},
        {"query": "bees", "types": ["x" * 1001]},
        {"types": ["x"] * 101},
        {"query": "x" * 100_001},
    ],
)
def test_what_cannot_be_is_refused_in_words(client, request_):
    response = client.post("/v1/search", json={"query": "bees", **request_})
    problem = response.json()
    assert (response.status_code, problem["code"] in {"request", "query"}) == (422, True)
    assert "x" * 1001 not in response.text, "what was sent is not sent back"


def test_a_syntax_error_has_its_place_and_what_to_search_instead(client):
    problem = refused(client.get("/v1/search", params={"query": "(bees AND honey[ti]"}), 422, "query_syntax")
    assert problem["position"] >= 0
    assert all(each["text"] for each in problem["proposals"])


def test_what_is_not_there_is_a_problem_too(client):
    refused(client.get("/v1/nothing"), 404, "http")
    refused(client.delete("/v1/search"), 405, "http")
    refused(client.post("/v1/search", content=b"{", headers={"Content-Type": "application/json"}), 422, "request")
    refused(client.get("/docs"), 404, "http")
    refused(client.get("/mcp", headers={"Accept": "text/event-stream"}), 405, "http")


def test_metrics_count_routes_not_addresses(client):
    client.get("/v1/articles/900000001")
    client.get("/v1/articles/900000002")
    client.get("/v1/secret-words")
    text = client.get("/metrics").text
    assert 'pubmed_answers_total{method="GET",route="/v1/articles/{pmid}",status="200"} 2.0' in text
    assert 'pubmed_build_info{build="first",fingerprint="f00d"} 1.0' in text
    assert "secret" not in text
