"""Links beside the page: articles, search records (`ui.web.download_route`) and feeds (`ui.web.feed_route`)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from index.core.formatting import counted
from search import Page, SentencePage
from search.explore.similar_results import SimilarPage
from search.export.formats import FORMATS
from search.recording.saved_searches import SavedSearch
from ui.layout.html_text import inside_link, plain
from ui.state.url_state import Address

DOWNLOAD, FEED = "/download", "/feed"
RECORDS = {"record.md": "for people", "record.json": "to repeat it"}
"""The two files of a search record, and what each is for."""
_RECORD_NAMES = {"record.md": "Markdown", "record.json": "JSON"}

Parameters = Mapping[str, str | Sequence[str]]


def download_url(kind: str, parameters: Parameters) -> str:
    """Return the address of a download.

    Args:
        kind: A format of `search.export.formats.FORMATS`, or one of `RECORDS`.
        parameters: The parameters that select the articles: a search's (`Address.parameters`), or `pmids`.
    """
    return f"{DOWNLOAD}?{urlencode({'as': kind, **parameters}, doseq=True, errors='replace')}"


def feed_url(saved: SavedSearch) -> str:
    """Return the address of the feed of a saved search; a feed reader has no cookie, so it says whose the search is."""
    names = {"saved": saved.id, "browser": saved.browser}
    return f"{FEED}?{urlencode({name: value for name, value in names.items() if value})}"


def formats_html(parameters: Parameters, *, what: str) -> str:
    """Return a link for each format.

    Args:
        parameters: As `download_url` takes it.
        what: What is downloaded, for screen readers: "these 20 articles".
    """
    return " ".join(
        _download_link(download_url(name, parameters), export_format.label, f"{export_format.label}, {what}")
        for name, export_format in FORMATS.items()
    )


def record_html(parameters: Parameters) -> str:
    """Return the links to the record of a search, by the items of PRISMA-S."""
    links = " ".join(
        _download_link(download_url(kind, parameters), _RECORD_NAMES[kind], f"Search record {purpose}")
        for kind, purpose in RECORDS.items()
    )
    return f'<span class="exports">Search record (PRISMA-S): {links}</span>'


def list_exports_html(page: Page, address: Address) -> str:
    """Return what can be downloaded of a list of results: its page, all of it, and its record.

    Args:
        page: The page of results.
        address: The current search.
    """
    page_parameters = {"pmids": ",".join(str(hit.article.pmid) for hit in page.hits)}
    search_parameters = address.parameters()
    others = _others_html(page, address) if page.total < page.passing else ""
    return (
        f'<div class="takeaway"><p class="exports">Export this page: '
        f"{formats_html(page_parameters, what='the articles of this page')}</p>"
        f'<p class="exports">All {counted(page.total, _noun(page))}: '
        f"{formats_html(search_parameters, what='the whole result')}</p>{others}"
        f'<p class="exports">{record_html(search_parameters)}</p></div>'
    )


def _noun(page: Page) -> str:
    return "relevant article" if page.total < page.passing else "article"


def _others_html(page: Page, address: Address) -> str:
    """Return what downloads every article that passes the filters, relevant or not."""
    which = "that pass the filters" if page.filters else "of the library"
    whole = replace(address, whole=True, page=1)
    listed = inside_link(whole.url(), "list", id="whole", label=f"List every article {which}, relevant or not")
    links = formats_html(whole.parameters(), what=f"every article {which}")
    return f'<p class="exports">All {counted(page.passing, "article")} {which}, relevant or not: {listed} {links}</p>'


def sentence_exports_html(page: SentencePage, address: Address) -> str:
    """Return what can be downloaded of a list of sentences: all of it, or the articles of its page.

    Args:
        page: The page of sentences.
        address: The current search.
    """
    pmids = dict.fromkeys(str(hit.article.pmid) for hit in page.hits)
    return (
        f'<div class="takeaway"><p class="exports">All {counted(page.listed, "sentence")}, '
        f"a row each in CSV and JSON Lines, elsewhere their articles: "
        f"{formats_html(address.parameters(), what='all sentences listed')}</p>"
        f'<p class="exports">The articles of this page: '
        f"{formats_html({'pmids': ','.join(pmids)}, what='the articles of this page')}</p></div>"
    )


def chart_files_html(name: str, address: Address) -> str:
    """Return the links that download a chart: its picture and its numbers.

    Args:
        name: Of `ui.charts.overview_charts.CHARTS`, or `ui.charts.files.TOPICS`.
        address: The current search.
    """
    parameters = {**address.parameters(), "chart": name}
    svg, csv = (download_url(kind, parameters) for kind in ("chart.svg", "chart.csv"))
    png = f'<a href="{plain(svg)}" download class="png" aria-label="PNG, this chart">PNG</a>'
    links = f"{png} {_download_link(svg, 'SVG', 'SVG, this chart')} {_download_link(csv, 'CSV', 'CSV, this chart')}"
    return f'<p class="exports files">{links}</p>'


def similar_exports_html(page: SimilarPage) -> str:
    """Return what can be downloaded of a page of similar articles."""
    parameters = {"pmids": ",".join(str(hit.article.pmid) for hit in page.hits)}
    return (
        f'<div class="takeaway"><p class="exports">Export this page: '
        f"{formats_html(parameters, what='the articles of this page')}</p></div>"
    )


def _download_link(url: str, text: str, label: str) -> str:
    # `download` also tells page.js that this is not a state of the page.
    return f'<a href="{plain(url)}" download aria-label="{plain(label)}">{plain(text)}</a>'
