"""What is asked, kept in the address, so that reload, back and a pasted link show the same.

The address is the one place where the state lives. Before a widget is drawn it takes its value from here; when a
person changes it, its callback writes here first. Streamlit's own binding of widgets to the address
(`bind="query-params"`) replaces the entry in the browser's history, so that "back" would leave the page.
"""

import re
from dataclasses import dataclass, replace
from typing import Self

import streamlit as st

_YEARS = re.compile(r"([1-9][0-9]{3})-([1-9][0-9]{3})")
_PAGE = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range of years.

    Attributes:
        first: First year, not after `last`.
        last: Last year.
    """

    first: int
    last: int

    def within(self, whole: "Range") -> "Range | None":
        """Return the part of it that lies in another range, or None where they do not meet."""
        first, last = max(self.first, whole.first), min(self.last, whole.last)
        return Range(first, last) if first <= last else None

    def __str__(self) -> str:
        """Return "2019-2021"."""
        return f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Address:
    """What is asked.

    Attributes:
        question: As typed; "" on the first screen.
        years: Years of publication wanted, or None for all.
        page: Page of the list, 1 or more.
    """

    question: str = ""
    years: Range | None = None
    page: int = 1

    @classmethod
    def read(cls) -> Self:
        """Read the browser's address; whatever in it makes no sense is passed over."""
        asked = st.query_params
        page = asked.get("page", "")
        return cls(asked.get("q", ""), _range(asked.get("years", "")), int(page) if _PAGE.fullmatch(page) else 1)

    def write(self) -> None:
        """Make this the browser's address, a new entry in its history."""
        said = {
            "q": self.question,
            "years": str(self.years) if self.years else "",
            "page": str(self.page) if self.page > 1 else "",
        }
        st.query_params.from_dict({name: text for name, text in said.items() if text})


def ask(question: str) -> None:
    """Ask something: the list begins at its top, the years stay."""
    replace(Address.read(), question=question, page=1).write()


def want_years(years: Range | None) -> None:
    """Filter by year; the list begins at its top."""
    replace(Address.read(), years=years, page=1).write()


def turn_to(page: int) -> None:
    """Turn to a page of the list."""
    replace(Address.read(), page=page).write()


def _range(text: str) -> Range | None:
    found = _YEARS.fullmatch(text)
    if not found:
        return None
    first, last = sorted(map(int, found.groups()))
    return Range(first, last)
