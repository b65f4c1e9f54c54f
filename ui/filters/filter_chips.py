"""The filters in force, each removable."""

from dataclasses import replace
from urllib.parse import quote

from search.filters.filter_parts import FilterPart, filter_parts
from search.filters.filters import Filters
from ui.layout.html_text import inside_link, plain
from ui.state.url_state import Address

KINDS = {"journals": "Journal", "authors": "Author", "mesh": "MeSH", "languages": "Language", "years": "Published"}
"""Filters whose values do not say of what they are."""


def chips_html(address: Address) -> str:
    """Return a link for each value filtered by, which takes it off, and one that takes off all; "" without filters."""
    parts = list(filter_parts(address.filters))
    if not parts:
        return ""
    chips = "".join(_chip(part, address) for part in parts)
    everything = replace(address, filters=Filters(), page=1).url()
    clear = f"<li>{inside_link(everything, 'Clear all', id='clear-filters')}</li>" if len(parts) > 1 else ""
    return f'<ul class="chips" aria-label="Filters in force">{chips}{clear}</ul>'


def _chip(part: FilterPart, address: Address) -> str:
    kind = KINDS.get(part.field, "")
    said = part.description[:1].upper() + part.description[1:]
    shown = f'{f"<span>{kind}</span> " if kind else ""}{plain(said)}<span class="off" aria-hidden="true">✕</span>'
    url = replace(address, filters=part.without, page=1).url()
    name = f"chip-{part.field}-{quote(part.description, safe='')}"
    label = f"Remove the filter: {kind} {said}".replace("  ", " ")
    return f'<li class="chip">{inside_link(url, shown, id=name, label=label)}</li>'
