"""Take the pictures of the page for the README: `python -m tests.page_pictures ADDRESS FOLDER [QUESTION]`."""

import sys
from pathlib import Path
from urllib.parse import urlencode

from tests.page_browser import chromium, visit

SIZES = {"wide": (1280, 900), "narrow": (400, 800)}


def take(address: str, folder: Path, question: str) -> None:
    """Take the first screen and a list of results, wide and narrow, in light and dark."""
    folder.mkdir(parents=True, exist_ok=True)
    screens = {"first": address, "results": f"{address}/?{urlencode({'q': question})}"}
    with chromium() as browser:
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                for screen, url in screens.items():
                    with visit(browser, url, width=width, height=height, scheme=scheme) as page:
                        page.locator("footer.facts").wait_for()
                        page.wait_for_timeout(500)  # for fonts and the slider to settle
                        page.screenshot(path=folder / f"{screen}-{scheme}-{size}.png")


if __name__ == "__main__":
    take(sys.argv[1].rstrip("/"), Path(sys.argv[2]), (sys.argv[3:] or ["risk factors for severe COVID-19"])[0])
