"""Text of articles on its way into HTML: what PubMed wrote is shown as it is, never run."""

from collections.abc import Iterable
from html import escape

from index.core.readable_text import readable, readable_text
from index.records.article import Article
from search.query.query import Span


def plain(text: object) -> str:
    """Return text as HTML that shows exactly that text."""
    return escape(str(text), quote=True)


def article_text(text: str) -> str:
    """Return a text of an article as HTML; markup that was escaped twice is left out, as real markup is."""
    return plain(readable(text))


def emphasised(text: str, spans: Iterable[Span], *, tag: str = "strong") -> str:
    """Return a text of an article as HTML with the given spans marked.

    Args:
        text: Foreign text.
        spans: Offsets in `text`, in characters; any order, overlaps are merged, what lies outside is cut off.
        tag: The element that marks them.
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
            parts += [plain(text[position:first]), f"<{tag}>", plain(text[first:last]), f"</{tag}>"]
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


def title_of(article: Article) -> str:
    """Return the title that an article is shown under."""
    return readable(article.title or article.vernacular_title or "") or "No title"
