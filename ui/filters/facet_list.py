"""One filter beside the list: its values with their counts, each a link that takes it on or off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from index.engine.selection import FacetCount
from search.filters.vocabulary import language_code, language_name
from ui.layout.html_text import AddressChange, counted, inside_link, plain
from ui.state.url_state import Address, parameter_of

VALUES_SHOWN = 5
VALUES_LISTED = 25
"""Of the commonest, shown and folded together."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter.

    Attributes:
        value: As the address holds it.
        label: As people read it.
        articles: How many articles have it; None where that is not known.
        chosen: Whether it is filtered by.
    """

    value: str
    label: str
    articles: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetList:
    """A filter of several values.

    Attributes:
        field: The field of `Filters`.
        facet: The field that is counted, of `search.explore.facets.FACETS`.
        title: What people call it.
        label: Makes a counted value's label readable.
        folded: Makes two spellings of one value equal.
        alone: Whether one value by itself is a choice, because articles that have none of them are not of it.
    """

    field: str
    facet: str
    title: str
    label: Callable[[str], str] = str
    folded: Callable[[str], str] = str.lower
    alone: bool = False

    def choices(self, counts: Sequence[FacetCount], asked: Sequence[str]) -> list[Choice]:
        """Return the values to offer, the commonest first; chosen ones that are not among them come last."""
        taken = {self.folded(value) for value in asked}
        every = [
            Choice(one.label, self.label(one.label), one.articles, chosen=self.folded(one.label) in taken)
            for one in counts
        ]
        missing = taken - {self.folded(choice.value) for choice in every}
        rest = [choice for choice in every[VALUES_LISTED:] if choice.chosen]
        unknown = [
            Choice(value, self.label(value), None, chosen=True) for value in asked if self.folded(value) in missing
        ]
        return [*every[:VALUES_LISTED], *rest, *unknown]


FACET_LISTS = (
    FacetList("types", "type", "Article type"),
    FacetList("journals", "journal", "Journal"),
    FacetList("mesh", "mesh", "MeSH heading"),
    FacetList("authors", "author", "Author"),
    FacetList("languages", "language", "Language", label=language_name, folded=language_code),
    FacetList("species", "species", "Species", label=str.capitalize, alone=True),
    FacetList("sex", "sex", "Sex", label=str.capitalize, alone=True),
    FacetList("age", "age", "Age", label=str.capitalize, alone=True),
)


def facet_html(facet: FacetList, counts: Sequence[FacetCount], address: Address) -> str:
    """Return a filter with its values; "" where there is nothing to choose between.

    Args:
        facet: The filter.
        counts: Its values among the articles that pass everything else.
        address: What is asked.
    """
    asked: tuple[str, ...] = getattr(address.filters, facet.field)
    choices = facet.choices(counts, asked)
    if not choices or (len(choices) == 1 and not asked and not facet.alone):
        return ""
    lines = [(choice, choice_html(facet.field, choice, _toggled(address, facet.field, choice))) for choice in choices]
    shown = lines[:VALUES_SHOWN] + [line for line in lines[VALUES_SHOWN:] if line[0].chosen]
    folded = [html for choice, html in lines[VALUES_SHOWN:] if not choice.chosen]
    return group_html(facet.title, f"<ul>{''.join(html for _, html in shown)}</ul>{_folded(facet, folded)}")


def _folded(facet: FacetList, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    summary = f'<summary aria-label="{len(lines)} more of {plain(facet.title)}">{len(lines)} more</summary>'
    return f'<details id="more-{facet.field}">{summary}<ul>{"".join(lines)}</ul></details>'


def group_html(title: str, inside: str) -> str:
    """Return a filter under its name."""
    return f'<section class="facet"><h2 class="filter">{plain(title)}</h2>{inside}</section>'


def choice_html(field: str, choice: Choice, url: str, *, alone: bool = False) -> str:
    """Return one value as a line that is ticked or not; following it changes that.

    Args:
        field: Of which filter.
        choice: The value.
        url: Where it leads.
        alone: Whether the filter takes one value only.
    """
    number = "" if choice.articles is None else f"{choice.articles:,}"
    said = "" if choice.articles is None else f", {counted(choice.articles, 'article')}"
    state = "chosen, follow to remove the filter" if choice.chosen else "filter by it"
    shown = (
        f'<span class="tick{" on" if choice.chosen else ""}"></span>'
        f'<span class="value">{plain(choice.label)}</span><span class="number">{number}</span>'
    )
    name = f"filter-{field}-{quote(choice.value, safe='')}"
    change = AddressChange(parameter_of(field), choice.value, alone=alone)
    return f"<li>{inside_link(url, shown, id=name, label=f'{choice.label}{said}: {state}', change=change)}</li>"


def _toggled(address: Address, field: str, choice: Choice) -> str:
    asked: tuple[str, ...] = getattr(address.filters, field)
    left = tuple(value for value in asked if value != choice.value)
    return address.filtered(**{field: left if choice.chosen else (*asked, choice.value)}).url()
