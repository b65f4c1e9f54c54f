"""How a query was read: one line that opens into its structure, and what may have been meant."""

from collections.abc import Iterator
from dataclasses import replace

from index.core.formatting import counted
from search import Interpretation, Page, SentencePage
from search.query.clauses import Clause
from ui.layout.html_text import inside_link, plain
from ui.state.url_state import Address

WORDS_LISTED = 40


def reading_html(page: Page | SentencePage, address: Address) -> str:
    """Return how the query of a page was read: one line, the structure folded within, warnings and suggestions below.

    Args:
        page: The page of results.
        address: The current search.
    """
    read_as = page.query.read_as
    line = f'<span class="quiet-label">Read as</span> {plain(read_as.description)}'
    inside = "".join(f"<dt>{plain(name)}</dt><dd>{html}</dd>" for name, html in _structure(page))
    folded = f'<details class="reading" id="reading"><summary>{line}</summary><dl class="table">{inside}</dl></details>'
    mended = (*_corrected(page, address), *_absent(page, address))
    hints = [*mended, *map(plain, (*address.ignored, *read_as.warnings)), *_suggested(read_as, address)]
    return folded + _search_details(read_as, address) + "".join(f'<p class="hint">{hint}</p>' for hint in hints)


def _search_details(read_as: Interpretation, address: Address) -> str:
    """Return what each untagged term was mapped to, and a link to the other way of searching."""
    if not read_as.untagged:
        return ""
    parts = "".join(map(_demand_html, read_as.search_details))
    terms = f'<ul class="demands">{parts}</ul>' if parts else "<p>Untagged words were searched as typed.</p>"
    other = replace(address, mapping=not address.mapping, page=1).url()
    name = "Search untagged words as typed" if address.mapping else "Map untagged words as PubMed maps them"
    # Without a vocabulary nothing can be mapped, and the reading says so.
    switch = f"<p>{inside_link(other, name, id='mapping')}</p>" if parts or not address.mapping else ""
    summary = "<summary>Search details</summary>"
    return f'<details class="search-details" id="search-details">{summary}{terms}{switch}</details>'


def _corrected(page: Page | SentencePage, address: Address) -> Iterator[str]:
    if corrected := page.query.corrected:
        words = ", ".join(f"‘{plain(word)}’" for word, _ in corrected.words)
        url = replace(address, question=corrected.as_typed, page=1).url()
        link = inside_link(url, f"Search for {words} as typed", id="as-typed")
        yield f"No article has {words}: searched for <b>{plain(corrected.searched)}</b>. {link}"


def _absent(page: Page | SentencePage, address: Address) -> Iterator[str]:
    if absent := page.query.absent:
        none = f"None of the first {absent.first} articles has" if absent.first > 1 else "The first article has not"
        url = replace(address, question=absent.text, page=1).url()
        link = inside_link(url, f"{counted(absent.articles, 'article')} with it", id="absent")
        yield f"{none} ‘{plain(absent.word)}’. Show {link}."


def _suggested(read_as: Interpretation, address: Address) -> Iterator[str]:
    for suggestion in read_as.suggestions:
        url = replace(address, question=suggestion.text, page=1).url()
        name = f"suggestion-{suggestion.found}"
        suggested_link = inside_link(url, plain(suggestion.suggested), id=name, label=f"Search for: {suggestion.text}")
        yield f"Did you mean {suggested_link} instead of ‘{plain(suggestion.found)}’?"


def _structure(page: Page | SentencePage) -> Iterator[tuple[str, str]]:
    read_as = page.query.read_as
    if read_as.clause:
        yield "Must have", f'<ul class="demands">{_demand_html(read_as.clause)}</ul>'
    if read_as.known:
        yield "Known item", f"{plain(read_as.known)}: named by the query, so it stands first"
    yield "Ranks by", _ranking(read_as, page.model)
    if page.filters:
        yield "Filters", plain(page.filters)
    yield "Order", plain(page.sort)


def _demand_html(part: Clause, sign: str = "") -> str:
    count = "" if part.count is None else f' <span class="number">{counted(part.count, "article")}</span>'
    prefix = f"<b>{sign}</b> " if sign else ""
    if not part.parts:
        return f"<li>{prefix}{plain(part.description)}{count}</li>"
    child_sign = "NOT" if part.operator == "NOT" else ""
    inner = "".join(_demand_html(child, child_sign if position else "") for position, child in enumerate(part.parts))
    return f"<li>{prefix}{'any of' if part.operator == 'OR' else 'all of'}{count}<ul>{inner}</ul></li>"


def _ranking(read_as: Interpretation, model: str) -> str:
    words = read_as.words
    if not words:
        return "nothing: the newest first" if read_as.clause else f"meaning ({plain(model)})"
    rest = f" and {len(words) - WORDS_LISTED:,} more" if len(words) > WORDS_LISTED else ""
    listed = ", ".join(words[:WORDS_LISTED])
    return f"meaning ({plain(model)}) and these words: {plain(listed)}{rest}"
