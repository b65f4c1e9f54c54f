"""The search, kept in the address, so that reload, back and a pasted link show the same.

The address is the one place where the state lives. Before a widget is drawn it takes its value from here; when a
person changes it, its callback writes here first. Streamlit's own binding of widgets to the address
(`bind="query-params"`) replaces the entry in the browser's history, so that "back" would leave the page. Everything
that only leads to another state is a plain link to its address (`Address.url`); `page.js` follows it without a reload.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

import streamlit as st

from index.core.errors import QueryError
from search.filters.date_ranges import Years
from search.filters.filters import Filters
from search.retrieval.ordering import SORTS

VIEWS = ("list", "overview")
ARTICLES, SENTENCES = "articles", "sentences"
LISTED = (ARTICLES, SENTENCES)
LIBRARY = "/library"
EVERYTHING = "all[sb]"
"""PubMed's own name for every article."""
SIZES = (20, 50, 100, 200)
"""Articles a page, the first where the address names none."""
MOST_VALUES = 20
LONGEST_VALUE = 300
"""Of one filter: an address made by hand can hold more than a page could show."""
LONGEST_LINKED = 2_000
"""Characters of a parameter. A page has a hundred links, and the strategy of a review would stand in each of them."""
_LONG = ("q", "only")

LINE_SIGN = " ↵ "
"""Of a line break in the box, which has one line only; `page.js` sets it where text is pasted."""

MOST_PMIDS = 5_000
"""Of one address; more could not be pasted anywhere."""

