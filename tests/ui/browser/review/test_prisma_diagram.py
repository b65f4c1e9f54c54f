"""The flow diagram as a browser draws it: every text inside its box."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from search.review.prisma_flow import PrismaFlow, flow_svg
from tests.ui.support.browser import chromium

OUTSIDE = """() => {
  const boxes = [...document.querySelectorAll('rect[x]')].map((box) => box.getBoundingClientRect());
  const inside = (text) => boxes.some((box) => box.left <= text.left && text.right <= box.right
    && box.top <= text.top && text.bottom <= box.bottom);
  return [...document.querySelectorAll('text:not(.title)')]
    .filter((text) => !text.textContent.startsWith('Not final') && !inside(text.getBoundingClientRect()))
    .map((text) => text.textContent);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize(
    "source",
    [
        "PubMed, local library demo, 2026-11-27",
        "W" * 90,
        "WIDE LETTERS MAKE MUCH WIDER LINES " * 4,
        "研究デザイン" * 20,
    ],
)
def test_every_text_of_the_diagram_is_inside_its_box(browser: BrowserContext, source: str) -> None:
    flow = PrismaFlow(
        identified=116,
        screened=1_234_567,
        excluded=1_234_567,
        sought=7,
        not_retrieved=1,
        assessed=5,
        reasons=((source, 116), ("Wrong population", 1)),
        included=1,
        waiting=("not screened yet (n = 1)",),
        source=source,
    )
    page = browser.new_page()
    page.set_content(flow_svg(flow))
    assert page.locator("text").count() > 10
    assert page.evaluate(OUTSIDE) == []
    page.close()
