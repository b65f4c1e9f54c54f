"""An article as reference lists name it, in each style, to copy."""

from index.records.article import Article
from search.export.formats import FORMATS
from search.export.references import reference
from ui.layout.html_text import plain

STYLES = ("vancouver", "apa", "ama", "nlm")
"""Names of `search.export.formats.FORMATS`."""


def cite_html(article: Article) -> str:
    """Return the references, folded; `page.js` copies the one whose button is pressed."""
    rows = "".join(_row(FORMATS[style].label, reference(article, style)) for style in STYLES)
    return f'<details class="cite" id="cite"><summary>Cite</summary><dl>{rows}</dl></details>'


def _row(style: str, text: str) -> str:
    button = f'<button type="button" class="copy" aria-label="Copy the reference in {style} style">Copy</button>'
    return f"<dt>{style}</dt><dd><span>{plain(text)}</span> {button}</dd>"
