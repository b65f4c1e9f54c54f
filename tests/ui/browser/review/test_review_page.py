"""The review page in a real browser: a strategy tested, a file compared, a search screened."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from index.library.layout import Library
from tests.ui.support.browser import chromium, visit
from tests.ui.support.server_process import Served


@pytest.fixture(scope="module")
def server(memory_server: Served) -> Served:
    return memory_server


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


def assert_usable(page: Page) -> None:
    violations = Axe().run(page).response["violations"]
    assert [each["id"] for each in violations if each["impact"] in {"serious", "critical"}] == []


def begin(page: Page, server: Served, question: str) -> None:
    page.goto(f"{server.address}/?q={question}")
    expect(page.locator(".takeaway").last).to_be_visible()
    page.locator("#review-link").click()
    page.get_by_role("button", name="Begin to screen").click()
    expect(page.locator(".tally")).to_contain_text("Article 1 of")
    expect(page.locator(".screened .title")).to_be_visible()  # it comes after the buttons that have keys


def press(page: Page, key: str) -> str:
    """Press a key and return the title of the article that was decided on, when the next one is there."""
    title = page.locator(".screened .title")
    before = title.inner_text()
    page.keyboard.press(key)
    expect(title).not_to_have_text(before)
    return before


def test_a_strategy_is_tested_and_each_missing_article_says_why(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/review?do=recall") as page:
        page.get_by_label("Strategy").fill("sleep[ti]\nNOT rats[ti]")
        page.get_by_label("PMIDs of articles that it must find").fill("900000001 900000002\nPMID: 900000003\n900000098")
        page.get_by_role("button", name="Test the strategy").click()
        expect(page.get_by_role("heading", name="1 of 4 known articles found (25 %)")).to_be_visible()
        body = page.locator("[data-testid=stMainBlockContainer]")
        expect(body).to_contain_text("It has what NOT excludes: rats in title")
        expect(body).to_contain_text("It does not have: sleep in title")
        expect(body).to_contain_text("This library does not hold it.")
        expect(page.get_by_label("Strategy")).to_have_value("sleep[ti]\nNOT rats[ti]")
        address = page.url
        page.get_by_role("link", name="Memory of older people").click()
        expect(page.get_by_role("heading", name="Memory of older people")).to_be_visible()
        page.goto(address)
        expect(page.get_by_role("heading", name="1 of 4 known articles found (25 %)")).to_be_visible()
        assert_usable(page)


def test_what_cannot_be_tested_says_what_to_give(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/review?do=recall") as page:
        page.get_by_label("Strategy").fill("sleep[ti]")
        page.get_by_role("button", name="Test the strategy").click()
        expect(page.get_by_text("No known article is given.")).to_be_visible()
        page.get_by_label("PMIDs of articles that it must find").fill("nothing of use")
        page.get_by_role("button", name="Test the strategy").click()
        expect(page.get_by_text("What was typed holds no PMID")).to_be_visible()


def test_a_file_is_compared_and_the_rest_downloaded(server: Served, browser: BrowserContext, tmp_path: Path) -> None:
    new = "TY  - JOUR\nTI  - <b>Naps</b> of nobody\nER  -\n"
    path = tmp_path / "refs.ris"
    path.write_text(f"TY  - JOUR\nDO  - 10.5555/SAMPLE.1\nER  -\n\n{new}\n")
    with visit(browser, f"{server.address}/review?do=compare") as page:
        page.locator("input[type=file]").set_input_files(path)
        expect(page.get_by_role("heading", name="2 records (RIS): 1 in the library")).to_be_visible()
        expect(page.get_by_text("<b>Naps</b> of nobody")).to_be_visible()
        assert_usable(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download those that are new or to check").click()
        assert download.value.path().read_text() == new
        page.get_by_role("link", name="PMID 900000001").click()
        expect(page.get_by_role("heading", name="Sleep and memory in adolescents")).to_be_visible()


def test_articles_are_screened_with_keys_by_abstract_and_full_text(
    server: Served, browser: BrowserContext, memory_folder: Path
) -> None:
    with visit(browser, server.address) as page:
        begin(page, server, "bone[ti]")
        assert_usable(page)
        page.locator(".tally").click()
        press(page, "i")
        excluded = press(page, "e")
        press(page, "m")
        expect(page.locator(".stages li").first).to_contain_text("1 included 1 excluded 1 maybe 27 undecided")
        page.locator("#abst-exclude").click()
        page.locator(".linked").get_by_role("link", name=excluded).click()
        expect(page.locator(".tally")).to_contain_text("decided")
        page.get_by_label("Reason for excluding").press_sequentially("Animals only, in mice")  # no key decides
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Exclude").click()
        expect(page.locator(".tally")).not_to_contain_text("decided")
        page.locator("#abst-exclude").click()
        expect(page.locator(".linked")).to_contain_text("1 Animals only, in mice")
        page.locator("#stage-full").click()
        expect(page.locator(".tally")).to_contain_text("Article 1 of 2")
        page.locator(".tally").click()
        press(page, "i")
        expect(page.get_by_text("The 1 included:")).to_be_visible()
        with page.expect_download() as diagram:
            page.get_by_role("link", name="PRISMA 2020 flow diagram (SVG)").click()
        assert "Studies included in review (n = 1)" in diagram.value.path().read_text()
        with page.expect_download() as table:
            page.get_by_role("link", name="Decisions (CSV)").click()
        assert "Animals only" in table.value.path().read_text()
        with page.expect_download() as included:
            page.get_by_role("link", name="RIS, the included articles").click()
        assert included.value.path().read_text().count("TY  - ") == 1
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth <= main.clientWidth")
    (decisions,) = Library(memory_folder).screenings.glob("*.jsonl")
    choices = [json.loads(line)["choice"] for line in decisions.read_text().splitlines()]
    assert choices == ["include", "exclude", "maybe", "exclude", "include"]


def test_the_decision_just_made_is_taken_back_from_the_next_article_and_said(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, server.address) as page:
        begin(page, server, "calcium")
        tally, title = page.locator(".tally"), page.locator(".screened .title")
        tally.click()
        first = press(page, "i")
        second = press(page, "m")
        press(page, "u")
        expect(title).to_have_text(second)
        expect(tally).to_contain_text("Article 2 of")
        expect(tally).to_contain_text("taken back: it was maybe")
        press(page, "u")
        expect(title).to_have_text(first)
        expect(tally).to_contain_text("Article 1 of")
        expect(tally).to_contain_text("taken back: it was included")
        expect(page.locator(".stages li").first).to_contain_text("0 included 0 excluded 0 maybe")
        expect(page.get_by_role("button", name="Take back")).to_have_count(0)


def test_the_last_decision_of_all_is_taken_back(server: Served, browser: BrowserContext) -> None:
    with visit(browser, server.address) as page:
        begin(page, server, "rats[ti]")
        page.locator(".tally").click()
        page.keyboard.press("i")
        expect(page.get_by_text("Every title and abstract is decided")).to_be_visible()
        page.keyboard.press("u")
        expect(page.locator(".tally")).to_contain_text("Article 1 of 1 · taken back: it was included")


def test_after_a_reason_is_chosen_the_keys_decide(server: Served, browser: BrowserContext) -> None:
    with visit(browser, server.address) as page:
        begin(page, server, "density[ti]")
        box, tally = page.get_by_label("Reason for excluding"), page.locator(".tally")
        box.press_sequentially("Wrong outc")
        for name in ("Add: Wrong outc", "Wrong outcome"):  # an arrow moves from what the list has marked by then
            option = page.get_by_role("option", name=name)
            expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "")
            page.keyboard.press("ArrowDown" if name.startswith("Add") else "Enter")
        expect(box).to_have_value("Wrong outcome")
        expect(page.get_by_role("button", name="Exclude")).to_be_focused()
        press(page, "e")
        press(page, "u")
        expect(tally).to_contain_text("taken back: it was excluded, Wrong outcome")
        box.click()
        page.get_by_role("option", name="Duplicate report").click()
        expect(page.get_by_role("button", name="Exclude")).to_be_focused()
        press(page, "e")
        press(page, "u")
        expect(tally).to_contain_text("taken back: it was excluded, Duplicate report")


def test_the_list_of_keys_has_those_that_decide_and_nothing_is_decided_under_it(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, server.address) as page:
        begin(page, server, "cohort[ti]")
        page.locator(".tally").click()
        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Keys")
        for line in ("I Include", "E Exclude", "M Maybe", "j Next article", "k Previous article"):
            expect(keys.locator("dl")).to_contain_text(re.compile(line.replace(" ", r"\s*")))
        expect(keys).not_to_contain_text("exports")
        expect(keys).not_to_contain_text("Take back")  # there is nothing yet
        page.keyboard.press("i")
        page.keyboard.press("j")
        page.keyboard.press("?")
        expect(keys).to_have_count(0)
        expect(page.locator(".tally")).to_contain_text("Article 1 of")
        press(page, "j")
        expect(page.locator(".tally")).to_contain_text("Article 2 of")
        press(page, "k")
        expect(page.locator(".tally")).to_contain_text("Article 1 of")
        press(page, "m")
        page.keyboard.press("?")
        expect(keys).to_contain_text("Take back")
        page.keyboard.press("?")
        expect(page.locator(".stages li").first).to_contain_text("0 included 0 excluded 1 maybe")


@pytest.mark.fault("B19")
def test_two_tabs_that_screen_at_once_keep_both_decisions_and_each_sees_them(
    server: Served, browser: BrowserContext
) -> None:
    with visit(browser, server.address) as first:
        begin(first, server, "sleep[ti]")
        with visit(browser, first.url) as second:
            expect(second.locator(".tally")).to_contain_text("Article 1 of")
            second.get_by_role("link", name="Next").click()
            expect(second.locator(".tally")).to_contain_text("Article 2 of")
            for page, key in ((second, "Exclude"), (first, "Include")):
                title = page.locator(".screened .title")
                before = title.inner_text()
                page.get_by_role("button", name=key).click()
                expect(title).not_to_have_text(before)
            for page in (first, second):
                page.reload()
                expect(page.locator(".stages li").first).to_contain_text("1 included 1 excluded 0 maybe")
            expect(first.locator(".tally")).to_contain_text("Article 3 of")
