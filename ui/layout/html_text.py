"""Text on its way into the page: what PubMed or a person wrote is shown as it is, never run.

The page has one way to show foreign text: escaped here, placed in an element of ours, handed to `st.html` (which
sanitises it once more). Foreign text never reaches Streamlit's Markdown, where links, images and LaTeX are live.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from index.core.readable_text import readable, readable_text
from index.records.article import Article
from search import Span


def plain(text: object) -> str:
    """Return text as HTML that shows exactly that text."""
    return escape(str(text), quote=True)


def article_text(text: str) -> str:
    """Return a text of an article as HTML; markup that was escaped twice is left out, as real markup is."""
    return plain(readable(text))


def emphasised(text: str, spans: Iterable[Span]) -> str:
    """Return a text of an article as HTML with the given spans in bold.

    Args:
        text: Foreign text.
        spans: Offsets in `text`, in characters; any order, overlaps are merged, what lies outside is cut off.
    """
    shown = readable_text(text)
    text, length = shown.text, len(text)
    parts = []
    position = 0
    for start, end in sorted(
        (shown.place(min(span.start, length)), shown.place(min(span.end, length))) for span in spans
    ):
        first, last = max(start, position), min(end, len(text))
        if first < last:
            parts += [plain(text[position:first]), "<strong>", plain(text[first:last]), "</strong>"]
            position = last
    return "".join([*parts, plain(text[position:])])


def link(url: str, content: str, *, label: str | None = None) -> str:
    """Return a link that opens in a new tab.

    Args:
        url: An address that we made, its foreign parts quoted (`doi_url`).
        content: HTML of the link's text, already escaped.
        label: What a screen reader says instead, plain text.
    """
    aria = f' aria-label="{plain(label)}"' if label else ""
    return f'<a href="{plain(url)}" target="_blank" rel="noopener noreferrer"{aria}>{content}</a>'


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


def title_of(article: Article) -> str:
    """Return the title that an article is shown under."""
    return readable(article.title or article.vernacular_title or "") or "No title"


def doi_url(doi: str) -> str:
    """Return the address that resolves a DOI."""
    return f"https://doi.org/{quote(doi, safe='/:;().')}"


def pubmed_url(pmid: int) -> str:
    """Return the address of a record at PubMed."""
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
