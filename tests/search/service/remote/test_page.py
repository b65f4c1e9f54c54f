"""The page over a service on another machine: the library's folder here is empty."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from index.library.layout import Library
from search.service.guard import Access
from search.service.served_library import ServedLibrary
from tests.search.service.service_library import listening
from tests.ui.support.browser import chromium, visit
from tests.ui.support.server_process import Served, free_port, served

PATIENCE_MS = 60_000
"""The first answer waits for the model to load, on a machine that may be busy."""
QUESTION = "do pupils who clean their hands miss fewer days of school?"


@pytest.fixture(scope="module")
def page_server(small_library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    port, folder = free_port(), tmp_path_factory.mktemp("remote")
    program = ["pubmed-ui", "--library", str(folder / "here"), "--port", str(port), "--no-browser"]
    with (
        ServedLibrary.open(small_library.path) as library,
        listening(library, access=Access("a-secret")) as url,
        served(program, folder, port, environment={"PUBMED_SERVER": url, "PUBMED_SERVE_TOKEN": "a-secret"}) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


def test_a_question_is_answered_with_facets_and_the_sentence(page_server: Served, browser: BrowserContext) -> None:
    with visit(browser, page_server.address) as page:
        expect(page.locator("footer.facts")).to_contain_text("48 PubMed articles", timeout=PATIENCE_MS)
        expect(page.get_by_role("searchbox")).to_be_focused()
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        first = page.locator("article.hit").first
        expect(first.locator(".title")).to_have_text(
            "Hand washing in primary schools and absence from respiratory illness", timeout=PATIENCE_MS
        )
        expect(first.locator("strong").first).to_be_visible()
        expect(page.locator("footer.facts")).to_contain_text("What you type goes to http://127.0.0.1")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/?q=sleep%5Bti%5D+AND+%28", "This cannot be searched"),
        ("/library", "http://127.0.0.1"),
        ("/?q=sleep&view=sentences", "Short sleep impaired recall"),
    ],
)
def test_pages_and_refusals_are_those_of_a_library_here(
    page_server: Served, browser: BrowserContext, address: str, shown: str
) -> None:
    with visit(browser, f"{page_server.address}{address}") as page:
        expect(page.locator("body")).to_contain_text(shown, timeout=PATIENCE_MS)
        expect(page.locator("body")).not_to_contain_text("unexpected error")


def test_a_list_is_downloaded_and_nothing_is_written_in_the_library(
    page_server: Served, browser: BrowserContext, small_library: Library
) -> None:
    with visit(browser, f"{page_server.address}/?q=sleep") as page:
        expect(page.locator("article.hit").first).to_be_visible(timeout=PATIENCE_MS)
        answer = page.request.get(f"{page_server.address}/download?as=ris&q=sleep")
        assert answer.text().startswith("TY  - ")
    assert page_server.outbound() == []
    assert not (small_library.path / "user").exists()
