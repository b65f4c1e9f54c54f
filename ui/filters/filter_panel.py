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


def show_filters(searcher: Searcher, address: Address, waiting: DeltaGenerator) -> None:
    """Offer every filter that would leave something, with how many articles it would leave.

    Args:
        searcher: The library.
        address: What is asked.
        waiting: What keeps the place until they are counted.
    """
    found = filter_counts(searcher, address)
    whole = counts(searcher, "", _NONE, ("year",))["year"]
    waiting.empty()
    show_years(sorted(int(one.value) for one in whole), found["years"], address)
    offers = "".join(_facts(found, address))
    facts = group_html("Show only", f"<ul>{offers}</ul>") if offers else ""
    lists = [facet_html(facet, found[facet.field], address) for facet in FACET_LISTS]
    if shown := "".join([_undated_html(searcher, address, found["years"]), lists[0], facts, *lists[1:]]):
        st.html(shown)


def filter_counts(searcher: Searcher, address: Address) -> dict[str, Sequence[FacetCount]]:
    """Count the values of each filter among the articles that pass the question and all other filters.

    Returns:
        The counts by field of `Filters`: what choosing a value beside those chosen in the same filter would add.
    """
    others = {name: replace(address.filters, **{name: getattr(_NONE, name)}) for name in _COUNTED}
    asked = {wanted: [_COUNTED[name] for name in others if others[name] == wanted] for wanted in others.values()}
    answers = {wanted: counts(searcher, address.question, wanted, facets) for wanted, facets in asked.items()}
    return {name: answers[wanted][_COUNTED[name]] for name, wanted in others.items()}


def _undated_html(searcher: Searcher, address: Address, years: Sequence[FacetCount]) -> str:
    if not address.filters.years:
        return ""
    either = counts(searcher, address.question, replace(address.filters, years=None), ("has_abstract",))
    undated = sum(one.articles for one in either["has_abstract"]) - sum(one.articles for one in years)
    return f'<p class="undated">{counted(undated, "article")} without a year left out.</p>' if undated else ""


def _facts(found: Counts, address: Address) -> list[str]:
    asked = address.filters
    retracted = _number(found["retracted"], "retracted")
    offers = [
        ("has_abstract", "With abstract", asked.has_abstract, _number(found["has_abstract"], "yes")),
        ("free_full_text", "Free full text", asked.free_full_text, _number(found["free_full_text"], "yes")),
    ]
    lines = [
        choice_html(name, Choice("1", label, number, chosen=chosen), address.filtered(**{name: not chosen}).url())
        for name, label, chosen, number in offers
        if number or chosen
    ]
    if retracted or asked.retracted:
        for value, label, number in (("hide", "Not retracted", None), ("only", "Retracted", retracted)):
            chosen = asked.retracted == value
            url = address.filtered(retracted=None if chosen else value).url()
            lines.append(choice_html("retracted", Choice(value, label, number, chosen=chosen), url, alone=True))
    return lines


def _number(counts: Sequence[FacetCount], label: str) -> int:
    return next((one.articles for one in counts if one.label == label), 0)
