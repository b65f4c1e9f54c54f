"""Every filter and every topic in a real browser: the number beside it is what following it brings."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.support.browser import chromium, visit
from tests.ui.support.fake_searcher import NASTY
from tests.ui.support.memory_library import ARTICLES
from tests.ui.support.server_process import Served

SIDEBAR = "[data-testid=stSidebar]"


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


def tally_of(articles: str) -> re.Pattern[str]:
    """The text above a list of so many articles."""
    return re.compile(rf"^{articles} articles? match")


@pytest.mark.parametrize(
    "field", ["types", "has_abstract", "free_full_text", "retracted", "mesh", "authors", "languages", "species"]
)
def test_the_number_beside_a_filter_is_what_it_brings_and_the_chip_takes_it_off(
    memory_server: Served, browser: BrowserContext, field: str
) -> None:
    with visit(browser, f"{memory_server.address}/?q=sleep") as page:
        choice = page.locator(f'{SIDEBAR} a[id^="filter-{field}-"]').filter(has_text=re.compile(r"\d")).last
        number = choice.locator(".number").inner_text()
        choice.click()
        expect(page.locator(".tally")).to_have_text(tally_of(number))
        expect(page.locator("article.hit")).to_have_count(min(20, int(number)))
        page.locator(".chip a").click()
        expect(page.locator(".tally")).to_contain_text("35 articles ranked")


def test_the_number_over_a_year_is_what_a_click_on_it_brings(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=sleep") as page:
        bar = page.locator(".years a").first
        assert bar.get_attribute("title") == "2019: 30"
        bar.click()
        expect(page.locator(".tally")).to_have_text(tally_of("30"))


def test_hiding_what_was_retracted_leaves_all_else(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=sleep") as page:
        page.locator("#filter-retracted-hide").click()
        expect(page.locator(".tally")).to_have_text(tally_of("34"))
        expect(page.locator("article.hit .warning")).to_have_count(0)


def test_a_filter_on_the_first_screen_lists_its_articles(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, memory_server.address) as page:
        choice = page.locator(f'{SIDEBAR} a[id^="filter-types-"]').first
        number = choice.locator(".number").inner_text()
        choice.click()
        expect(page.locator(".tally")).to_have_text(tally_of(number))
        expect(page.locator("article.hit")).to_have_count(min(20, int(number)))
        expect(page.locator(".st-key-q input")).to_have_value("")


def test_on_a_telephone_the_filters_close_after_a_choice(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=sleep", width=390, height=780) as page:
        expect(page.locator(".tally")).to_be_visible()
        page.get_by_role("button", name="Expand sidebar").click()
        choice = page.locator(f'{SIDEBAR} a[id^="filter-types-"]').first
        expect(choice).to_be_in_viewport()
        choice.click()
        expect(page.locator(".chip")).to_have_count(1)
        expect(choice).not_to_be_in_viewport()
        expect(page.locator("article.hit").first).to_be_in_viewport()


def test_on_a_telephone_the_filters_close_when_the_slider_is_let_go_and_no_page_begins_with_them_open(
    memory_server: Served, browser: BrowserContext
) -> None:
    own = browser.browser.new_context()
    own.add_init_script("localStorage.setItem('stSidebarCollapsed-', 'false')")  # as they were left open
    with visit(own, f"{memory_server.address}/?q=sleep", width=390, height=780) as page:
        sidebar = page.locator(SIDEBAR)
        expect(page.locator(".tally")).to_be_visible()
        expect(sidebar).to_have_attribute("data-collapsed", "true")
        page.get_by_role("button", name="Expand sidebar").click()
        expect(sidebar).to_have_attribute("data-collapsed", "false")
        expect(page.locator(".years")).to_be_in_viewport()
        track = page.locator(".st-key-years [role=group] > div")
        track.drag_to(track, source_position={"x": 1, "y": 20}, target_position={"x": 220, "y": 20})
        expect(sidebar).to_have_attribute("data-collapsed", "true")
        expect(page).to_have_url(f"{memory_server.address}/?q=sleep&years=2020-2020")
        assert page.evaluate("localStorage.getItem('stSidebarCollapsed-')") is None
        page.get_by_role("button", name="Expand sidebar").click()
        sidebar.locator("input[type=range]").first.press("ArrowLeft")  # by key one goes on
        expect(page).to_have_url(f"{memory_server.address}/?q=sleep")
        expect(sidebar).to_have_attribute("data-collapsed", "false")
        page.reload()
        expect(page.locator(".tally")).to_be_visible()
        expect(sidebar).to_have_attribute("data-collapsed", "true")


def test_all_of_a_page_is_collected_at_once_and_a_page_can_be_longer(
    memory_server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{memory_server.address}/?q=sleep&page=7") as page:
        expect(page.get_by_text("The list ends before page 7: this is its last page, 2.")).to_be_visible()
        expect(page).to_have_url(f"{memory_server.address}/?q=sleep&page=2")
        expect(page.locator(".rank").first).to_have_text("21")
        page.locator("[id='On-a-page-50']").click()
        expect(page).to_have_url(f"{memory_server.address}/?q=sleep&per=50")
        expect(page.locator("article.hit")).to_have_count(len(ARTICLES))
        everything = page.get_by_label("Collect all on this page")
        page.locator("input[data-pmid]").first.check()
        assert everything.evaluate("box => box.indeterminate")
        everything.check()
        expect(page.locator("#collection-link")).to_have_text(f"Collection ({len(ARTICLES)})")
        everything.uncheck()
        expect(page.locator("#collection-link")).to_have_text("Collection")


def test_headings_over_the_years_lead_to_their_articles(memory_server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{memory_server.address}/?q=sleep+bone&view=overview") as page:
        table = page.get_by_role("table", name="MeSH headings by year")
        expect(table.get_by_role("columnheader")).to_have_text(["MeSH heading", "2019", "2020"])
        expect(table.get_by_role("row").nth(1)).to_have_text("Bone Density30")
        table.get_by_role("link", name="Bone Density, 2019: 30").click()
        expect(page.locator(".chip")).to_have_count(2)
        expect(page.locator(".tally")).to_have_text(tally_of("30"))


def test_the_map_of_topics_names_its_groups_says_titles_on_hover_and_filters_by_a_click(
    memory_server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{memory_server.address}/?q=bone&view=overview") as page:
        dots, legend = page.locator(".map a.dot"), page.get_by_role("region", name="Topics").get_by_role("listitem")
        expect(dots).to_have_count(len(ARTICLES))
        titles = {article.title for article in ARTICLES if article.title != NASTY}  # the sanitiser drops that one
        assert titles == {*dots.evaluate_all("all => all.map(dot => dot.title)")} - {""}
        sizes = [int(row.locator("span").inner_text()) for row in legend.all()]
        assert sum(sizes) == len(ARTICLES)
        assert page.locator(".map .name .wide").all_inner_texts() == [
            row.locator("a").inner_text().partition(",")[0] for row in legend.all()
        ]
        follow_topic(page, legend.first.get_by_role("link").get_attribute("id"), sizes[0])
        page.go_back()
        expect(page.locator(".map .name").first).to_be_visible()
        page.locator(".map .name").first.click()
        expect(page.locator(".tally")).to_have_text(tally_of(str(sizes[0])))
        page.go_back()
        title = dots.first.get_attribute("title")
        dots.first.dispatch_event("click")
        expect(page.locator("header.record .title")).to_have_text(title or "")


def follow_topic(page: Page, name: str | None, articles: int) -> None:
    page.locator(f"#{name}").click()
    expect(page.locator(".tally")).to_have_text(tally_of(str(articles)))
    assert "only=" in page.url
    expect(page.locator(".chip")).to_have_count(1)
