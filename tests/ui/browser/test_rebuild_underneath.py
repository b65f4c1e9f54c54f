"""What a reader sees of a rebuild underneath: the next search knows it, and what is shown stays as it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.paths import ROOT
from tests.ui.support.browser import chromium, visit
from tests.ui.support.memory_library import publish
from tests.ui.support.server_process import Served, free_port, served

BOX = "Search PubMed by a question or a few words"
NEW = "Sleep of shift workers"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def server(tmp_path: Path, folder: Path) -> Iterator[Served]:
    port = free_port()
    program = [str(ROOT / "tests" / "ui" / "support" / "serve_memory_app.py"), str(port)]
    with served(program, tmp_path, port, environment={"PUBMED_LIBRARY": str(folder)}) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


def test_a_rebuild_underneath_is_searched_next_and_leaves_what_is_shown_valid(
    server: Served, browser: BrowserContext, folder: Path
) -> None:
    with visit(browser, f"{server.address}/?q=sleep%5Bti%5D") as page:
        footer, titles = page.locator("footer.facts"), page.locator("article.hit .title")
        expect(footer).to_contain_text("build first")
        old_titles = titles.all_inner_texts()
        assert NEW not in old_titles
        publish(folder, "second")
        titles.first.get_by_role("link").click()  # an address that the old build gave
        expect(page.locator("header.record .title")).to_have_text(old_titles[0])
        page.go_back()
        expect(footer).to_contain_text("build second")
        expect(titles).to_have_count(len(old_titles) + 1)
        assert {*titles.all_inner_texts()} == {*old_titles, NEW}
        page.get_by_label(BOX).fill("naps of shift workers")
        page.keyboard.press("Enter")
        expect(titles.first).to_have_text(NEW)
