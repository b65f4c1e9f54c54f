"""Searching, filtering and looking, in a real browser, over a library made up for it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.support.browser import chromium, visit
from tests.ui.support.fake_searcher import NASTY
from tests.ui.support.server_process import Served, served_fakes

BOX = "Search PubMed by a question or a few words"
SEEN = """
window.seen = [];
new MutationObserver(() => {
  const state = document.querySelector("article.hit") ? "hits" : document.querySelector(".skeleton") ? "skeleton" : "";
  if (state && window.seen.at(-1) !== state) window.seen.push(state);
}).observe(document, {childList: true, subtree: true});
"""
"""Notes in which order skeletons and hits come."""


@pytest.fixture(scope="module")
def hold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """While this file exists, the library does not open."""
    return tmp_path_factory.mktemp("hold") / "hold"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, hold: Path) -> Iterator[Served]:
    with served_fakes(tmp_path_factory.mktemp("page"), hold) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


def expect_tally(page: Page, text: str) -> None:
    expect(page.locator(".tally")).to_contain_text(text)


def choice(page: Page, name: str) -> object:
    return page.locator(".facet a").filter(has=page.get_by_text(name, exact=True))


def chips(page: Page) -> list[str]:
    return [re.sub(r"\s*✕$", "", text) for text in page.locator(".chip").all_inner_texts()]


def test_a_filter_goes_on_with_one_click_becomes_a_chip_and_goes_off_with_another(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=sleep&page=2") as page:
        choice(page, "Review").click()
        expect_tally(page, "9 articles match")
        assert page.url.endswith("/?q=sleep&type=Review")
        choice(page, "German").click()
        expect_tally(page, "4 articles match")
        assert chips(page) == ["Review", "Language German"]
        expect(choice(page, "Review").locator(".tick.on")).to_be_visible()
        page.get_by_role("link", name="Remove the filter: Review").click()
        expect_tally(page, "4 articles match")
        assert page.url.endswith("/?q=sleep&language=ger")
        choice(page, "German").click()
        expect_tally(page, "48 articles ranked")
        expect(page.locator(".chip")).to_have_count(0)


def test_clear_all_takes_off_every_filter_and_back_puts_them_on_again(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep&type=Review&years=2018-2020&abstract=1&sex=female") as page:
        expect(page.locator(".chip")).to_have_count(4)
        page.get_by_role("link", name="Clear all").click()
        expect_tally(page, "48 articles ranked")
        assert page.url.endswith("/?q=sleep")
        page.go_back()
        expect(page.locator(".chip")).to_have_count(4)


def test_the_focus_stays_on_the_filter_that_was_followed_by_keyboard_and_more_stays_unfolded(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        more = page.locator("#more-mesh")
        folded = more.locator("a").first
        more.locator("summary").press("Enter")
        name = folded.get_attribute("id")
        folded.press("Enter")
        expect_tally(page, "match")
        expect(page.locator(f"[id='{name}']")).to_be_focused()
        expect(more.locator("a").last).to_be_visible()


def test_one_click_on_the_chart_is_a_year_and_a_drag_is_a_range(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        bars = page.locator(".years a")
        expect(bars).to_have_count(4)
        bars.nth(2).click()
        expect_tally(page, "11 articles match")
        assert page.url.endswith("/?q=sleep&years=2020-2020")
        expect(bars.locator("i.in")).to_have_count(1)
        first, last = (bars.nth(number).bounding_box() for number in (2, 0))
        page.mouse.move(first["x"] + 5, first["y"] + 20)
        page.mouse.down()
        page.mouse.move(last["x"] + 5, last["y"] + 20, steps=5)
        expect(page.locator(".years a.dragged")).to_have_count(3)
        page.mouse.up()
        expect_tally(page, "34 articles match")
        assert page.url.endswith("/?q=sleep&years=2018-2020")
        assert chips(page) == ["Published 2018-2020"]


def test_how_the_query_was_read_is_one_line_that_opens_into_its_parts_with_counts(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=sleep+AND+memory") as page:
        line = page.locator(".reading summary")
        expect(line).to_contain_text("Read as sleep AND memory")
        parts = page.locator(".reading .demands li")
        expect(parts.first).to_be_hidden()
        line.click()
        expect(parts).to_have_count(3)
        expect(parts.last).to_have_text("memory in any field 40 articles")


def test_untagged_words_are_mapped_or_searched_as_typed_and_the_address_keeps_which(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=sleep+AND+memory&type=Review") as page:
        page.get_by_text("Search details").click()
        expect(page.locator(".search-details li")).to_have_text(
            ["sleep in any field 40 articles", "memory in any field 40 articles"]
        )
        page.get_by_role("link", name="Search untagged words as typed").click()
        expect(page.locator(".search-details")).to_contain_text("Untagged words were searched as typed.")
        assert page.url.endswith("/?q=sleep+AND+memory&type=Review&mapping=off")
        page.get_by_text("Search details").click()
        page.get_by_role("link", name="Map untagged words as PubMed maps them").click()
        expect(page.locator(".search-details li")).to_have_count(2)
        assert page.url.endswith("/?q=sleep+AND+memory&type=Review")


def test_a_suggestion_is_followed_with_one_click(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=slepe+loss&type=Review") as page:
        expect(page.get_by_text("No article has 'slepe'.")).to_be_visible()
        page.get_by_role("link", name="Search for: sleep loss").click()
        expect(page.locator(".reading summary")).to_contain_text("Read as sleep loss")
        expect(page.get_by_label(BOX)).to_have_value("sleep loss")
        assert page.url.endswith("/?q=sleep+loss&type=Review")


def test_orders_are_links_and_newest_comes_first(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        page.get_by_role("list", name="Order").get_by_role("link", name="Newest").click()
        expect(page.locator("article.hit .title").first).to_have_text("Sleep and memory in cohort 48")
        expect(page.get_by_role("list", name="Order").locator("[aria-current]")).to_have_text("Newest")
        assert page.url.endswith("/?q=sleep&sort=newest")


def test_the_next_page_begins_at_its_top_and_back_returns_to_where_the_list_was_left(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        top = "document.querySelector('[data-testid=stMain]').scrollTop"
        page.get_by_role("link", name="Next").click()
        expect(page.locator(".rank").first).to_have_text("21")
        expect(page.locator(".rank").first).to_be_in_viewport()
        page.get_by_text("Sleep and memory in cohort 35", exact=True).scroll_into_view_if_needed()
        position = page.evaluate(top)
        page.get_by_text("Sleep and memory in cohort 35", exact=True).click()
        expect(page.locator(".record")).to_be_visible()
        assert page.evaluate(top) == 0
        page.go_back()
        page.wait_for_function(f"Math.abs({top} - {position}) < 3")
        expect(page.get_by_text("Sleep and memory in cohort 35", exact=True)).to_be_in_viewport()


def test_the_overview_shows_years_headings_journals_and_authors_and_each_bar_filters(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        page.get_by_role("list", name="View").get_by_role("link", name="Overview").click()
        charts = page.locator(".chart h3")
        expect(charts).to_have_text(["By year", "MeSH headings", "Journals", "Authors", "MeSH headings by year"])
        expect(page.locator("article.hit")).to_have_count(0)
        expect(page.locator(".rows").first.locator("a")).to_have_count(9)  # check tags are not subjects
        page.locator(".rows").get_by_role("link", name="Memory, 27 articles: filter by it").click()
        expect_tally(page, "27 articles match")
        expect(charts.first).to_be_visible()
        assert page.url.endswith("/?q=sleep&mesh=Memory&view=overview")
        page.get_by_role("list", name="View").get_by_role("link", name="List").click()
        expect(page.locator("article.hit")).to_have_count(20)


def test_no_article_matches_says_which_filter_is_the_reason_and_the_way_back_is_a_click(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=sleep&type=Review&sex=female&years=2018-2020") as page:
        expect(page.get_by_role("heading", name="No article matches")).to_be_visible()
        expect(page.get_by_text("Without the filter ‘Review’ there would be 7 articles.")).to_be_visible()
        page.locator("#without-types").click()
        expect_tally(page, "7 articles match")


def test_skeletons_keep_the_places_of_a_first_list_and_its_filters(
    server: Served, browser: BrowserContext, hold: Path
) -> None:
    hold.touch()
    with visit(browser, f"{server.address}/?q=sleep") as page:
        expect(page.locator(".skeleton .hit").first).to_be_visible()
        expect(page.locator(".skeleton .facet").first).to_be_visible()
        box = page.get_by_label(BOX).bounding_box()
        hold.unlink()
        expect_tally(page, "48 articles")
        expect(page.locator(".facet .tick").first).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        assert page.get_by_label(BOX).bounding_box() == box


def test_a_click_shows_skeletons_before_the_search_has_ended(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=slow") as page:
        expect_tally(page, "48 articles ranked")
        page.locator("#library-link").click()
        expect(page.get_by_text("Bringing it up to date")).to_be_visible()
        page.evaluate(SEEN)
        page.locator("#search-link").click()
        expect_tally(page, "48 articles ranked")
        expect(page.locator("article.hit").first).to_be_visible()
        assert page.evaluate("window.seen") == ["skeleton", "hits"]


def test_a_list_that_is_being_replaced_turns_into_grey_lines_of_its_own_size(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        evidence = page.locator("article.hit .evidence").first
        box = evidence.bounding_box()
        page.get_by_label(BOX).fill("slow")
        page.keyboard.press("Enter")
        expect(evidence).to_have_css("color", "rgba(0, 0, 0, 0)")
        assert evidence.bounding_box() == box
        expect(page.locator(".reading summary")).to_contain_text("Read as slow")
        expect(evidence).not_to_have_css("color", "rgba(0, 0, 0, 0)")


@pytest.mark.fault("O1")
def test_nasty_values_are_text_in_the_filters_too_and_filter_exactly(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        page.locator(".facet a").filter(has_text="window.hacked").first.click()
        expect_tally(page, "1 article match")
        assert chips(page) == [NASTY.replace("  ", " ")]
        assert page.evaluate("window.hacked") is None
        assert page.locator(".facet img, .facet script, .chips img, .chips script").count() == 0


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    "query",
    ["q=sleep&page=-1&years=NaN&sort=x&view=y&type=", "q=sleep&q=memory&page=1e9&age=x&dates=2021:2019&foo=bar"],
)
def test_addresses_that_make_no_sense_show_the_list(server: Served, browser: BrowserContext, query: str) -> None:
    with visit(browser, f"{server.address}/?{query}") as page:
        expect_tally(page, "48 articles ranked")
        expect(page.locator(".chip")).to_have_count(0)


@pytest.mark.fault("Q6")
def test_half_a_megabyte_of_address_shows_the_list(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        expect_tally(page, "48 articles ranked")
        page.evaluate("history.pushState({}, '', '/?q=memory&type=' + 'x'.repeat(512000))")
        page.evaluate("dispatchEvent(new PopStateEvent('popstate'))")
        expect(page.locator(".reading summary")).to_contain_text("Read as memory")


@pytest.mark.fault("Q1")
def test_a_question_of_a_hundred_kilobytes_can_be_filtered(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        expect_tally(page, "48 articles ranked")
        page.get_by_label(BOX).fill("sleep " * 17_000)
        page.keyboard.press("Enter")
        expect(page.locator(".reading summary")).to_contain_text("Read as sleep sleep", timeout=20_000)
        choice(page, "Review").click()
        expect_tally(page, "9 articles match")
        page.get_by_role("list", name="Order").get_by_role("link", name="Newest").click()
        expect(page.locator(".rank").first).to_be_visible()
        assert page.evaluate("new URL(location).searchParams.get('q').length") == 17_000 * 6


@pytest.mark.fault("S2")
def test_the_server_reached_out_to_nobody(server: Served) -> None:
    assert server.outbound() == []
