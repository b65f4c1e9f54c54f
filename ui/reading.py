"""How a query was read: one line that opens into its structure, and what may have been meant."""

from collections.abc import Iterator

from search import Page, ReadAs
from search.parts import Part
from ui.text import counted, plain

WORDS_LISTED = 40


def reading_html(page: Page) -> str:
    """Return how the query of a page was read: one line, the structure folded within, warnings below.

    Args:
        page: The page of results.
    """
    read_as = page.query.read_as
    line = f'<span class="quiet-label">Read as</span> {plain(read_as.says)}'
    inside = "".join(f"<dt>{plain(name)}</dt><dd>{html}</dd>" for name, html in _structure(page))
    warnings = "".join(f'<p class="hint">{plain(warning)}</p>' for warning in read_as.warnings)
    return (
        f'<details class="reading" id="reading"><summary>{line}</summary><dl class="table">{inside}</dl></details>'
        f"{warnings}"
    )


def _structure(page: Page) -> Iterator[tuple[str, str]]:
    read_as = page.query.read_as
    if read_as.demands:
        yield "Must have", f'<ul class="demands">{_demand_html(read_as.demands)}</ul>'
    if read_as.known:
        yield "Known item", f"{plain(read_as.known)}: named by the query, so it stands first"
    yield "Ranks by", _ranking(read_as, page.model)
    if page.filters:
        yield "Filters", plain(page.filters)
    yield "Order", plain(page.sort)


def _demand_html(part: Part) -> str:
    count = "" if part.count is None else f' <span class="number">{counted(part.count, "article")}</span>'
    if not part.parts:
        return f"<li>{plain(part.says)}{count}</li>"
    joined = {"AND": "all of", "OR": "any of", "NOT": "the first, without the others of"}[part.operator]
    return f"<li>{joined}{count}<ul>{''.join(map(_demand_html, part.parts))}</ul></li>"


def _ranking(read_as: ReadAs, model: str) -> str:
    words = read_as.words
    if not words:
        return "nothing: the newest first" if read_as.demands else f"meaning ({plain(model)})"
    rest = f" and {len(words) - WORDS_LISTED:,} more" if len(words) > WORDS_LISTED else ""
    listed = ", ".join(words[:WORDS_LISTED])
    return f"meaning ({plain(model)}) and these words: {plain(listed)}{rest}"
