"""A searcher for a service elsewhere answers as the service's own."""

import json
from collections.abc import Iterator

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.command_line.version import program_version
from index.core.errors import FilterValueError, LibraryError, QueryError, QuerySyntaxError, ResourceError
from index.records.article import Article, Section
from search.filters.filters import Filters
from search.service.guard import Access
from search.service.remote.records import from_json, to_json
from search.service.remote.remote_searcher import RemoteSearcher
from search.service.remote.server_address import ServerAddress
from search.service.served_library import ServedLibrary
from search.serving.library_status import Corpus
from tests.search.service.service_library import listening

BEE, METFORMIN = 900000003, 900000001


@pytest.fixture
def remote(served: ServedLibrary, monkeypatch: pytest.MonkeyPatch, tmp_path) -> Iterator[RemoteSearcher]:
    monkeypatch.setenv("PUBMED_LIBRARY", str(tmp_path))
    with listening(served) as url, RemoteSearcher.connect(ServerAddress(url)) as searcher:
        yield searcher


ASKED = {
    "search": lambda one: one.search("metformin and cancer", limit=3, years=(2019, 2020)).to_json(),
    "hits": lambda one: one.search("metformin[ti] OR bees", sort="newest", filters=Filters(years=(2019, None))).hits,
    "query": lambda one: one.search("metformin and cancer").query,
    "sentences": lambda one: one.sentences("metformin").to_json(),
    "similar": lambda one: one.similar([METFORMIN], unlike=[BEE], limit=4).hits,
    "facets": lambda one: one.facets("wasps", fields=["year", "type"]),
    "years_of": lambda one: one.years_of("types", ["Review"], "metformin"),
    "topics": lambda one: one.topics("wasps"),
    "total": lambda one: one.total("wasps", Filters(years=(2020, 2020))),
    "count": lambda one: one.count,
    "article": lambda one: one.article(BEE),
    "no article": lambda one: one.article(1),
    "articles": lambda one: list(one.articles(iter([BEE, 1, METFORMIN]))),
    "citing": lambda one: one.citing(BEE),
    "pmids": lambda one: list(one.pmids("wasps")),
    "export": lambda one: "".join(one.export("wasps", "ris")),
    "export of a page": lambda one: "".join(one.export(one.search("bees"), "csv")),
    "recall": lambda one: one.recall("metformin[ti]", [METFORMIN, BEE]),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_answers_are_equal(served, remote, asked):
    assert asked(remote) == asked(served)


def test_what_the_page_is_told_of_the_library_is_the_service_s(served, remote, tmp_path):
    here = served.corpus()
    assert remote.corpus() == Corpus(here.articles, here.newest, here.build, here.model, tmp_path, remote._address.url)


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        (lambda one: one.search("metformin[xy]"), QuerySyntaxError),
        (lambda one: one.search("exp Neoplasms/ and cancer.ti."), QuerySyntaxError),
        (lambda one: one.search("bees", types=["Revieww"]), FilterValueError),
        (lambda one: one.search(""), QueryError),
        (lambda one: one.article("no number"), QueryError),
        (lambda one: one.search("bees", limit=0), ValueError),
        (lambda one: one.search("bees", limit="many"), TypeError),
    ],
)
def test_what_is_refused_is_refused_alike(served, remote, ask, kind):
    with pytest.raises(kind) as here:
        ask(served)
    with pytest.raises(kind) as there:
        ask(remote)
    assert (type(there.value), str(there.value), vars(there.value)) == (
        type(here.value),
        str(here.value),
        vars(here.value),
    )


def test_what_needs_the_open_library_is_refused_with_what_to_do(remote):
    with pytest.raises(LibraryError, match="unset PUBMED_SERVER"):
        list(remote.search_many(["bees"]))


def test_more_than_a_page_needs_is_refused(remote):
    with pytest.raises(ValueError, match="limit may be or have 1,000 at most"):
        remote.search("bees", limit=1001)


def test_a_service_that_stopped_is_said(served, monkeypatch, tmp_path):
    monkeypatch.setenv("PUBMED_LIBRARY", str(tmp_path))
    with listening(served) as url:
        searcher = RemoteSearcher.connect(ServerAddress(url))
    with searcher, pytest.raises(ResourceError, match="gives no answer"):
        searcher.search("bees")


def test_the_token_is_sent(served, monkeypatch, tmp_path):
    monkeypatch.setenv("PUBMED_LIBRARY", str(tmp_path))
    with listening(served, access=Access("a-secret")) as url:
        with RemoteSearcher.connect(ServerAddress(url, "a-secret")) as searcher:
            assert searcher.count == 35
        with pytest.raises(ResourceError, match="Authorization"):
            RemoteSearcher.connect(ServerAddress(url, "wrong"))


@pytest.mark.fault("S7")
def test_nothing_but_reading_methods_and_records_is_called(client):
    def call(method: str, program: str | None = None, **options: object) -> httpx2.Response:
        return client.post(f"/records/{method}", json={"program": program or program_version(), "options": options})

    assert call("corpus").status_code == 200
    assert call("corpus", program="0.0.0").json()["code"] == "version"
    for method in ("close", "saved", "screenings", "_serving", "__class__", "export"):
        assert call(method).status_code == 404
    for kind in (
        "os:system",
        "subprocess:Popen",
        "search.searcher:Searcher",
        "index.nothing:It",
        "search:Searcher",
        "",
    ):
        answer = call("search", text={"$": kind, "is": "id"}).json()
        assert (answer["raised"], "is no record" in answer["text"]) == ("ValueError", True)
    assert not any(path.startswith("/records") for path in client.get("/openapi.json").json()["paths"])


TEXT = st.text(max_size=20)


def kinds(value: object) -> object:
    """The type of a value and of what it holds: 1, 1.0 and True are equal, but not the same."""
    inside = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    return type(value), [kinds(each) for each in inside] if isinstance(inside, list | tuple) else None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.tuples(inner, inner)
            | st.dictionaries(TEXT | st.integers(), inner, max_size=3)
            | st.frozensets(TEXT, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_plain_values_come_back_equal_and_of_their_kind(value):
    returned = from_json(json.loads(json.dumps(to_json(value))))
    assert (returned, kinds(returned)) == (value, kinds(value))


def test_records_come_back_equal():
    article = Article(1, title="A \ud800 title", sections=(Section("AIM", None, "To see.", (0,)),))
    for record in (article, Filters(years=(2000, None), types=("Review",))):
        assert from_json(json.loads(json.dumps(to_json(record)))) == record


def test_what_is_no_record_is_refused():
    with pytest.raises(TypeError, match="is no record"):
        to_json(object())
