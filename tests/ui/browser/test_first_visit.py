"""The first visit, and what is shown when something fails, in a real browser: plain words, and what to do next."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.ui.support.browser import chromium, visit
from tests.ui.support.server_process import Served, free_port, served

BOX = "Search PubMed by a question or a few words"


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`pubmed-ui` on a library that does not exist."""
    folder, port = tmp_path_factory.mktemp("nowhere"), free_port()
    program = ["pubmed-ui", "--library", str(folder / "none"), "--port", str(port), "--no-browser"]
    with served(program, folder, port) as server:
        yield server


def test_the_first_screen_says_what_is_here_and_its_examples_find_something(
    memory_server: Served, browser: BrowserContext
) -> None:
    with visit(browser, memory_server.address) as page:
        expect(page.get_by_role("heading", name="Search 35 PubMed articles, up to 2021-03-02")).to_be_visible()
        footer = page.locator("footer.facts")
        for text in ("35 PubMed articles", "newest record 2021-03-02", "Index: build ", "Model: fake-model"):
            expect(footer).to_contain_text(text)
        expect(footer).to_contain_text("Private and offline: what you type stays on this machine.")
        examples = page.locator(".examples a").all_inner_texts()
        assert examples
        for number, example in enumerate(examples):
            page.locator(".examples a").nth(number).click()
            expect(page.get_by_label(BOX)).to_have_value(example)
            expect(page.locator("article.hit").first).to_be_visible()
            page.go_back()


def test_a_question_that_cannot_be_read_is_shown_with_a_mark_below_the_place_and_can_be_mended(
    memory_server: Served, browser: BrowserContext
) -> None:
    with visit(browser, f"{memory_server.address}/?q=bone%5Bti%5D+AND+(") as page:
        refused = page.locator(".note-block")
        expect(refused.get_by_role("heading", name="This cannot be searched")).to_be_visible()
        expect(refused).to_contain_text("the query ends here. Write bees AND honey")
        question, mark = refused.locator("pre").inner_text().rstrip("\n").split("\n")
        assert question == "bone[ti] AND ("
        assert mark.index("^") == len(question)
        page.get_by_label(BOX).fill("bone[ti]")
        page.keyboard.press("Enter")
        expect(page.locator(".tally")).to_contain_text("30 articles match")
        expect(refused).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/?q=sleep", "/article?pmid=1", "/similar?pmids=1", "/collection", "/library"])
def test_a_library_that_is_not_there_names_the_command_on_every_page(
    nowhere: Served, browser: BrowserContext, path: str
) -> None:
    with visit(browser, nowhere.address + path) as page:
        problem = page.locator(".problem")
        expect(problem.get_by_role("heading", name="The library cannot be searched")).to_be_visible(timeout=30_000)
        expect(problem.locator("pre")).to_contain_text("rebuild-index")
        assert "Traceback" not in page.content()


def test_downloading_from_a_library_that_is_not_there_names_the_command(
    nowhere: Served, browser: BrowserContext
) -> None:
    answer = browser.request.get(f"{nowhere.address}/download?as=ris&q=bone")
    assert answer.status == 503
    assert "rebuild-index" in answer.text()


def test_no_error_reached_the_log(nowhere: Served) -> None:
    assert "Traceback" not in Path(nowhere.log).read_text()
    assert nowhere.outbound() == []
