import gzip
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from index.core.errors import DownloadError, QueryError
from index.core.progress import Progress
from index.ingest.ingest import ingest
from index.library.layout import Library
from index.sources import eutils, query_download
from index.sources.eutils import Pace
from index.sources.pmid_file import PmidList
from index.sources.query_download import (
    ListDownloadRequest,
    QueryDownloadRequest,
    QueryDownloadResult,
    fetch_listed,
    fetch_topic,
)
from index.sources.source_files import find_sources
from tests.support.fakes.nlm_server import Answer, FakeNlm, Request, playing_nlm
from tests.support.records.pubmed_xml import HEAD, TAIL, article_xml

FIRST = 900_000_001


class FakeEntrez:
    """ESearch and EFetch over our own articles, each with its day of entry; at most `limit` PMIDs a search."""

    def __init__(self, entered: dict[int, date]) -> None:
        self.entered = entered
        self.withheld: set[int] = set()
        self.limit = eutils.SEARCH_LIMIT

    def __call__(self, request: Request) -> Answer:
        return self.search(request.form) if "esearch" in request.path else self.fetch(request.form)

    def search(self, form: dict[str, str]) -> Answer:
        first, last = (
            date(*map(int, form.get(name, default).split("/")))
            for name, default in (("mindate", "1/1/1"), ("maxdate", "9999/1/1"))
        )
        pmids = [pmid for pmid, day in self.entered.items() if first <= day <= last]
        result = {"count": str(len(pmids)), "idlist": [str(pmid) for pmid in pmids[: self.limit]]}
        return Answer(json.dumps({"esearchresult": {**result, "querytranslation": f"read: {form['term']}"}}).encode())

    def fetch(self, form: dict[str, str]) -> Answer:
        pmids = [int(pmid) for pmid in form["id"].split(",")]
        return Answer(
            (HEAD + "".join(article_xml(pmid) for pmid in pmids if pmid not in self.withheld) + TAIL).encode()
        )


@pytest.fixture
def nlm(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeNlm]:
    monkeypatch.setattr(Pace, "wait", lambda pace: None)
    with playing_nlm() as server:
        yield server


@pytest.fixture
def entrez(nlm: FakeNlm) -> FakeEntrez:
    """Forty articles, entered one a day from 2020-01-01."""
    fake = FakeEntrez({FIRST + n: date.fromordinal(date(2020, 1, 1).toordinal() + n) for n in range(40)})
    nlm.answer = fake
    return fake


def download(
    nlm: FakeNlm, folder: Path, query: str = "metformin AND cancer", key: str | None = None
) -> QueryDownloadResult:
    return fetch_topic(folder, QueryDownloadRequest(query, key, nlm.server), progress=Progress())


def pmids(path: Path) -> list[int]:
    root = etree.fromstring(gzip.decompress(path.read_bytes()))
    assert root.tag == "PubmedArticleSet"
    return [int(pmid) for pmid in root.xpath("PubmedArticle/MedlineCitation/PMID/text()")]


