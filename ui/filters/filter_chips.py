"""The active filters, each removable."""

from dataclasses import replace
from urllib.parse import quote

from search.filters.filter_parts import FilterPart, filter_parts
from search.filters.filters import Filters
from ui.layout.html_text import inside_link, plain
from ui.state.url_state import Address

KINDS = {"journals": "Journal", "authors": "Author", "mesh": "MeSH", "languages": "Language", "years": "Published"}
"""Labels for filters whose values alone do not say what they mean."""


def chips_html(address: Address) -> str:
    """Return a link that removes it for each active value, and one that removes all; "" without filters."""
    parts = list(filter_parts(address.filters))
    if not parts:
        return ""
    chips = "".join(_chip(part, address) for part in parts)
    unfiltered_url = replace(address, filters=Filters(), page=1).url()
    clear = f"<li>{inside_link(unfiltered_url, 'Clear all', id='clear-filters')}</li>" if len(parts) > 1 else ""
    return f'<ul class="chips" aria-label="Active filters">{chips}{clear}</ul>'


def _chip(part: FilterPart, address: Address) -> str:
    kind = KINDS.get(part.field, "")
    value = part.description[:1].upper() + part.description[1:]
    content = f'{f"<span>{kind}</span> " if kind else ""}{plain(value)}<span class="off" aria-hidden="true">✕</span>'
    url = replace(address, filters=part.without, page=1).url()
    element_id = f"chip-{part.field}-{quote(part.description, safe='')}"
    label = f"Remove the filter: {kind} {value}".replace("  ", " ")
    return f'<li class="chip">{inside_link(url, content, id=element_id, label=label)}</li>'
