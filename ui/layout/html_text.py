"""Text on its way into the page: what PubMed or a person wrote is shown as it is, never run.

The page has one way to show foreign text: escaped here, placed in an element of ours, handed to `st.html` (which
sanitises it once more). Foreign text never reaches Streamlit's Markdown, where links, images and LaTeX are live.
"""

from dataclasses import dataclass
from urllib.parse import quote

from search.tables.html_text import article_text, emphasised, link, plain, title_of

__all__ = [
    "AddressChange",
    "article_text",
    "doi_url",
    "emphasised",
    "inside_link",
    "link",
    "plain",
    "pubmed_url",
    "section_html",
    "title_of",
]


@dataclass(frozen=True, slots=True)
class AddressChange:
    """What following a link puts into the address or takes out of it.

    Filters are counted after the list is drawn, so their links may be those of the search before; `page.js` carries
    out the change on the current address instead.

    Attributes:
        name: The parameter.
        value: Its value.
        exclusive: Whether it replaces other values.
    """

    name: str
    value: str
    exclusive: bool = False


def inside_link(  # noqa: PLR0913 - the attributes of a link
    url: str,
    content: str,
    *,
    current: bool = False,
    id: str | None = None,  # noqa: A002 - HTML's own name
    label: str | None = None,
    change: AddressChange | None = None,
) -> str:
    """Return a link to another state of this page, followed without a reload.

    Args:
        url: From `ui.state.url_state`; begins with "/".
        content: HTML of the link's text, already escaped.
        current: Whether it leads to the page shown.
        id: Unique on the page; the link that was followed keeps the focus under it.
        label: What a screen reader says instead, plain text.
        change: What it does to the address, where the address may have changed since.
    """
    attributes = {"id": id, "aria-label": label, "aria-current": "page" if current else None}
    if change:
        # Quoted, because the browser's sanitiser drops an attribute that holds something like "</style".
        value = quote(change.value, safe="")
        attributes |= {
            "data-name": change.name,
            "data-value": value,
            "data-exclusive": "1" if change.exclusive else None,
        }
    written = "".join(f' {name}="{plain(value)}"' for name, value in attributes.items() if value)
    return f'<a href="{plain(url)}"{written}>{content}</a>'


def section_html(heading: str, content: str, *, kind: str = "linked") -> str:
    """Return a part of a page under its heading.

    Args:
        heading: Plain text.
        content: HTML.
        kind: Class of the style sheet.
    """
    return f'<section class="{kind}" aria-label="{plain(heading)}"><h3>{plain(heading)}</h3>{content}</section>'


def doi_url(doi: str) -> str:
    """Return the address that resolves a DOI."""
    return f"https://doi.org/{quote(doi, safe='/:;().')}"


def pubmed_url(pmid: int) -> str:
    """Return the address of a record at PubMed."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
