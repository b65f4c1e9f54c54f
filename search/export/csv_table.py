"""CSV: the columns of PubMed's own summary, then ours; no cell that a spreadsheet would run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from index.core.control_characters import without_controls
from index.records.article import Article
from search.export.citation import affiliations, citation, heading, journal_name, labelled_abstract, orcids, own_title
from search.export.pages import locator

COLUMNS = (
    "PMID",
    "Title",
    "Authors",
    "Citation",
    "First Author",
    "Journal/Book",
    "Publication Year",
    "Create Date",
    "PMCID",
    "NIHMS ID",
    "DOI",
    "Retraction",
    "Abstract",
    "Publication Types",
    "MeSH Terms",
    "Keywords",
    "Languages",
    "Publication Date",
    "Volume",
    "Issue",
    "Pages",
    "ISSN",
    "Affiliations",
    "ORCIDs",
    "URL",
)
"""The first eleven as PubMed's "Save: CSV" has them."""

BYTE_ORDER_MARK = "\ufeff"

# What Excel, LibreOffice and Google Sheets read as a formula, also in full width, also after blanks or quotes.
# Source: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"'*(\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")


def write_csv(articles: Iterable[Article]) -> Iterator[str]:
    """Yield the header, then each article's row, lines ending in CR LF; line breaks inside a cell are quoted.

    The text begins with a byte-order mark: without one Excel shows accents as other characters.
    """
    yield BYTE_ORDER_MARK + csv_row(COLUMNS)
    for article in articles:
        yield csv_row(csv_cells(article))


def guarded(cell: str) -> str:
    """Return the cell's text, with an apostrophe before what a spreadsheet would run as a formula."""
    cell = without_controls(cell, keep="\t\r\n")
    return f"'{cell}" if _FORMULA.match(cell) else cell


def csv_cells(article: Article) -> tuple[str, ...]:
    """Return an article's cells in the order of `COLUMNS`; "" for what PubMed does not have."""
    journal = article.journal
    names = [str(author) for author in article.authors]
    manuscript = next((identifier.value for identifier in article.ids if identifier.kind == "mid"), None)
    cells = (
        str(article.pmid),
        own_title(article),
        f"{', '.join(names)}." if names else "",
        citation(article),
        names[0] if names else "",
        journal.medline_ta or journal_name(article),
        str(article.year or ""),
        (article.entrez or "").replace("-", "/"),
        article.pmcid,
        manuscript,
        article.doi,
        article.retraction,
        labelled_abstract(article.sections),
        "; ".join(article.types),
        "; ".join(heading(mesh) for mesh in article.mesh),
        "; ".join(keyword.text for keyword in article.keywords),
        "; ".join(article.languages),
        str(article.published),
        journal.volume,
        journal.issue,
        locator(article),
        journal.issn or journal.issn_linking,
        "; ".join(affiliations(article)),
        "; ".join(orcids(article, ": ")),
        article.url,
    )
    return tuple(cell or "" for cell in cells)


def csv_row(cells: tuple[str, ...]) -> str:
    """Return cells as one line, each guarded."""
    line = io.StringIO()
    csv.writer(line).writerow(guarded(cell) for cell in cells)
    return line.getvalue()
