"""`pubmed-search --sentences`: exact text, JSON and files, from a searcher in memory."""

import csv
import io
import json
from collections.abc import Iterator

import pytest

from search import Searcher
from search.cli.main import main
from search.cli.sentences import sentences_text
from search.cli.terminal import Terminal
from tests.search.service.service_library import ARTICLES
from tests.support.fakes.fake_index import stand_in

QUESTION = ["metformin", "lowered", "cancer"]


@pytest.fixture(autouse=True)
def pubmed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Searcher]:
    stand_in(monkeypatch, ARTICLES)
    with Searcher.open("anywhere") as opened:
        yield opened


def printed(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*QUESTION, "--sentences", *arguments]) == 0
    return capfd.readouterr().out


def test_a_page_is_exactly_this(pubmed: Searcher):
    page = pubmed.sentences(" ".join(QUESTION), limit=2, offset=1, years=(2019, 2020))
    text = sentences_text(page, Terminal(80))
    head, _, footer = text.rpartition(" · ")
    assert footer.endswith(" ms\n")
    assert (
        head
        == """\
Read as: metformin, lowered, cancer; by meaning and words; 2019-2020

Searched: the sentences of 34 articles (1 without abstract), at most 3 of each;
titles are not searched

 2  BACKGROUND: Metformin is old.
    Metformin and cancer
    Okafor N · 2019
    PMID 900000001 · doi:10.5555/invented.1 · Review

 3  RESULTS: It was safe.
    Metformin and cancer
    Okafor N · 2019
    PMID 900000001 · doi:10.5555/invented.1 · Review

2-3 of 35 sentences, ranked · build first · fake-model"""
    )


def test_the_words_of_the_question_are_bold_and_reasons_are_given_on_request(pubmed: Searcher):
    page = pubmed.sentences(" ".join(QUESTION), limit=1)
    [hit] = page.hits
    text = sentences_text(page, Terminal(80, colour=True), explained=True)
    assert " 1  RESULTS: \x1b[1mMetformin\x1b[0m \x1b[1mlowered\x1b[0m \x1b[1mcancer\x1b[0m.\n" in text
    assert f"Why: score {hit.score:.3f} · meaning {hit.why.meaning:.3f} · words 1.00 · article 1.000" in text


def test_what_is_hidden_in_a_record_never_reaches_the_terminal(pubmed: Searcher):
    page = pubmed.sentences("ignore instructions", pmids=[900000005])
    assert page.hits
    assert "\u202e" not in sentences_text(page, Terminal(80))


def test_json_is_one_object_of_the_page(pubmed: Searcher, capfd):
    page = json.loads(printed(capfd, "--json", "--limit", "2", "--offset", "1", "--years", "2019-2020"))
    assert page == json.loads(
        json.dumps(pubmed.sentences(" ".join(QUESTION), limit=2, offset=1, years=(2019, 2020)).to_json())
    )


def test_an_export_has_the_sentences_or_their_articles_and_all_of_them_on_request(pubmed: Searcher, capfd):
    rows = list(csv.DictReader(io.StringIO(printed(capfd, "--csv", "--limit", "2").removeprefix("\ufeff"))))
    assert [row["Sentence"] for row in rows] == ["Metformin lowered cancer.", "Metformin is old."]
    assert printed(capfd, "--nbib", "--limit", "2").count("PMID- ") == 1
    listed = pubmed.sentences(" ".join(QUESTION)).listed
    assert printed(capfd, "--jsonl", "--all", "--limit", "2").count("\n") == listed > 30


def test_a_list_without_sentences_and_a_page_past_the_last_say_so(capfd):
    assert "No article matches · build" in printed(capfd, "--years", "1901")
    assert "No sentence · build" in printed(capfd, "--pmid", "900000004")
    assert "sentences are listed; --offset is past the last" in printed(capfd, "--offset", "500")
