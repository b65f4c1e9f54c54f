"""Fifty people at once: each sees the answers to their own questions, and nobody an error."""

import pytest
from playwright.sync_api import Page, expect

from tests.ui.support.browser import chromium, visit
from tests.ui.support.server_process import Served

PEOPLE = 50
PATIENCE_MS = 120_000
"""Two cores draw fifty pages; one of them may have to wait."""


def expect_answer(page: Page, number: int) -> None:
    """Check that a page shows the answer to its own question, and nothing of the others'."""
    expect(page.locator("article.hit .title").first).to_have_text(
        f"Bone density, cohort {number % 30}", timeout=PATIENCE_MS
    )
    expect(page.locator(".st-key-q input")).to_have_value(f"cohort {number % 30}, person {number}")
    expect(page.locator(".problem")).to_have_count(0)


@pytest.mark.fault("Q10")
@pytest.mark.long
def test_fifty_sessions_at_once_keep_apart_and_meet_no_error(memory_server: Served) -> None:
    with chromium() as browser:
        pages = [browser.new_page() for _ in range(PEOPLE)]
        for number, page in enumerate(pages):
            page.goto(f"{memory_server.address}/?q=cohort+{number % 30},+person+{number}", wait_until="commit")
        for number, page in enumerate(pages):
            expect_answer(page, number)
        # All of them ask again while the others' sessions are open.
        numbers = [(number + 7) % PEOPLE for number in range(PEOPLE)]
        for number, page in zip(numbers, pages, strict=True):
            page.locator(".st-key-q input").fill(f"cohort {number % 30}, person {number}")
            page.keyboard.press("Enter")
        for number, page in zip(numbers, pages, strict=True):
            expect_answer(page, number)
        with visit(browser, memory_server.address) as newcomer:
            expect(newcomer.locator(".st-key-q input")).to_have_value("", timeout=PATIENCE_MS)
    assert memory_server.outbound() == []
    assert "Traceback" not in memory_server.log.read_text()
