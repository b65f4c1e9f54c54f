"""Real headless Chromium for the page's tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

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


PATIENCE_MS = 60_000
"""The page answers at once; on a machine that is busy with other tests the browser itself may be slow."""
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    """Start a browser with an empty profile; its pages share a cache, so that only the first one loads slowly."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM} (Debian package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser.new_context()
        browser.close()


@contextmanager
def visit(
    browser: BrowserContext, address: str, *, width: int = 1280, height: int = 900, scheme: str = "light"
) -> Iterator[Page]:
    """Open an address; at the end, the page must have contacted its own server only."""
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    yield page
    page.close()
    home = address.split("/")[2]
    assert [url for url in requests if not url.startswith((f"http://{home}/", f"ws://{home}/", "data:", "blob:"))] == []
