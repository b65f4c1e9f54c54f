"""One filter beside the list: its values with their counts, each a link that adds or removes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from index.core.formatting import counted
from index.engine.selection import FacetCount
from search.filters.vocabulary import language_code, language_name
from ui.layout.html_text import AddressChange, inside_link, plain
from ui.state.url_state import Address, parameter_of

VALUES_SHOWN = 5
VALUES_LISTED = 25
"""The commonest values, shown and folded together."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter.

    Attributes:
        value: As it is written in the address.
        label: As it is shown.
        articles: How many articles have it, or None if unknown.
        chosen: Whether the list is filtered by it.
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
        title: Its name on the page.
        label: Makes a counted value's label readable.
        normalize: Makes two spellings of one value equal.
        offer_single: Whether to offer a single value, because some articles have none.
    """

    field: str
    facet: str
    title: str
    label: Callable[[str], str] = str
    normalize: Callable[[str], str] = str.lower
    offer_single: bool = False

    def choices(self, counts: Sequence[FacetCount], selected: Sequence[str]) -> list[Choice]:
        """Return the values to offer, the commonest first; chosen ones that are not among them come last."""
        selected_keys = {self.normalize(value) for value in selected}
        offered = [
            Choice(
                count.label,
                self.label(count.label),
                count.articles,
                chosen=self.normalize(count.label) in selected_keys,
            )
            for count in counts
        ]
        missing = selected_keys - {self.normalize(choice.value) for choice in offered}
        selected_rest = [choice for choice in offered[VALUES_LISTED:] if choice.chosen]
        unknown = [
            Choice(value, self.label(value), None, chosen=True)
            for value in selected
            if self.normalize(value) in missing
        ]
        return [*offered[:VALUES_LISTED], *selected_rest, *unknown]


FACET_LISTS = (
    FacetList("types", "type", "Article type"),
    FacetList("journals", "journal", "Journal"),
    FacetList("mesh", "mesh", "MeSH heading"),
    FacetList("authors", "author", "Author"),
    FacetList("languages", "language", "Language", label=language_name, normalize=language_code),
    FacetList("species", "species", "Species", label=str.capitalize, offer_single=True),
    FacetList("sex", "sex", "Sex", label=str.capitalize, offer_single=True),
    FacetList("age", "age", "Age", label=str.capitalize, offer_single=True),
)


def facet_html(facet: FacetList, counts: Sequence[FacetCount], address: Address) -> str:
    """Return a filter with its values; "" where there is no choice.

    Args:
        facet: The filter.
        counts: Its values among the articles that pass everything else.
        address: The current search.
    """
    selected: tuple[str, ...] = getattr(address.filters, facet.field)
    choices = facet.choices(counts, selected)
    if not choices or (len(choices) == 1 and not selected and not facet.offer_single):
        return ""
    rows = [(choice, choice_html(facet.field, choice, _toggled(address, facet.field, choice))) for choice in choices]
    shown = rows[:VALUES_SHOWN] + [row for row in rows[VALUES_SHOWN:] if row[0].chosen]
    folded = [html for choice, html in rows[VALUES_SHOWN:] if not choice.chosen]
    return group_html(facet.title, f"<ul>{''.join(html for _, html in shown)}</ul>{_folded(facet, folded)}")


def _folded(facet: FacetList, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    summary = f'<summary aria-label="{len(lines)} more of {plain(facet.title)}">{len(lines)} more</summary>'
    return f'<details id="more-{facet.field}">{summary}<ul>{"".join(lines)}</ul></details>'


def group_html(title: str, content: str) -> str:
    """Return a filter under its name."""
    return f'<section class="facet"><h2 class="filter">{plain(title)}</h2>{content}</section>'


def choice_html(field: str, choice: Choice, url: str, *, exclusive: bool = False) -> str:
    """Return one value as a line that is ticked or not; following its link changes that.

    Args:
        field: The filter's field.
        choice: The value.
        url: The link's target.
        exclusive: Whether the filter takes one value only.
    """
    number = "" if choice.articles is None else f"{choice.articles:,}"
    count_text = "" if choice.articles is None else f", {counted(choice.articles, 'article')}"
    state = "chosen, follow to remove the filter" if choice.chosen else "filter by it"
    content = (
        f'<span class="tick{" on" if choice.chosen else ""}"></span>'
        f'<span class="value">{plain(choice.label)}</span><span class="number">{number}</span>'
    )
    element_id = f"filter-{field}-{quote(choice.value, safe='')}"
    change = AddressChange(parameter_of(field), choice.value, exclusive=exclusive)
    label = f"{choice.label}{count_text}: {state}"
    return f"<li>{inside_link(url, content, id=element_id, label=label, change=change)}</li>"


def _toggled(address: Address, field: str, choice: Choice) -> str:
    selected: tuple[str, ...] = getattr(address.filters, field)
    remaining = tuple(value for value in selected if value != choice.value)
    return address.filtered(**{field: remaining if choice.chosen else (*selected, choice.value)}).url()
