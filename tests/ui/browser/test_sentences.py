"""Sentences instead of articles, in a real browser."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.ui.support.browser import chromium, visit
from tests.ui.support.server_process import Served

BOX = "Search PubMed by a question or a few words"


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


def test_a_switch_lists_sentences_keeps_the_question_and_filters_and_back_returns(
    memory_server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{memory_server.address}/?q=short+sleep&years=2020&page=1") as page:
        switch = page.get_by_role("list", name="Find")
        expect(switch.get_by_role("link", name="Articles")).to_have_attribute("aria-current", "page")
        switch.get_by_role("link", name="Sentences").click()
        expect(page.locator(".tally")).to_contain_text("sentences ranked")
        assert page.url.endswith("/?q=short+sleep&years=2020-2020&list=sentences")
        expect(switch.get_by_role("link", name="Sentences")).to_have_attribute("aria-current", "page")
        expect(page.locator(".scope")).to_contain_text("Searched: the sentences of 5 articles (1 without abstract)")
        first = page.locator("article.hit").first
        expect(first.locator(".evidence")).to_contain_text("Short sleep impaired recall")
        expect(first.locator(".evidence strong")).to_have_text(["Short", "sleep"])
        page.get_by_label(BOX).fill("memory of older people")
        page.keyboard.press("Enter")
        expect(first.locator(".evidence")).to_have_text("Older people remember their youth.")
        assert page.url.endswith("/?q=memory+of+older+people&years=2020-2020&list=sentences")
        page.go_back()
        expect(first.locator(".evidence")).to_contain_text("Short sleep impaired recall")
        switch.get_by_role("link", name="Articles").click()
        expect(page.locator(".tally")).to_contain_text("articles match")
        assert page.url.endswith("/?q=short+sleep&years=2020-2020")


def test_a_sentence_leads_to_its_article_by_keyboard_and_back_to_the_sentences(
    memory_server: Served, browser: BrowserContext
) -> None:
    address = f"{memory_server.address}/?q=older+people&list=sentences"
    with visit(browser, address, width=320, height=640) as page:
        expect(page.locator(".takeaway").last).to_be_visible()
        page.locator(".tally").click()
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Memory of older people")).to_be_visible()
        assert page.url.endswith("/article?pmid=900000003")
        expect(page.get_by_role("heading", name="About this record")).to_be_visible()  # the page is whole
        page.locator("#back").press("Enter")
        expect(page).to_have_url(address)


def test_the_switch_is_followed_by_keyboard_and_keeps_the_focus(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=older+people") as page:
        link = page.get_by_role("list", name="Find").get_by_role("link", name="Sentences")
        link.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".tally")).to_contain_text("sentences ranked")
        expect(link).to_be_focused()


def test_a_retracted_article_is_marked_below_its_sentence(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=impaired+recall+in+rats&list=sentences") as page:
        first = page.locator("article.hit").first
        expect(first.locator(".evidence")).to_contain_text("Short sleep impaired recall in rats.")
        expect(first.locator(".warning")).to_contain_text("RETRACTED")


def test_pages_hold_every_sentence_once(memory_server: Served, browser: BrowserContext) -> None:
    seen, total = [], 1
    while len(seen) < total:
        number = len(seen) // 20 + 1
        with visit(browser, f"{memory_server.address}/?q=calcium&list=sentences&page={number}") as page:
            expect(page.locator(".takeaway").last).to_be_visible()
            total = int(page.locator(".tally").inner_text().split()[0])
            hits = page.locator("article.hit")
            expect(hits).to_have_count(min(20, total - len(seen)))
            seen += [text.split("\n", 1)[1] for text in hits.all_inner_texts()]  # the first line is the rank
            links = page.locator("nav.pager").get_by_role("link", name=f"Page {number}")
            expect(links).to_have_attribute("aria-current", "page")
    assert len(seen) == len({*seen}) == total > 30


def test_all_sentences_are_exported_with_their_articles(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=older+people&list=sentences") as page:
        total = int(page.locator(".tally").inner_text().split()[0])
        with page.expect_download() as download:
            page.get_by_label("CSV, all sentences listed").locator("visible=true").last.click()
        text = Path(download.value.path()).read_text(encoding="utf-8").removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == total
    assert (rows[0]["Sentence"], rows[0]["PMID"]) == ("Older people remember their youth.", "900000003")
    assert download.value.suggested_filename == "pubmed-sentences-older-people.csv"


def test_what_cannot_be_listed_says_why_and_offers_the_articles(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=2020%5Bdp%5D&list=sentences") as page:
        expect(page.get_by_text("this query has none that rank")).to_be_visible()
        page.get_by_role("list", name="Find").get_by_role("link", name="Articles").click()
        expect(page.locator(".tally")).to_contain_text("articles match")
    with visit(browser, f"{memory_server.address}/?q=erratum&only=900000004&list=sentences") as page:
        expect(page.get_by_text("None of the articles that were searched has an abstract.")).to_be_visible()
    with visit(browser, f"{memory_server.address}/?q=sleep&years=1901&list=sentences") as page:
        expect(page.get_by_role("heading", name="No article matches")).to_be_visible()


def test_foreign_text_is_shown_and_never_run(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=bold&only=900000005&list=sentences") as page:
        expect(page.locator("article.hit").first).to_contain_text("**bold**")
        assert page.evaluate("window.hacked") is None