# Field of `Filters`, and its parameter in the address. One with several values is repeated.
_MANY = {
    "types": "type",
    "journals": "journal",
    "authors": "author",
    "languages": "language",
    "mesh": "mesh",
    "species": "species",
    "age": "age",
    "sex": "sex",
}
_SWITCHES = {"has_abstract": "abstract", "free_full_text": "free"}
_OFF = "off"
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_PMID = re.compile(r"[1-9][0-9]{0,9}")

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Address:
    """The state of the search page.

    Attributes:
        question: As typed; "" on the first screen.
        filters: What articles must match.
        sort: "relevance", "newest" or "oldest".
        page: Page of the list, 1 or more.
        view: "list", or "overview" for what the results have in common.
        mapping: Whether untagged words of a Boolean query are mapped as in PubMed.
        listed: "articles" or "sentences": what the list is made of.
        whole: Whether a plain question lists every article that passes the filters, relevant or not.
        per: How many a page has, of `SIZES`.
        ignored: What of the address makes no sense and was passed over, in words.
    """

    question: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: str = "relevance"
    page: int = 1
    view: str = "list"
    mapping: bool = True
    listed: str = ARTICLES
    whole: bool = False
    per: int = SIZES[0]
    ignored: tuple[str, ...] = field(default=(), compare=False)

    PATH: ClassVar[str] = "/"
    """Of the page that it is an address of."""

    @classmethod
    def read(cls) -> Self:
        """Read the browser's address; see `of`."""
        return cls.of({name: st.query_params.get_all(name) for name in st.query_params})

    @classmethod
    def of(cls, parameters: Parameters) -> Self:
        """Read the parameters of an address; filters that make no sense are passed over and named in `ignored`."""
        ignored: list[str] = []
        page = _last(parameters, "page")
        filters = _filters(parameters, ignored)
        return cls(
            _last(parameters, "q"),
            filters,
            _one_of(SORTS, "sort", parameters, ignored),
            int(page) if _PAGE.fullmatch(page) else 1,
            _one_of(VIEWS, "view", parameters, ignored),
            _last(parameters, "mapping") != _OFF,
            _one_of(LISTED, "list", parameters, ignored),
            _last(parameters, "whole") == "1",
            int(_one_of(tuple(map(str, SIZES)), "per", parameters, ignored)),
            tuple(ignored),
        )

    @property
    def offset(self) -> int:
        """How many come before its page."""
        return (self.page - 1) * self.per

    def within(self, total: int) -> Self:
        """Return it with a page that a list of so many has: its last one where it names a later one."""
        return replace(self, page=max(1, min(self.page, -(-total // self.per))))

    @property
    def is_asked(self) -> bool:
        """Whether it names articles to list: by a question, or by filters alone."""
        return bool(self.question.strip() or self.filters)

    @property
    def counted_text(self) -> str:
        """What filters count: the articles that pass it, or all of them if it is blank."""
        return self.question

    @property
    def text(self) -> str:
        """What is searched: the question; of filters alone, every article."""
        return self.question if self.question.strip() or not self.filters else EVERYTHING

    def parameters(self) -> dict[str, str | list[str]]:
        """Return the parameters that differ from the defaults."""
        filters = self.filters
        values: dict[str, str | list[str]] = {
            "q": self.question,
            "years": _ends(filters.years.pair, "-") if filters.years else "",
            "dates": _ends(filters.dates, ":") if filters.dates else "",
            **{parameter: list(getattr(filters, name)) for name, parameter in _MANY.items()},
            **{parameter: "1" if getattr(filters, name) else "" for name, parameter in _SWITCHES.items()},
            "retracted": filters.retracted or "",
            "only": ",".join(map(str, filters.pmids)),
            "sort": self.sort if self.sort != "relevance" else "",
            "page": str(self.page) if self.page > 1 else "",
            "view": self.view if self.view != "list" else "",
            "mapping": "" if self.mapping else _OFF,
            "list": self.listed if self.listed != ARTICLES else "",
            "whole": "1" if self.whole else "",
            "per": str(self.per) if self.per != SIZES[0] else "",
        }
        return {name: text for name, text in values.items() if text}

    def url(self) -> str:
        """Return the address for a link; `page.js` fills in long parameters that do not change."""
        values = self.parameters()
        same = [name for name in _LONG if len(values.get(name, "")) > LONGEST_LINKED and _is_shown(name, values[name])]
        linked = {"same": same, **values} if same else values
        query = urlencode(
            {name: linked[name] for name in linked if name not in same}, doseq=True, safe=",", errors="replace"
        )
        return f"{self.PATH}?{query}" if query else self.PATH

    def write(self) -> None:
        """Make this the browser's address, a new entry in its history."""
        st.query_params.from_dict(self.parameters())

    def filtered(self, **changes: Any) -> Self:  # noqa: ANN401 - the fields of `Filters`, each of its own type
        """Return it with some filters changed; the list begins at its top."""
        return replace(self, filters=replace(self.filters, **changes), page=1)


def pmids_in(values: Sequence[str]) -> tuple[int, ...]:
    """Return the PMIDs, separated by commas, in the values of a parameter, each once; anything else is ignored."""
    pmids = (int(part) for value in values for part in value.split(",") if _PMID.fullmatch(part.strip()))
    return tuple(dict.fromkeys(pmids))[:MOST_PMIDS]


def parameter_of(field: str) -> str:
    """Return the parameter that holds a field of `Filters`."""
    return {**_MANY, **_SWITCHES}.get(field, field)


def article_url(pmid: int) -> str:
    """Return the address of an article's page."""
    return f"/article?pmid={pmid}"


def address_pmid() -> int | None:
    """Return the PMID in the browser's address, or None if there is none."""
    text = st.query_params.get("pmid", "")
    return int(text) if _PMID.fullmatch(text) else None


def set_question(question: str) -> None:
    """Change the question; the list begins at its top with what is relevant, filters and order stay."""
    replace(Address.read(), question=question, page=1, whole=False).write()


def in_box(question: str) -> str:
    """Return a question as the box shows it: in one line, with a sign for each line break."""
    return question.replace("\n", LINE_SIGN)


def from_box(text: str) -> str:
    """Return what the box holds with its line breaks."""
    return text.replace(LINE_SIGN, "\n")


def _is_shown(name: str, value: object) -> bool:
    return bool(st.query_params.get(name) == value)


def _last(parameters: Parameters, name: str) -> str:
    return (list(parameters.get(name, ())) or [""])[-1]


def _one_of(values: Sequence[str], name: str, parameters: Parameters, ignored: list[str]) -> str:
    """Return a parameter's value, the first of `values` where it is absent or none of them, which is named."""
    value = _last(parameters, name)
    if value and value not in values:
        ignored.append(
            f"A part of the address was ignored: {name} must be one of {', '.join(values)}, not {value[:40]!r}."
        )
    return value if value in values else values[0]


def _filters(parameters: Parameters, ignored: list[str]) -> Filters:
    filters = Filters()
    for name, parameter in _MANY.items():
        values = [value for value in dict.fromkeys(parameters.get(parameter, ())) if len(value) <= LONGEST_VALUE]
        for value in values[:MOST_VALUES]:
            filters = _with(filters, name, (*getattr(filters, name), value), ignored)
    for name, parse in {"years": _years, "dates": _dates}.items():
        filters = _with(filters, name, _last(parameters, name), ignored, parse=parse)
    for name, parameter in _SWITCHES.items():
        filters = _with(filters, name, _last(parameters, parameter) == "1", ignored)
    filters = _with(filters, "pmids", pmids_in(parameters.get("only", ())), ignored)
    return _with(filters, "retracted", _last(parameters, "retracted") or None, ignored)


def _with(
    filters: Filters,
    name: str,
    value: object,
    ignored: list[str],
    *,
    parse: Callable[[Any], Any] = lambda value: value,
) -> Filters:
    """Set one filter; an invalid value leaves it unchanged, and is named in `ignored`."""
    try:
        return Filters.of(filters, **{name: parse(value)})
    except QueryError as error:
        ignored.append(f"A filter of the address was ignored: {error}")
        return filters


def _years(text: str) -> Years | None:
    if not text:
        return None
    try:
        return Years.parse(text)
    except QueryError as error:
        first, dash, last = text.partition("-")
        try:
            return Years.parse(f"{last}-{first}" if dash else text)
        except QueryError:
            raise error from None


def _dates(text: str) -> tuple[str | None, str | None] | None:
    first, colon, last = text.partition(":")
    return (first or None, (last if colon else first) or None) if text else None


def _ends(pair: Sequence[object], separator: str) -> str:
    return separator.join("" if end is None else str(end) for end in pair)
