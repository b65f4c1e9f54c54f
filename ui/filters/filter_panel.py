"""The filters beside the list, each with its counts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from index.core.formatting import counted
from index.engine.selection import FacetCount
from search import Searcher
from search.filters.filters import Filters
from ui.filters.facet_list import FACET_LISTS, Choice, choice_html, facet_html, group_html
from ui.filters.year_chart import show_years
from ui.state.result_cache import counts
from ui.state.url_state import Address

_NONE = Filters()
_COUNTED = {
    "years": "year",
    "has_abstract": "has_abstract",
    "free_full_text": "free_full_text",
    "retracted": "retraction",
    **{facet.field: facet.facet for facet in FACET_LISTS},
}
"""Fields of `Filters`, and what counts their values."""

Counts = Mapping[str, Sequence[FacetCount]]


def show_filters(searcher: Searcher, address: Address, placeholder: DeltaGenerator) -> None:
    """Show every filter that would leave any article, with how many it would leave.

    Args:
        searcher: The library.
        address: The current search.
        placeholder: Shown until they are counted.
    """
    facet_counts = filter_counts(searcher, address)
    library_years = counts(searcher, Address(), ("year",))["year"]
    placeholder.empty()
    show_years(sorted(int(count.value) for count in library_years), facet_counts["years"], address)
    offers = "".join(_switches(facet_counts, address))
    switches = group_html("Show only", f"<ul>{offers}</ul>") if offers else ""
    lists = [facet_html(facet, facet_counts[facet.field], address) for facet in FACET_LISTS]
    if shown := "".join([_undated_html(searcher, address, facet_counts["years"]), lists[0], switches, *lists[1:]]):
        st.html(shown)


def filter_counts(searcher: Searcher, address: Address) -> dict[str, Sequence[FacetCount]]:
    """Count the values of each filter among the articles that pass the question and all other filters.

    Returns:
        The counts by field of `Filters`: what choosing a value beside those chosen in the same filter would add.
    """
    others = {name: replace(address.filters, **{name: getattr(_NONE, name)}) for name in _COUNTED}
    facets = {filters: [_COUNTED[name] for name in others if others[name] == filters] for filters in others.values()}
    answers = {filters: counts(searcher, replace(address, filters=filters), names) for filters, names in facets.items()}
    return {name: answers[filters][_COUNTED[name]] for name, filters in others.items()}


def _undated_html(searcher: Searcher, address: Address, years: Sequence[FacetCount]) -> str:
    if not address.filters.years:
        return ""
    abstract_counts = counts(searcher, address.filtered(years=None), ("has_abstract",))
    undated = sum(count.articles for count in abstract_counts["has_abstract"]) - sum(count.articles for count in years)
    return f'<p class="undated">{counted(undated, "article")} without a year left out.</p>' if undated else ""


def _switches(facet_counts: Counts, address: Address) -> list[str]:
    filters = address.filters
    retracted = _number(facet_counts["retracted"], "retracted")
    offers = [
        ("has_abstract", "With abstract", filters.has_abstract, _number(facet_counts["has_abstract"], "yes")),
        ("free_full_text", "Free full text", filters.free_full_text, _number(facet_counts["free_full_text"], "yes")),
    ]
    lines = [
        choice_html(name, Choice("1", label, number, chosen=chosen), address.filtered(**{name: not chosen}).url())
        for name, label, chosen, number in offers
        if number or chosen
    ]
    if retracted or filters.retracted:
        for value, label, number in (("hide", "Not retracted", None), ("only", "Retracted", retracted)):
            chosen = filters.retracted == value
            url = address.filtered(retracted=None if chosen else value).url()
            lines.append(choice_html("retracted", Choice(value, label, number, chosen=chosen), url, exclusive=True))
    return lines


def _number(counts: Sequence[FacetCount], label: str) -> int:
    return next((count.articles for count in counts if count.label == label), 0)