def test_a_topic_becomes_one_source_file_in_PMID_order(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    result = download(nlm, tmp_path)
    assert pmids(result.path) == sorted(entrez.entered)
    assert str(result) == "40 found · 40 stored · 0 missing · 0 unlisted"
    assert result.complete
    assert result.read_as == "read: metformin AND cancer"


def test_the_records_are_what_NCBI_sent(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    root = etree.fromstring(gzip.decompress(download(nlm, tmp_path).path.read_bytes()))
    expected = etree.fromstring(article_xml(FIRST).encode())
    assert etree.tostring(root[0], with_tail=False, method="c14n") == etree.tostring(expected, method="c14n")


def test_a_topic_is_a_source_like_any_other_and_again_changes_nothing(
    nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path
) -> None:
    library = Library(tmp_path)
    for expected in (40, 0):
        result = download(nlm, library.mirror / "queries")
        applied = ingest(library, find_sources([result.path]), progress=Progress())
        assert applied.complete
        assert (applied.new, applied.articles) == (expected, 40)


def test_the_note_has_the_query_its_reading_and_the_day(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    result = download(nlm, tmp_path)
    note = json.loads(result.path.with_name(result.path.name.replace(".xml.gz", ".json")).read_text())
    assert note["query"] == "metformin AND cancer"
    assert note["read_as"] == "read: metformin AND cancer"
    assert (note["found"], note["stored"], note["missing"]) == (40, 40, [])
    assert re.match(r"\d{4}-\d\d-\d\dT", note["asked"])


def test_the_same_topic_fills_the_same_file_with_the_same_bytes(
    nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path
) -> None:
    first = download(nlm, tmp_path)
    before = first.path.read_bytes()
    assert download(nlm, tmp_path).path == first.path
    assert first.path.read_bytes() == before
    assert download(nlm, tmp_path, "another topic").path != first.path


@pytest.mark.fault("O4")
@pytest.mark.parametrize("query", ["../../etc/passwd", "a/b\\c:d*?", "\u202e\x00 ünïcode " + "x" * 5000, "half \udcff"])
def test_a_file_name_made_from_a_query_is_safe(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path, query: str) -> None:
    result = download(nlm, tmp_path, query)
    assert result.path.parent == tmp_path
    assert re.fullmatch(r"query-[0-9a-f]{16}\.xml\.gz", result.path.name)


def test_records_are_asked_for_in_batches(
    nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_download, "BATCH", 15)
    assert download(nlm, tmp_path).stored == 40
    assert [len(request.form["id"].split(",")) for request in nlm.asked("/efetch.fcgi")] == [15, 15, 10]


def test_a_search_with_too_many_results_is_split_by_day_of_entry(
    nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eutils, "SEARCH_LIMIT", 7)
    entrez.limit = 7
    result = download(nlm, tmp_path)
    assert pmids(result.path) == sorted(entrez.entered)
    assert result.complete
    searches = nlm.asked("/esearch.fcgi")
    assert "mindate" not in searches[0].form
    assert {request.form["datetype"] for request in searches[1:]} == {"edat"}


def test_too_much_on_one_day_is_refused_with_what_to_do(
    nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eutils, "SEARCH_LIMIT", 7)
    entrez.limit = 7
    entrez.entered = dict.fromkeys(range(FIRST, FIRST + 8), date(2020, 5, 5))
    with pytest.raises(QueryError, match=r"8 of the articles were entered in PubMed on 2020-05-05(?s:.)*--mirror"):
        download(nlm, tmp_path)
    assert not list(tmp_path.iterdir())


def test_articles_that_no_slice_lists_are_counted(
    nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eutils, "SEARCH_LIMIT", 30)
    entrez.entered[FIRST + 99] = date(1066, 1, 1)
    entrez.limit = 30
    result = download(nlm, tmp_path)
    assert not result.complete
    assert str(result) == "41 found · 40 stored · 0 missing · 1 unlisted"


@pytest.mark.fault("S6")
def test_records_left_out_once_are_asked_for_again(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    nlm.faults["/efetch.fcgi"] = [Answer((HEAD + article_xml(FIRST) + TAIL).encode())]
    result = download(nlm, tmp_path)
    assert result.complete
    again = nlm.asked("/efetch.fcgi")[1].form["id"].split(",")
    assert len(again) == 39
    assert str(FIRST) not in again


@pytest.mark.fault("S6")
def test_records_that_stay_away_are_named(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    entrez.withheld = {FIRST + 3, FIRST + 7}
    result = download(nlm, tmp_path)
    assert result.missing == (FIRST + 3, FIRST + 7)
    assert str(result) == "40 found · 38 stored · 2 missing · 0 unlisted"
    assert len(pmids(result.path)) == 38


def test_records_nobody_asked_for_are_not_taken(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    nlm.faults["/efetch.fcgi"] = [Answer((HEAD + article_xml(FIRST + 500) + TAIL).encode())]
    assert FIRST + 500 not in pmids(download(nlm, tmp_path).path)


@pytest.mark.fault("S6")
@pytest.mark.parametrize(
    "body", [b'{"error":"API rate limit exceeded"}', b"<html>busy</html", b"", (HEAD + article_xml(FIRST)).encode()]
)
def test_an_answer_without_a_set_of_records_is_requested_again(
    nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path, body: bytes
) -> None:
    nlm.faults["/efetch.fcgi"] = [Answer(body), Answer(status=429, headers={"Retry-After": "0"})]
    assert download(nlm, tmp_path).complete


@pytest.mark.fault("S6")
@pytest.mark.parametrize(
    "body",
    [
        b'{"esearchresult": {"ERROR": "Search Backend failed"}}',
        b"<html>busy</html>",
        b'{"esearchresult": {"count": "40", "idlist": ["900000001"]}}',
        b'{"esearchresult": {"count": "1", "idlist": ["x"]}}',
        b"[]",
    ],
)
def test_an_answer_without_a_search_result_is_requested_again(
    nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path, body: bytes
) -> None:
    nlm.faults["/esearch.fcgi"] = [Answer(body)]
    assert download(nlm, tmp_path).complete


def test_a_raw_control_character_in_the_answer_is_accepted(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    body = b'{"esearchresult": {"count": "1", "idlist": ["900000001"], "querytranslation": "a\x01b"}}'
    nlm.faults["/esearch.fcgi"] = [Answer(body)]
    assert download(nlm, tmp_path).read_as == "a\x01b"


@pytest.mark.fault("S6")
def test_a_failure_that_lasts_leaves_the_file_as_it_was(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    path = download(nlm, tmp_path).path
    before = path.read_bytes()
    nlm.faults["/efetch.fcgi"] = [Answer(status=503)] * 4
    with pytest.raises(DownloadError, match=r"efetch\.fcgi: the server answered HTTP 503"):
        download(nlm, tmp_path)
    assert path.read_bytes() == before


@pytest.mark.fault("S6")
def test_no_record_at_all_leaves_the_file_as_it_was(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    path = download(nlm, tmp_path).path
    before = path.read_bytes()
    entrez.withheld = set(entrez.entered)
    with pytest.raises(DownloadError, match=r"finds 40 articles .* but NCBI sent none"):
        download(nlm, tmp_path)
    assert path.read_bytes() == before


@pytest.mark.fault("F7", "F8")
def test_entities_in_an_answer_are_neither_expanded_nor_fetched(
    nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    doctype = f'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY y "BOOM">]>'
    records = "".join(article_xml(pmid, title="A &x; &y; B") for pmid in entrez.entered)
    nlm.faults["/efetch.fcgi"] = [Answer(f"{doctype}<PubmedArticleSet>{records}</PubmedArticleSet>".encode())] * 9
    text = gzip.decompress(download(nlm, tmp_path / "mirror").path.read_bytes())
    assert b"SECRET" not in text
    assert b"BOOM" not in text


def test_a_query_that_finds_nothing_shows_how_it_was_read(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    entrez.entered = {}
    with pytest.raises(QueryError, match="finds nothing for 'metformin AND cancer', which it reads as: read: met"):
        download(nlm, tmp_path)


@pytest.mark.fault("Q1")
@pytest.mark.parametrize("query", ["", "  \n"])
def test_an_empty_query_is_refused_without_a_request(nlm: FakeNlm, tmp_path: Path, query: str) -> None:
    with pytest.raises(QueryError, match="The query is empty"):
        download(nlm, tmp_path, query)
    assert not nlm.requests


def test_the_API_key_goes_into_the_body_and_into_no_message(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path) -> None:
    result = download(nlm, tmp_path, key="s3cret-key")
    assert {request.form["api_key"] for request in nlm.requests} == {"s3cret-key"}
    assert not [request for request in nlm.requests if "s3cret-key" in request.path]
    nlm.faults["/efetch.fcgi"] = [Answer(status=400)]
    with pytest.raises(DownloadError) as raised:
        download(nlm, tmp_path, key="s3cret-key")
    messages = f"{raised.value}{raised.value.__cause__}{result}{QueryDownloadRequest('q', 's3cret-key')}"
    assert "s3cret" not in messages
    assert not [path for path in tmp_path.iterdir() if b"s3cret" in path.read_bytes()]


@pytest.mark.parametrize(("key", "per_second"), [(None, 3), ("key", 10)])
def test_the_pace_is_three_a_second_and_ten_with_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str | None, per_second: int
) -> None:
    now = [100.0]
    starts: list[float] = []

    def answered(entrez: FakeEntrez) -> Callable[[Request], Answer]:
        def answer(request: Request) -> Answer:
            starts.append(now[0])
            return entrez(request)

        return answer

    monkeypatch.setattr(eutils.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(eutils.time, "sleep", lambda s: now.__setitem__(0, now[0] + s))
    monkeypatch.setattr(query_download, "BATCH", 1)
    with playing_nlm() as nlm:
        nlm.answer = answered(FakeEntrez({FIRST + n: date(2020, 1, 1) for n in range(30)}))
        download(nlm, tmp_path, key=key)
    assert len(starts) == 31
    for start, later in zip(starts, starts[per_second:], strict=False):
        assert later - start >= 1 - 1e-9


def test_a_list_of_pmids_is_downloaded_and_what_is_missing_is_named(nlm: FakeNlm, entrez: FakeEntrez, tmp_path: Path):
    entrez.withheld = {FIRST + 1}
    listed = PmidList("review.ris", "RIS", 4, (FIRST + 2, FIRST, FIRST + 1), 1)
    result = fetch_listed(tmp_path, ListDownloadRequest(listed, server=nlm.server), progress=Progress())
    assert (result.found, result.stored, result.missing, result.complete) == (3, 2, (FIRST + 1,), False)
    assert pmids(result.path) == [FIRST, FIRST + 2]
    assert result.read_as == "review.ris: 3 PMIDs in 4 records (RIS), 1 without a PMID"
    content = result.path.read_bytes()
    again = PmidList("other.csv", "CSV", 3, (FIRST, FIRST + 1, FIRST + 2), 0)
    same = fetch_listed(tmp_path, ListDownloadRequest(again, server=nlm.server), progress=Progress())
    assert (same.path, same.path.read_bytes()) == (result.path, content), "the same PMIDs are the same file"
