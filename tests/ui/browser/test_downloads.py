"""What can be taken away from the page, downloaded in a real browser and read back by others' programs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import rispy
from playwright.sync_api import BrowserContext, Page, expect

from search.export.formats import FORMATS
from search.recording.record_files import read_record
from tests.search.export.independent_readers import READERS
from tests.ui.support.browser import chromium, visit
from tests.ui.support.memory_library import ARTICLES, FULL
from tests.ui.support.server_process import Served


@pytest.fixture(scope="module")
def server(memory_server: Served) -> Served:
    return memory_server


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    with chromium() as running:
        yield running


def downloaded(page: Page, label: str) -> tuple[str, str]:
    """Follow a download; return the file's name and text."""
    with page.expect_download() as download:
        page.get_by_label(label, exact=True).locator("visible=true").last.click()
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


def test_each_format_brings_the_whole_result_and_reads_back_equal_to_it(
    server: Served, browser: BrowserContext
) -> None:
    articles = {article.pmid: article for article in ARTICLES}
    with visit(browser, f"{server.address}/?q=sleep") as page:
        expect(page.locator(".takeaway").last).to_contain_text(f"All {len(articles)} articles")
        texts = {
            name: downloaded(page, f"{export_format.label}, the whole result")
            for name, export_format in FORMATS.items()
        }
    assert texts.keys() == READERS.keys()
    order = [json.loads(line)["pmid"] for line in texts["jsonl"][1].splitlines()]
    assert {*order} == articles.keys()
    for name, (file, text) in texts.items():
        assert file == f"pubmed-sleep{FORMATS[name].suffix}"
        READERS[name](text.removeprefix("\ufeff"), [articles[pmid] for pmid in order])


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_says_what_was_retracted(server: Served, browser: BrowserContext, name: str) -> None:
    with visit(browser, f"{server.address}/article?pmid=900000002") as page:
        _, text = downloaded(page, f"{FORMATS[name].label}, this article")
        assert "retracted" in text.lower()


def test_a_page_and_a_collection_are_exported_by_themselves(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=bone%5Bti%5D") as page:
        assert len(rispy.loads(downloaded(page, "RIS, the articles of this page")[1])) == 20
    with visit(browser, f"{server.address}/collection?pmids=900000002,900000001") as page:
        name, text = downloaded(page, "RIS, the collection")
        assert name == "pubmed-collection.ris"
        first, second = rispy.loads(text)
        assert "RETRACTED" in str(first).upper()
        assert FULL.title in str(second)


def test_the_search_record_downloads_and_reads_back(server: Served, browser: BrowserContext, tmp_path: Path) -> None:
    with visit(browser, f"{server.address}/?q=bone%5Bti%5D&years=2019") as page:
        name, text = downloaded(page, "Search record to repeat it")
        (tmp_path / name).write_text(text)
        record = read_record(tmp_path / name)
        assert (record.request.text, record.request.filters, record.listed.total) == (
            "bone[ti]",
            {"years": [2019, 2019]},
            30,
        )
        assert "PRISMA-S" in downloaded(page, "Search record for people")[1]


def test_exports_stand_above_the_list_too_and_each_chart_is_a_file(server: Served, browser: BrowserContext) -> None:
    with visit(browser, f"{server.address}/?q=sleep") as page:
        page.locator("#export summary").click()
        with page.expect_download() as download:
            page.locator("#export").get_by_label("RIS, the articles of this page").click()
        assert len(rispy.loads(Path(download.value.path()).read_text(encoding="utf-8"))) == 20
    with visit(browser, f"{server.address}/?q=sleep&view=overview") as page:
        expect(page.locator(".map .dot").first).to_be_visible()
        for chart in ("years", "authors", "topics"):
            links = page.locator(f'.files a[href*="chart={chart}"]')
            expect(links).to_have_text(["PNG", "SVG", "CSV"])
            files = []
            for link in links.all():
                with page.expect_download() as download:
                    link.click()
                files.append((download.value.suggested_filename, Path(download.value.path()).read_bytes()))
            (png_name, png), (svg_name, svg), (csv_name, table) = files
            assert (png_name, svg_name, csv_name) == tuple(f"pubmed-{chart}.{kind}" for kind in ("png", "svg", "csv"))
            assert png.startswith(b"\x89PNG")
            assert svg.startswith(b"<svg ")
            assert len(table.splitlines()) > 1


@pytest.mark.fault("Q6")
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("as=chart.svg&q=bone&chart=pie", "There is no chart 'pie'"),
        ("as=chart.csv&q=bone&years=1900&chart=topics", "Too few articles"),
        ("as=docx&q=bone", "There is no format 'docx'"),
        ("as=ris", "Type a question"),
        ("as=ris&q=bone%5Bti%5D+AND+%28", "bone[ti] AND ("),
    ],
)
def test_a_download_that_cannot_be_says_why(server: Served, browser: BrowserContext, query: str, message: str) -> None:
    answer = browser.request.get(f"{server.address}/download?{query}")
    assert answer.status == 400
    assert message in answer.text()


@pytest.mark.fault("S1")
def test_a_download_is_refused_to_a_foreign_host(server: Served, browser: BrowserContext) -> None:
    answer = browser.request.get(f"{server.address}/download?as=ris&q=bone", headers={"Host": "evil.example"})
    assert answer.status == 400
    assert "127.0.0.1 and localhost only" in answer.text()
