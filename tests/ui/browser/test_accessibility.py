"""Everybody can use every page: an accessibility scan of each, and the keys."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.support.browser import chromium, visit
from tests.ui.support.server_process import Served

PAGES = {
    "first": "/",
    "results": "/?q=sleep",
    "filtered": "/?q=bone%5Bti%5D&years=2019&type=Journal+Article",
    "nothing": "/?q=bone%5Bti%5D&years=1999",
    "broken": "/?q=bone%5Bti%5D+AND+(",
    "overview": "/?q=bone&view=overview",
    "sentences": "/?q=short+sleep+impaired+recall&list=sentences",
    "no sentence": "/?q=bone&years=1999&list=sentences",
    "article": "/article?pmid=900000001",
    "no article": "/article?pmid=1",
    "similar": "/similar?pmids=900000001",
    "collection": "/collection?pmids=900000001,900000002&not=900000003",
    "empty": "/collection",
    "library": "/library",
    "review": "/review",
    "recall": "/review?do=recall&q=sleep%5Bti%5D+NOT+rats%5Bti%5D&known=900000001,900000002,900000098",
    "compare": "/review?do=compare",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


NAME = "PubMed Semantic Search"
TITLES = {
    "/": NAME,
    "/?q=sleep&page=2": f"sleep, page 2 - {NAME}",
    "/?q=bone&view=overview": f"bone, overview - {NAME}",
    "/?type=Review": f"type Review - {NAME}",
    "/article?pmid=900000001": f"Sleep and memory in adolescents - {NAME}",
    "/article?pmid=1": f"No such article - {NAME}",
    "/similar?pmids=900000001": f"Similar to Sleep and memory in adolescents - {NAME}",
    "/collection?pmids=900000001,900000002": f"Collection (2) - {NAME}",
    "/library": f"Library - {NAME}",
    "/review": f"Screenings - {NAME}",
    "/review?do=recall&q=sleep&known=900000001": f"Recall: sleep - {NAME}",
    "/review?do=compare": f"Compare a file - {NAME}",
}


@pytest.mark.parametrize("path", TITLES)
def test_the_title_of_a_tab_begins_with_what_the_page_shows(
    memory_server: Served, browser: BrowserContext, path: str
) -> None:
    with visit(browser, memory_server.address + path) as page:
        expect(page).to_have_title(TITLES[path])


def test_the_title_follows_the_page_without_a_reload(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=sleep+memory") as page:
        expect(page).to_have_title(f"sleep memory - {NAME}")
        page.get_by_role("link", name="Sleep and memory in rats").click()
        expect(page).to_have_title(f"Sleep and memory in rats - {NAME}")
        page.locator("#library-link").click()
        expect(page).to_have_title(f"Library - {NAME}")
        page.go_back()
        expect(page).to_have_title(f"Sleep and memory in rats - {NAME}")
        page.go_back()
        expect(page).to_have_title(f"sleep memory - {NAME}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_an_accessibility_scan_finds_nothing_serious(
    memory_server: Served, browser: BrowserContext, name: str, scheme: str
) -> None:
    with visit(browser, memory_server.address + PAGES[name], scheme=scheme) as page:
        expect(page.locator("footer.facts")).to_be_visible(timeout=60_000)
        expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
        assert serious_violations(page) == {}
        assert "heading-order" not in violations(page)


def violations(page: Page) -> set[str]:
    """What the scan finds of any impact."""
    return {violation["id"] for violation in Axe().run(page).response["violations"]}


def serious_violations(page: Page) -> dict[str, list[str]]:
    """What the scan finds with everything unfolded."""
    for folded in page.locator("details").all():
        folded.evaluate("element => { element.open = true }")
    return {
        violation["id"]: [node["html"][:200] for node in violation["nodes"][:3]]
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in {"serious", "critical"}
    }


def test_saved_searches_and_the_history_are_as_accessible(memory_server: Served, browser: BrowserContext) -> None:
    own = browser.browser.new_context()
    for query in ("bone%5Bti%5D", "cohort%5Bti%5D"):
        with visit(own, f"{memory_server.address}/?q={query}") as page:
            page.get_by_role("button", name="Save this search").click()
            expect(page.get_by_text("Saved for this browser.")).to_be_visible()
    with visit(own, f"{memory_server.address}/?q=sleep+memory", width=320) as page:
        expect(page.get_by_role("button", name="Forget these searches")).to_be_visible()
        assert serious_violations(page) == {}
        assert outside(page) == []
    for scheme in ("light", "dark"):
        with visit(own, f"{memory_server.address}/collection", width=320, scheme=scheme) as page:
            expect(page.get_by_role("link", name="Feed")).to_have_count(2)
            expect(page.locator("footer.facts")).to_be_visible()
            assert serious_violations(page) == {}
            assert outside(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_runs_out_of_a_narrow_window_or_one_zoomed_to_200_per_cent(
    memory_server: Served, browser: BrowserContext, name: str
) -> None:
    with visit(browser, memory_server.address + PAGES[name], width=320, height=640) as page:
        expect(page.locator("footer.facts")).to_be_visible(timeout=60_000)
        expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)
        assert outside(page) == []
        assert too_low(page) == []
        page.set_viewport_size({"width": 640, "height": 450})  # what 1280 by 900 is at 200 per cent
        assert outside(page) == []


def outside(page: Page) -> list[str]:
    """What one would have to scroll sideways for."""
    return list(
        page.locator("[data-testid=stMain] :is(a, p, h1, h2, h3, dd, dt, summary, input, button)").evaluate_all(
            "all => all.filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML)"
        )
    )


def too_low(page: Page) -> list[str]:
    """What a finger is to press although it is less than 44 pixels high."""
    pressed = ".actions a, .exports a, .switch a, .pager a, .chip a, nav a, .back a, .collect, summary"
    low = "e.checkVisibility() && e.getBoundingClientRect().height < 43.5"
    found = page.locator(f"[data-testid=stMain] :is({pressed})")
    return list(found.evaluate_all(f"all => all.filter(e => {low}).map(e => e.outerHTML)"))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_keys_move_open_collect_and_export(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=sleep+memory") as page:
        titles = page.locator("article.hit .title")
        expect(page.locator(".takeaway").last).to_be_visible()
        expect(page.locator(".st-key-q input")).to_be_focused()
        page.locator(".tally").click()
        page.keyboard.press("j")
        assert focused(page) == titles.nth(0).inner_text()
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("j")
        assert focused(page) == titles.nth(1).inner_text()
        page.keyboard.press("x")
        expect(page.locator("#collection-link")).to_have_text("Collection (1)")
        page.keyboard.press("x")
        expect(page.locator("#collection-link")).to_have_text("Collection")
        page.keyboard.press("e")
        assert focused(page) == "RIS"
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="About this record")).to_be_visible()
        page.keyboard.press("/")
        expect(page.locator(".st-key-q input")).to_be_focused()
        page.keyboard.type("bone")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{memory_server.address}/?q=bone")


def test_a_key_after_a_click_on_an_empty_part_draws_no_frame_about_the_page(
    memory_server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{memory_server.address}/?q=sleep+memory") as page:
        expect(page.locator(".takeaway").last).to_be_visible()
        page.locator("footer.facts").click(position={"x": 2, "y": 2})
        page.keyboard.press("a")
        main = page.locator("[data-testid=stMain]")
        expect(main).to_be_focused()
        assert main.evaluate("main => getComputedStyle(main, '::before').content") == "none"
        page.keyboard.press("j")
        title = page.locator("article.hit .title a").first
        expect(title).to_be_focused()
        assert title.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"


def test_keys_are_shown_and_hidden_and_never_typed_over(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, memory_server.address) as page:
        expect(page.locator(".st-key-q input")).to_be_focused()
        page.keyboard.type("x/j?")
        expect(page.locator(".st-key-q input")).to_have_value("x/j?")
        expect(page.locator("dialog.keys")).to_have_count(0)
        page.locator("footer.facts").get_by_role("button", name="the keys").click()
        expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Collect the article")
        page.keyboard.press("Escape")
        expect(page.locator("dialog.keys")).to_have_count(0)
        page.locator("footer.facts").click(position={"x": 2, "y": 2})
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        page.keyboard.press("?")
        expect(page.locator("dialog.keys")).to_have_count(0)
