"""Real headless Chromium for the page's tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
# No sandbox: tests also run as root in containers. The rest keeps the browser itself from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM} (Debian package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, address: str, **context: object) -> Iterator[Page]:
    """Open an address in a fresh profile; at the end, the page must have asked nobody else for anything."""
    profile = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
    page = profile.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    yield page
    profile.close()
    home = address.split("/")[2]
    assert [url for url in asked if not url.startswith((f"http://{home}/", f"ws://{home}/", "data:", "blob:"))] == []
