"""Article, similar, collection and library pages in a real browser."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from index.core.progress import Progress
from index.library.build_lock import building
from index.library.layout import Library
from search.recording.feed import ATOM
from tests.ui.support.browser import chromium, visit
from tests.ui.support.fake_searcher import NASTY
from tests.ui.support.memory_library import FULL
from tests.ui.support.server_process import Served


@pytest.fixture(scope="module")
def server(memory_server: Served) -> Served:
    return memory_server


@pytest.fixture(scope="module")
def folder(memory_folder: Path) -> Path:
    return memory_folder


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


def collect(page: Page, *pmids: int) -> None:
    for pmid in pmids:
        page.locator(f'input[data-pmid="{pmid}"]').check()


def test_the_article_page_has_everything_that_pubmed_says(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/article?pmid={FULL.pmid}") as page:
        body = page.locator("[data-testid=stMainBlockContainer]")
        expect(page.get_by_role("heading", name=FULL.title)).to_be_visible()
        expect(page.get_by_role("heading", name="About this record")).to_be_visible()
        for text in (
            "Schlaf und Gedächtnis bei Jugendlichen", "Okafor NB", "The Sleep Group", "ORCID",
            "J Sample Rec. 2020;7(2):11-19.",
            "doi:10.5555/sample.1", "Free full text, PMC900001", "BACKGROUND", "Sleep shapes memory. Little is known.",
            "Another abstract, German, Publisher", "Sleep* / physiology", "Melatonin", "recall", "Review",
            "English · German",
            "1 affiliation", "1 grant", "None declared.",
        ):  # fmt: skip
            expect(body).to_contain_text(text)


def test_a_heading_an_author_and_a_keyword_are_each_a_search(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/article?pmid={FULL.pmid}") as page:
        page.get_by_role("link", name="Okafor NB", exact=True).click()
        expect(page.locator(".reading summary")).to_contain_text("author")
        page.go_back()
        page.get_by_role("link", name="Sleep* / physiology").click()
        expect(page.locator("article.hit .title")).to_have_text([FULL.title])
        page.go_back()
        expect(page.get_by_role("heading", name=FULL.title)).to_be_visible()


@pytest.mark.long  # of some 200 times it showed the search page once, on a busy machine
@pytest.mark.parametrize("after_ms", range(0, 60, 10))
def test_going_back_before_a_page_is_drawn_returns_to_what_was_left(
    server: Served, browser: BrowserContext, after_ms: int
) -> None:
    address = f"{server.address}/article?pmid={FULL.pmid}"
    with visit(browser, address) as page:
        expect(page.locator("footer.facts")).to_be_visible()
        page.get_by_role("link", name="Okafor NB", exact=True).click()
        page.wait_for_timeout(after_ms)
        page.go_back()
        expect(page.get_by_role("link", name="Sleep* / physiology")).to_be_visible()
        expect(page.locator("footer.facts")).to_be_visible()
        expect(page).to_have_url(address)


def test_a_page_drawn_late_does_not_take_the_address(server: Served, browser: BrowserContext) -> None:
    address = f"{server.address}/article?pmid={FULL.pmid}"
    with visit(browser, address) as page:
        expect(page.get_by_role("heading", name=FULL.title)).to_be_visible()
        page.evaluate("history.pushState({}, '', '/library')")  # as Streamlit does when it begins to draw a page
        expect(page).to_have_url(address)


def test_corrections_and_references_lead_to_what_the_library_holds(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/article?pmid={FULL.pmid}") as page:
        corrections = page.get_by_role("region", name="Corrections and comments")
        expect(corrections.get_by_text("Erratum in")).to_be_visible()
        expect(corrections.get_by_role("link", name="PMID: 900000099")).to_have_attribute("target", "_blank")
        references = page.get_by_role("region", name="References")
        expect(references).to_contain_text("2 references, 1 in this library")
        references.get_by_role("link", name="Memory of older people").click()
        expect(page).to_have_url(f"{server.address}/article?pmid=900000003")
        expect(page.get_by_role("heading", name="Memory of older people")).to_be_visible()


def test_similar_articles_say_why(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/article?pmid={FULL.pmid}") as page:
        similar = page.get_by_role("region", name="Similar articles")
        first = similar.locator("li").first
        expect(first).to_contain_text("Sleep and memory in rats")
        expect(first).to_contain_text("RETRACTED")
        first.get_by_text("Why similar").click()
        expect(first.locator(".why")).to_contain_text("Short sleep impaired recall")
        similar.get_by_role("link", name="All similar articles").click()
        expect(page).to_have_url(f"{server.address}/similar?pmids={FULL.pmid}")
        expect(page.locator(".tally")).to_contain_text("34 other articles ranked")
        expect(page.locator(".similar > li").first.locator(".evidence")).to_contain_text("Short sleep impaired recall")
        page.get_by_role("link", name="Next").click()
        expect(page.locator(".similar > li")).to_have_count(14)
        choice = page.locator('[data-testid=stSidebar] a[id^="filter-years"], [data-testid=stSidebar] .years a').first
        assert choice.get_attribute("title") == "2019: 30"
        choice.click()
        expect(page.locator(".tally")).to_contain_text("30 other articles ranked")
        expect(page).to_have_url(f"{server.address}/similar?pmids={FULL.pmid}&years=2019-2019")
        page.get_by_role("slider").first.press("ArrowLeft")
        page.locator(".chip a").click()
        expect(page.locator(".tally")).to_contain_text("34 other articles ranked")
        expect(page).to_have_url(f"{server.address}/similar?pmids={FULL.pmid}")


def test_a_retraction_is_said_first_in_red_and_in_the_word(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/article?pmid=900000002") as page:
        word = page.locator("header.record .warning").get_by_text("RETRACTED", exact=True)
        expect(word).to_be_visible()
        expect(word).to_have_css("color", "rgb(168, 32, 26)")
        expect(page.locator("header.record .notice").get_by_role("link")).to_have_attribute(
            "href", "https://pubmed.ncbi.nlm.nih.gov/900000004/"
        )


def test_an_article_is_cited_in_four_styles_and_copied(server: Served, browser: BrowserContext) -> None:
    browser.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.address)
    with visit(browser, f"{server.address}/article?pmid=900000002") as page:
        page.get_by_text("Cite", exact=True).click()
        expect(page.locator(".cite dt")).to_have_text(["Vancouver", "APA", "AMA", "NLM"])
        apa = "Okafor, N. (2020). RETRACTED: Sleep and memory in rats."
        expect(page.locator(".cite dd span").nth(1)).to_have_text(apa)
        page.get_by_label("Copy the reference in APA style").click()
        expect(page.get_by_label("Copy the reference in APA style")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == apa


def test_an_article_names_those_that_cite_it(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/article?pmid=900000003") as page:
        citing = page.get_by_role("region", name="Cited by")
        expect(citing).to_contain_text("1 article of this library")
        citing.get_by_role("link", name=FULL.title).click()
        expect(page).to_have_url(f"{server.address}/article?pmid={FULL.pmid}")
        expect(page.get_by_role("region", name="Cited by")).to_have_count(0)


@pytest.mark.parametrize("path", ["/article?pmid=900000001", "/similar?pmids=900000001", "/collection", "/library"])
def test_every_page_has_the_box_and_the_way_back(server: Served, browser: BrowserContext, path: str) -> None:
    with visit(browser, f"{server.address}/?q=sleep&years=2020") as page:
        expect(page.locator(".tally")).to_be_visible()
        page.goto(server.address + path)
        expect(page.locator("footer.facts")).to_be_visible()
        expect(page.get_by_role("link", name="Back to the results")).to_have_count(0)  # a new session
        page.locator(".st-key-q input").fill("bone[ti]")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page).to_have_url(f"{server.address}/?q=bone%5Bti%5D")
        expect(page.locator(".tally")).to_contain_text("30 articles match")
        page.go_back()
        expect(page).to_have_url(server.address + path)
        page.locator("#back").click()
        expect(page.locator(".tally")).to_contain_text("30 articles match")


@pytest.mark.fault("O1")
def test_a_nasty_record_is_shown_as_the_text_it_is(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/article?pmid=900000005") as page:
        expect(page.locator("h2.title")).to_have_text(NASTY)
        expect(page.get_by_role("heading", name="About this record")).to_be_visible()
        assert page.evaluate("window.hacked") is None
        assert page.locator("main img, [data-testid=stHtml] img, .katex, iframe").count() == 0


@pytest.mark.fault("Q6")
@pytest.mark.parametrize("query", ["", "?pmid=900009999", "?pmid=nonsense", "?pmid=1&pmid=2", f"?pmid={'9' * 400}"])
def test_an_address_without_an_article_says_so(server: Served, browser: BrowserContext, query: str) -> None:
    with visit(browser, f"{server.address}/article{query}") as page:
        expect(page.get_by_role("heading", name="o such article").or_(page.get_by_text("No article"))).to_be_visible()


def test_what_is_collected_stays_over_pages_reload_and_tabs(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=bone+density") as page:
        collect(page, 900000039, 900000038)
        page.get_by_role("link", name="Page 2").click()
        expect(page.locator(".rank").first).to_have_text("21")
        collect(page, 900000012)
        expect(page.locator("#collection-link")).to_have_text("Collection (3)")
        page.reload()
        expect(page.locator('input[data-pmid="900000012"]')).to_be_checked()
        page.locator("#collection-link").click()
        expect(page).to_have_url(f"{server.address}/collection?pmids=900000039,900000038,900000012")
        expect(page.locator(".collected > li")).to_have_count(3)
        with visit(browser, f"{server.address}/collection") as other:
            expect(other.locator(".collected > li")).to_have_count(3)
        for pmid in (900000039, 900000038, 900000012):
            page.locator(f'input[data-pmid="{pmid}"]').uncheck()
        expect(page.locator("#collection-link")).to_have_text("Collection")


def test_more_like_these_and_not_those(server: Served, browser: BrowserContext) -> None:
    address = f"{server.address}/collection?pmids=900000001,900000020"
    with visit(browser, address) as page:
        page.get_by_label("Not like PMID 900000020").click()
        expect(page.locator(".unlike")).to_have_count(1)
        page.get_by_role("link", name="More like these").click()
        expect(page).to_have_url(f"{server.address}/similar?pmids=900000001&not=900000020")
        expect(page.locator(".similar > li").first).to_contain_text("Sleep and memory in rats")
        expect(page.locator(".tally")).to_contain_text("unlike 1 other")
        page.go_back()
        page.get_by_label("More like PMID 900000020").click()
        expect(page.locator(".unlike")).to_have_count(0)


def test_an_article_that_the_library_lost_is_counted(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/collection?pmids=900000001,900009999") as page:
        expect(page.get_by_text("1 article of this address not in this library.")).to_be_visible()


def test_a_search_is_saved_and_says_what_is_new(server: Served, browser: BrowserContext, folder: Path) -> None:
    with visit(browser, f"{server.address}/?q=bone%5Bti%5D&years=2019") as page:
        page.get_by_role("button", name="Save this search").click()
        expect(page.get_by_text("Saved for this browser.")).to_be_visible()
        page.get_by_role("link", name="Page 2").click()
        expect(page.locator(".rank").first).to_have_text("21")
        expect(page.get_by_text("Saved for this browser.")).to_be_visible()  # a toast would be gone with the page
        page.get_by_role("link", name="The collection page").click()
        expect(page.locator(".saved + .note")).to_contain_text("Nothing new, since")
        # Other tests may have saved searches of other browsers here.
        file = max(Library(folder).searches.glob("*/*.json"), key=lambda path: path.stat().st_mtime)
        new = f"https://pubmed.ncbi.nlm.nih.gov/{forget_one(file)}/"
        page.reload()
        page.get_by_role("link", name="1 new article").click()
        expect(page.locator(".collected > li")).to_have_count(1)
        page.go_back()
        feed_address = page.get_by_role("link", name="Feed").evaluate("link => link.href")
        assert entries(feed_address) == [new]
        page.get_by_role("button", name="Mark as seen").click()
        expect(page.locator(".saved + .note")).to_contain_text("Nothing new, since")
        assert entries(feed_address) == [new]
        page.get_by_role("link", name="1 before that").click()
        expect(page.locator(".collected > li")).to_have_count(1)
        page.go_back()
        with visit(browser.browser.new_context(), f"{server.address}/collection") as others_page:
            expect(others_page.get_by_text("None yet")).to_be_visible()
        page.locator(".saved a").click()
        expect(page).to_have_url(f"{server.address}/?q=bone%5Bti%5D&years=2019-2019")
        page.go_back()
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("None yet")).to_be_visible()
        for address in (feed_address, f"{server.address}/feed", f"{server.address}/feed?saved=..&browser=..%2F.."):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                entries(address)


def test_the_history_outlives_a_session_and_is_of_the_browser(server: Served, browser: BrowserContext) -> None:
    own = browser.browser.new_context()
    with visit(own, f"{server.address}/?q=bone%5Bti%5D") as page:
        expect(page.get_by_role("button", name="Save this search")).to_be_visible()
    with visit(own, f"{server.address}/?q=cohort%5Bti%5D") as page:
        page.locator("#history summary").click()
        expect(page.locator("#history dt")).to_have_text(["#2", "#1"])
        page.locator(".st-key-q input").fill("#1 NOT #2")
        page.keyboard.press("Enter")
        expect(page.locator("#history-3")).to_have_text("#1 NOT #2")
        assert page.url == f"{server.address}/?q=%231+bone%5Bti%5D%0A%232+cohort%5Bti%5D%0A%231+NOT+%232"
        page.get_by_role("button", name="Forget these searches").click()
        expect(page.locator("#history")).to_have_count(0)


def test_a_search_that_was_removed_is_no_longer_said_to_be_saved(server: Served, browser: BrowserContext) -> None:
    with visit(browser.browser.new_context(), f"{server.address}/?q=cohort%5Bti%5D") as page:
        page.get_by_role("button", name="Save this search").click()
        page.get_by_role("link", name="The collection page").click()
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("None yet")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("button", name="Save this search")).to_be_visible()
        expect(page.locator("footer.facts")).to_be_visible()
        expect(page.get_by_text("Saved for this browser.")).to_have_count(0)


def entries(address: str) -> list[str]:
    """Read a feed as a feed reader does: without a cookie."""
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own server
        assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        root = ET.fromstring(answer.read())  # noqa: S314 - our own
    assert root.find(f"{{{ATOM}}}link").attrib["href"] == address
    return [entry.findtext(f"{{{ATOM}}}id") for entry in root.iter(f"{{{ATOM}}}entry")]


def forget_one(file: Path) -> int:
    """Make a saved search older: as if one article, which is returned, had been added since."""
    from search.recording.search_record import digest

    content = json.loads(file.read_text())
    new, *pmids = content["listed"]["pmids"]
    content["listed"] |= {"pmids": pmids, "digest": digest(tuple(pmids))}
    file.write_text(json.dumps(content))
    return int(new)


def test_the_library_page_counts_what_is_there_and_names_what_is_not(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/library") as page:
        body = page.locator("[data-testid=stMainBlockContainer]")
        for text in (
            "35 · 34 with an abstract", "Deleted by NLM", "1 applied · 1 refused · 1 missing", "fake-model",
            "pubmed21n1299.xml.gz: the file is cut short", "record 7 (PMID none): no PMID",
            "pubmed21n1297.xml.gz: never seen",
            "rebuild-index --verify --library",
        ):  # fmt: skip
            expect(body).to_contain_text(text)


def test_the_library_page_shows_a_running_build(server: Served, browser: BrowserContext, folder: Path) -> None:
    library = Library(folder)
    progress = Progress(shown=False, file=library.progress)
    with (
        visit(browser, f"{server.address}/library") as page,
        building(library),
        progress.bar("vectors", 2000, "text"),
    ):
        expect(page.locator(".building")).to_contain_text("vectors: 0 of 2,000 texts")
        expect(page.locator(".building")).to_contain_text("Searching goes on")


@pytest.mark.fault("S2")
def test_nothing_was_reached_all_the_while(server: Served) -> None:
    assert server.outbound() == []
