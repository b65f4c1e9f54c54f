"""The Atom feed: what RFC 4287 demands of one, entries that stay the same, and hostile text."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from xml.etree import ElementTree as ET

from index.records.article import Article, Author, Link
from search.recording.feed import ATOM, SearchNews, atom_feed
from search.recording.news import Arrival
from search.recording.saved_searches import SavedSearch
from tests.search.recording.test_search_record import RECORD
from tests.support.fakes.fake_index import article

HOSTILE = "Sleep <b>&\x00\x1b[31m\ud800\uffff ]]> memory"
RETRACTED = article(900000002, title="Memory", authors=(), links=(Link("RetractionIn", pmid=900000044),))
ARTICLES = {
    one.pmid: one
    for one in (
        article(
            900000001, title=HOSTILE, abstract=HOSTILE, authors=(Author(collective_name=HOSTILE), Author("Okafor"))
        ),
        replace(RETRACTED, types=("Retracted Publication",)),
        article(900000003, title=None),
    )
}
EARLY, LATE = "2026-11-26T07:00:00+00:00", "2026-11-27T07:00:00+00:00"


def stored(pmids: Iterable[int]) -> Iterator[Article]:
    return (ARTICLES[pmid] for pmid in pmids if pmid in ARTICLES)


def search(text: str, *arrivals: Arrival) -> SearchNews:
    record = replace(RECORD, request=replace(RECORD.request, text=text, filters={}))
    return SearchNews(SavedSearch(text[:1] * 16, record, browser=""), arrivals)


BOTH = (
    search("asthma & <sleep>", Arrival(LATE, (900000003, 900000001)), Arrival(EARLY, (900000099,))),
    search("memory", Arrival(EARLY, (900000002, 900000001))),
)


def parsed(*searches: SearchNews, address: str | None = None) -> ET.Element:
    return ET.fromstring(atom_feed(searches, stored, identity="/one", address=address))  # noqa: S314 - our own


def children(element: ET.Element, name: str) -> list[ET.Element]:
    return element.findall(f"{{{ATOM}}}{name}")


def text_of(element: ET.Element, name: str) -> str:
    [child] = children(element, name)
    return child.text or ""


def test_it_has_what_the_specification_demands():
    """RFC 4287, 4.1.1 and 4.1.2."""
    feed = parsed(*BOTH, address="http://127.0.0.1:8501/feed?saved=1&browser=2")
    assert feed.tag == f"{{{ATOM}}}feed"
    assert UUID(text_of(feed, "id").removeprefix("urn:uuid:"))
    [itself] = children(feed, "link")
    assert itself.attrib == {
        "rel": "self",
        "type": "application/atom+xml",
        "href": "http://127.0.0.1:8501/feed?saved=1&browser=2",
    }
    assert text_of(feed, "title") == "New in 2 PubMed searches"
    [author] = children(feed, "author")
    assert text_of(author, "name") == "PubMed Semantic Search"
    entries = children(feed, "entry")
    assert len({text_of(entry, "id") for entry in entries}) == len(entries) == 3
    for element in (feed, *entries):
        assert datetime.fromisoformat(text_of(element, "updated")).tzinfo is not None
        assert text_of(element, "title")
    for entry in entries:
        [link] = children(entry, "link")
        assert link.attrib["rel"] == "alternate"
        assert link.attrib["href"] == text_of(entry, "id")


def test_the_latest_come_first_each_once_under_the_searches_that_found_it():
    feed = parsed(*BOTH)
    assert [
        (
            text_of(entry, "id")[-10:-1],
            text_of(entry, "updated"),
            [one.attrib["term"] for one in children(entry, "category")],
        )
        for entry in children(feed, "entry")
    ] == [
        ("900000003", LATE, ["asthma & <sleep>"]),
        ("900000002", EARLY, ["memory"]),
        ("900000001", EARLY, ["asthma & <sleep>", "memory"]),
    ]
    assert text_of(feed, "updated") == LATE


def test_hostile_text_is_text_and_a_retraction_is_said():
    entries = {text_of(entry, "id")[-10:-1]: entry for entry in children(parsed(*BOTH), "entry")}
    assert text_of(entries["900000001"], "title") == "Sleep <b>&  [31m   ]]> memory"
    assert len(children(entries["900000001"], "author")) == 2
    assert text_of(entries["900000002"], "title") == "RETRACTED: Memory"
    assert text_of(entries["900000003"], "title") == "PMID 900000003"


def test_of_the_same_news_it_is_the_same_and_each_feed_has_an_id_of_its_own():
    assert atom_feed(BOTH, stored, identity="/one") == atom_feed(BOTH, stored, identity="/one")
    ids = {text_of(ET.fromstring(atom_feed(BOTH, stored, identity=path)), "id") for path in ("/one", "/two")}  # noqa: S314
    assert len(ids) == 2


def test_without_news_it_is_a_feed_without_entries():
    feed = parsed(search("sleep"))
    assert children(feed, "entry") == []
    assert text_of(feed, "title") == "New in PubMed: sleep"
    assert text_of(feed, "updated") == RECORD.at
