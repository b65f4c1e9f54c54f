"""REST: sentences, their pages and their errors."""

import json

import pytest

from tests.search.service.service_library import ARTICLES
from tests.search.service.test_rest import refused
from tests.support.fakes.fake_index import FakeIndex

BEES = {"query": "bees fly far"}


def test_sentences_are_what_the_command_line_prints_and_where_to_read_on(client, served):
    answer = client.get("/v1/sentences", params={**BEES, "limit": 2, "years": "2019-2020"}).json()
    expected = served.sentences(BEES["query"], limit=2, years=(2019, 2020)).to_json()
    assert {name: answer[name] for name in expected} == json.loads(json.dumps(expected))
    assert answer["hits"][0]["sentence"]["text"] == "Bees fly far."
    assert answer["next_cursor"]


def test_get_and_post_give_the_same_answer_and_a_list_is_read_to_its_end_without_repetition(client):
    seen, cursor = [], ""
    while cursor is not None:
        request = {**BEES, "limit": 7, "cursor": cursor}
        answer = client.get("/v1/sentences", params=request).json()
        assert client.post("/v1/sentences", json=request).json() == answer
        seen, cursor = seen + answer["hits"], answer["next_cursor"]
    assert seen == client.get("/v1/sentences", params={**BEES, "limit": 200}).json()["hits"]
    assert len(seen) == answer["listed"] > 30


def test_a_cursor_of_articles_or_of_an_older_build_is_refused(client, library):
    articles = client.get("/v1/search", params={**BEES, "limit": 2}).json()["next_cursor"]
    refused(client.get("/v1/sentences", params={**BEES, "limit": 2, "cursor": articles}), 422, "cursor")
    cursor = client.get("/v1/sentences", params={**BEES, "limit": 2}).json()["next_cursor"]
    library.publish("second", ARTICLES)
    refused(client.get("/v1/sentences", params={**BEES, "limit": 2, "cursor": cursor}), 410, "cursor_expired")


@pytest.mark.parametrize(
    "request_", [{"query": ""}, {"query": "2019[dp]"}, {"limit": 0}, {"limit": 201}, {"sort": "newest"}, {"sex": ["x"]}]
)
def test_what_cannot_be_is_refused_in_words(client, request_):
    response = client.post("/v1/sentences", json={**BEES, **request_})
    assert response.status_code == 422
    assert response.json()["detail"]


def test_an_index_without_sentences_says_what_to_type(client, monkeypatch):
    monkeypatch.setattr(FakeIndex, "sentence_cosines", lambda self, pmids, vector: None)
    monkeypatch.setattr(FakeIndex, "best_sentences", lambda self, pmids, vector: None)
    response = client.get("/v1/sentences", params=BEES)
    assert refused(response, 409, "not_indexed")["detail"].endswith("Add them:\n  rebuild-index")
    assert "retry-after" not in response.headers, "coming again changes nothing"


def test_the_openapi_document_has_an_example_of_a_question(client):
    document = client.get("/openapi.json").json()
    query = document["components"]["schemas"]["SentencesRequest"]["properties"]["query"]
    assert query["examples"]
    [parameter] = [each for each in document["paths"]["/v1/sentences"]["get"]["parameters"] if each["name"] == "query"]
    assert parameter["schema"]["examples"] == query["examples"]
