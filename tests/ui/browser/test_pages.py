"""The page in a real browser, over a library made up for it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.support.browser import chromium, visit
from tests.ui.support.fake_searcher import NASTY
from tests.ui.support.server_process import Served, served_fakes

BOX = "Search PubMed by a question or a few words"
WIDTHS = (1280, 400, 320)


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


def expect_reading(page: Page, text: str) -> None:
    expect(page.locator(".reading summary")).to_contain_text(f"Read as {text}")


def ask(page: Page, question: str) -> None:
    page.get_by_label(BOX).fill(question)
    page.keyboard.press("Enter")
    expect_reading(page, question)


def test_the_cursor_waits_in_the_search_box(server: Served, browser: BrowserContext) -> None:
    with visit(browser, server.address) as page:
        expect(page.get_by_label(BOX)).to_be_focused()
        page.keyboard.type("sleep")
        page.keyboard.press("Enter")
        expect_reading(page, "sleep; by meaning and words")
        expect(page.get_by_label(BOX)).to_be_focused()


def test_while_the_library_opens_the_box_is_there_and_the_page_says_what_it_waits_for(
    server: Served, browser: BrowserContext, hold: Path
) -> None:
    hold.touch()
    with visit(browser, server.address) as page:
        expect(page.get_by_text("Opening the library")).to_be_visible()
        expect(page.get_by_text("Stop", exact=True)).to_be_hidden()
        page.get_by_label(BOX).fill("sleep")
        box = page.get_by_label(BOX).bounding_box()
        hold.unlink()
        expect(page.get_by_text("Search 48 PubMed articles")).to_be_visible()
        assert page.get_by_label(BOX).bounding_box() == box, "nothing jumps when the library has opened"
        expect(page.get_by_label(BOX)).to_have_value("sleep")


def test_back_forward_and_reload_bring_back_question_page_and_years(server: Served, browser: BrowserContext) -> None:
    with visit(browser, server.address) as page:
        ask(page, "sleep")
        page.get_by_role("link", name="Page 2").click()
        expect(page.locator(".rank").first).to_have_text("21")
        page.get_by_role("slider").first.press("ArrowRight")
        expect_tally(page, "36 articles match")
        assert page.url.endswith("/?q=sleep&years=2019-2021")
        page.reload()
        expect_tally(page, "36 articles match")
        page.go_back()
        expect(page.locator(".rank").first).to_have_text("21")
        expect_tally(page, "48 articles ranked")
        page.go_back()
        expect(page.locator(".rank").first).to_have_text("1")
        page.go_back()
        expect(page.get_by_text("Ask as you would ask a colleague:")).to_be_visible()
        expect(page.get_by_label(BOX)).to_have_value("")
        page.go_forward()
        expect_reading(page, "sleep")


@pytest.mark.fault("O1")
def test_nasty_records_are_shown_as_the_text_they_are(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        hit = page.locator("article.hit").first
        expect(hit.locator(".title")).to_have_text(NASTY)
        hit.get_by_text("Abstract", exact=True).click()
        expect(hit.locator("details p").first).to_have_text(NASTY)
        assert page.evaluate("window.hacked") is None
        assert hit.locator("img, script, code, .katex, iframe").count() == 0
        links = hit.locator("a").evaluate_all("links => links.map(link => link.protocol)")
        assert set(links) == {"http:", "https:"}
        assert set(hit.locator("a[href^='http:']").all()) == set()


@pytest.mark.fault("O1")
def test_a_nasty_question_is_shown_as_the_text_it_is(server: Served, browser: BrowserContext) -> None:
    with visit(browser, server.address) as page:
        ask(page, NASTY)
        assert page.evaluate("window.hacked") is None
        expect(page.get_by_label(BOX)).to_have_value(NASTY)


def test_the_abstract_opens_in_place_and_by_keyboard(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        second = page.locator("article.hit").nth(1)
        text = second.get_by_text("Cohort 2 was recruited in schools.")
        expect(text).to_be_hidden()
        second.get_by_text("Abstract", exact=True).press("Enter")
        expect(text).to_be_visible()
        expect(second.locator("h4")).to_have_text(["BACKGROUND", "RESULTS"])


def test_a_retraction_is_said_in_red_and_in_the_word(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        word = page.locator("article.hit").nth(1).get_by_text("RETRACTED", exact=True)
        expect(word).to_be_visible()
        expect(word).to_have_css("color", "rgb(168, 32, 26)")


def test_links_open_beside_the_page_without_handing_it_over(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        pmid = page.get_by_role("link", name="PMID 900000002 at PubMed")
        expect(pmid).to_have_attribute("href", "https://pubmed.ncbi.nlm.nih.gov/900000002/")
        expect(pmid).to_have_attribute("target", "_blank")
        expect(pmid).to_have_attribute("rel", "noopener noreferrer")


def test_the_title_opens_the_article_without_a_reload_and_back_returns_to_the_list(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=sleep&years=2019-2021&page=2") as page:
        page.evaluate("window.stayed = true")
        title = page.locator("article.hit .title a").nth(1)
        name = title.inner_text()
        title.click()
        expect(page.locator(".record .title")).to_have_text(name)
        assert re.fullmatch(r".*/article\?pmid=9000000\d\d", page.url)
        assert page.evaluate("window.stayed") is True
        page.get_by_role("link", name="Back to the results").click()
        expect(page.locator(".rank").first).to_have_text("21")
        page.go_back()
        expect(page.locator(".record .title")).to_have_text(name)
        page.reload()
        expect(page.locator(".record .title")).to_have_text(name)
        page.go_back()
        expect_tally(page, "36 articles match")
        expect(page.locator(".rank").first).to_have_text("21")


def test_the_pages_are_reached_from_the_header_and_search_leads_back_to_the_last_question(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=sleep&type=Journal+Article&sort=newest") as page:
        expect_reading(page, "sleep")
        pages = page.get_by_role("navigation", name="Pages")
        pages.get_by_role("link", name="Collection").click()
        expect(page.get_by_text("Nothing collected yet")).to_be_visible()
        pages.get_by_role("link", name="Library").click()
        expect(page.get_by_role("heading", name="Library", exact=True)).to_be_visible()
        expect(pages.locator("[aria-current=page]")).to_have_text("Library")
        expect(page.get_by_text("Bringing it up to date")).to_be_visible()
        pages.get_by_role("link", name="Search").click()
        expect_reading(page, "sleep")
        assert page.url.endswith("/?q=sleep&type=Journal+Article&sort=newest")


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    "query", ["", "?pmid=1", "?pmid=-1", "?pmid=x", "?pmid=99999999999999999999", "?pmid=1&pmid=2"]
)
def test_an_article_that_cannot_be_is_said_not_to_be_there(server: Served, browser: BrowserContext, query: str) -> None:
    with visit(browser, f"{server.address}/article{query}") as page:
        expect(page.get_by_role("status").get_by_role("heading")).to_contain_text("o")
        expect(page.locator(".record")).to_have_count(0)
        expect(page.locator("footer.facts")).to_be_visible()


def test_an_unforeseen_error_shows_a_sentence_and_nothing_of_its_inside(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{server.address}/?q=failure") as page:
        expect(page.get_by_text("Something went wrong on this page")).to_be_visible()
        html = page.content()
        assert "secret detail" not in html
        assert "Traceback" not in html
        ask(page, "sleep")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground_by_four_and_a_half_to_one(
    server: Served, browser: BrowserContext, scheme: str
) -> None:
    with visit(browser, f"{server.address}/?q=sleep&years=2019-2020", scheme=scheme) as page:
        expect_tally(page, "articles")
        ground = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
        parts = (".title a", ".source", ".evidence", ".section", ".ids", ".ids a", "summary", ".rank")
        colours = {part: colour(page, f"article.hit {part}") for part in parts}
        colours |= {
            part: colour(page, part)
            for part in (".tally", ".facts", ".brand a", ".chip a", ".switch a", ".facet .value")
        }
        assert {
            part: ratio for part, text_colour in colours.items() if (ratio := contrast(text_colour, ground)) < 4.5
        } == {}
        button = page.get_by_role("button", name="Search", exact=True)
        inside = button.evaluate("e => getComputedStyle(e).backgroundColor")
        assert contrast(button.evaluate("e => getComputedStyle(e).color"), inside) >= 4.5
        assert (luminance(ground) > 0.5) == (scheme == "light")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_runs_out_of_the_window(server: Served, browser: BrowserContext, width: int) -> None:
    with visit(browser, f"{server.address}/?q=sleep", width=width) as page:
        expect_tally(page, "articles")
        wide = page.locator("article.hit, .tally, .facts").evaluate_all(
            "all => all.filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.className)"
        )
        assert wide == []


def test_on_a_narrow_window_the_filters_fold_behind_one_button(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep", width=400) as page:
        expect_tally(page, "48 articles ranked")
        expect(page.locator(".years")).not_to_be_in_viewport()
        page.get_by_role("button", name="Expand sidebar").click()
        expect(page.locator(".years")).to_be_in_viewport()


@pytest.mark.fault("S2")
def test_the_server_reached_out_to_nobody_all_the_while(server: Served) -> None:
    assert server.outbound() == []


def colour(page: Page, part: str) -> str:
    return str(page.locator(part).first.evaluate("e => getComputedStyle(e).color"))


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1. Source: WCAG 2.2, "relative luminance"."""
    channels = [int(number) / 255 for number in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)
