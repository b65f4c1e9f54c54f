"""A list of articles as HTML for a notebook."""

from collections.abc import Sequence

from search.export.citation import journal_name
from search.tables.html_text import article_text, emphasised, link, plain, title_of
from search.tables.rows import ShownHit

_LEFT = ' style="text-align:left;vertical-align:top"'


def html_table(summary: Sequence[str], hits: Sequence[ShownHit], *, first: int) -> str:
    """Return a table of articles with their evidence, the matching words marked.

    Args:
        summary: What stands above it, plain text, one line each.
        hits: The articles.
        first: Number of the first one.
    """
    lines = "<br>".join(map(plain, summary))
    if not hits:
        return f"<p>{lines}</p>"
    head = "".join(f"<th{_LEFT}>{name}</th>" for name in ("", "Article", "Evidence", "Score"))
    rows = "".join(_row(number, hit) for number, hit in enumerate(hits, first))
    return f"<p>{lines}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(number: int, hit: ShownHit) -> str:
    cells = (str(number), _article(hit), _evidence(hit), f"{hit.score:.3f}")
    return f"<tr>{''.join(f'<td{_LEFT}>{cell}</td>' for cell in cells)}</tr>"


def _article(hit: ShownHit) -> str:
    article = hit.article
    state = f"<b>{plain(article.retraction.capitalize())}</b> " if article.retraction else ""
    journal = journal_name(article)
    place = ". ".join(part for part in (journal, str(article.published), f"PMID {article.pmid}") if part)
    return f"{state}{link(article.url, plain(title_of(article)))}<br>{article_text(place)}"


def _evidence(hit: ShownHit) -> str:
    if hit.evidence is None:
        return ""
    section = f"<b>{article_text(hit.evidence.section)}</b> " if hit.evidence.section else ""
    return section + emphasised(hit.evidence.text, hit.evidence.spans, tag="mark")
