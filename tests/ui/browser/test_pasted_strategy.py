"""A strategy pasted into the box, and a refused query mended by a click, in a real browser."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.support.browser import chromium, visit
from tests.ui.support.server_process import Served, served_fakes

PASTE = """
(box, text) => {
  box.focus();
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  box.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_fakes(tmp_path_factory.mktemp("page"), tmp_path_factory.mktemp("hold") / "hold") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


def question(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["q"][0]


def test_the_lines_of_a_pasted_strategy_reach_the_search_as_lines(server: Served, browser: BrowserContext) -> None:
    with visit(browser, server.address) as page:
        expect(page.locator(".lead")).to_be_visible()
        page.locator(".st-key-q input").evaluate(PASTE, "#1 sleep[ti]\r\n#2 memory[ti]\n\n#3 #1 AND #2\n")
        page.keyboard.press("Enter")
        expect(page.locator(".tally")).to_be_visible()
        assert question(page) == "#1 sleep[ti]\n#2 memory[ti]\n#3 #1 AND #2"
        expect(page.locator(".st-key-q input")).to_have_value("#1 sleep[ti] ↵ #2 memory[ti] ↵ #3 #1 AND #2")


def test_what_can_be_searched_instead_is_one_click_away(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=(refused") as page:
        page.get_by_role("link", name="Close the bracket & go").click()
        expect(page.locator(".tally")).to_be_visible()
        assert question(page) == "(refused)\n#2 <b>"
