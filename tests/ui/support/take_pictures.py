"""Take the README's pictures of the page, over the library in service.

Usage: python -m tests.ui.support.take_pictures FOLDER
"""

import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import BrowserContext

from index.library.layout import Library
from search import Searcher
from tests.ui.support.browser import chromium, visit
from tests.ui.support.server_process import free_port, served
from ui.state.examples import examples

COLOURS = 128
"""In a picture; the page has few, and fewer make a small file."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One screen: its address after the server's, its size in pixels, and light or dark."""

    name: str
    address: str
    width: int = 1280
    height: int = 900
    scheme: str = "light"


def pictures(searcher: Searcher) -> tuple[Picture, ...]:
    """Return what to show: the first question that the page itself offers, and its best article."""
    question = examples(searcher).questions[0]
    best = searcher.search(question, limit=1).hits[0].article.pmid
    search_url = f"/?{urlencode({'q': question})}"
    return (
        Picture("page", search_url),
        Picture("overview", f"{search_url}&view=overview", scheme="dark"),
        Picture("article", f"/article?pmid={best}"),
        Picture("narrow", search_url, width=400),
    )


def take(browser: BrowserContext, server: str, picture: Picture, folder: Path) -> None:
    """Write one picture as PNG."""
    with visit(
        browser, server + picture.address, width=picture.width, height=picture.height, scheme=picture.scheme
    ) as page:
        page.locator("footer.facts").wait_for(timeout=60_000)
        page.locator(".skeleton, [data-stale=true]").first.wait_for(state="detached")
        page.wait_for_timeout(1500)  # the topic map and the filters come last
        shot = Image.open(io.BytesIO(page.screenshot()))
    file = folder / f"{picture.name}.png"
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"picture     {file}, {file.stat().st_size / 1000:,.0f} kB")  # noqa: T201 - a command says what it wrote


def main(folder: Path) -> None:
    """Serve the library in service and take all pictures of it."""
    library, port = Library.locate().path.resolve(), free_port()
    with Searcher.open(library) as searcher:
        wanted_pictures = pictures(searcher)
    program = ["pubmed-ui", "--library", str(library), "--port", str(port), "--no-browser"]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as logs, served(program, Path(logs), port) as server, chromium() as browser:
        for picture in wanted_pictures:
            take(browser, server.address, picture, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
