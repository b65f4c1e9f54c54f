"""Whose language a strategy is written in, and what it is in PubMed's."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.core.errors import QuerySyntaxError
from search.syntaxes.dialect import Dialect, Remarks
from search.syntaxes.houses.cochrane import COCHRANE
from search.syntaxes.houses.ebsco import EBSCO
from search.syntaxes.houses.embase import EMBASE
from search.syntaxes.houses.ovid import OVID
from search.syntaxes.houses.scopus import SCOPUS
from search.syntaxes.houses.web_of_science import WEB_OF_SCIENCE
from search.syntaxes.parser import parse
from search.syntaxes.pointing import syntax_error
from search.syntaxes.writer import Writer

HOUSES = (SCOPUS, WEB_OF_SCIENCE, EBSCO, EMBASE, COCHRANE, OVID)
_SHARED_OPERATOR = re.compile(
    r"(?:(?<=[\w*)\]\"'$?] )(?:(?:NEAR|NEXT|PRE|W)/\d{1,3}|ADJ\d{1,2})|(?<=[)\]\"] )(?:NEAR|NEXT|ADJ))(?= [\w(\"'*])"
)
_SHARED = {
    "NEAR": (WEB_OF_SCIENCE, COCHRANE),
    "NEXT": (EMBASE, COCHRANE),
    "PRE/": (SCOPUS,),
    "W/": (SCOPUS,),
    "ADJ": (OVID,),
}
_WILDCARD = re.compile(r"[A-Za-z-]{1,40}\?[A-Za-z]{1,40}\*?(?=\[)")
_BEFORE = re.compile(r"^(?:[\s(]|(?:and|or|not)\b|[#SL]?\d{1,3}[.):]?\s)+", re.IGNORECASE)
_BRACKETED = re.compile(r"(?<!descriptor: )(?<!descriptor:)\[([^\[\]\n]{1,60})\](?!/(?:lim|py))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ForeignPart:
    """A part that is not PubMed's language.

    Attributes:
        houses: Whose it may be, the likeliest first.
        start: Its offset.
        text: The part.
    """

    houses: tuple[Dialect, ...]
    start: int
    text: str


def foreign_part(text: str) -> ForeignPart | None:
    """Return what shows first that a text is in another house's language, or None."""
    for house in HOUSES:
        if found := house.signs.search(text):
            shown = _BEFORE.sub("", found[0]).strip()
            return ForeignPart((house,), text.index(shown, found.start()), shown)
    if found := _SHARED_OPERATOR.search(text):
        houses = next(houses for name, houses in _SHARED.items() if found[0].startswith(name))
        return ForeignPart(houses, found.start(), found[0])
    if found := _WILDCARD.search(text):
        return ForeignPart((OVID,), found.start(), found[0])
    return None


def has_pubmed_tags(text: str, is_tag: Callable[[str], bool]) -> bool:
    """Return whether a text has field tags of PubMed.

    Args:
        text: Any text.
        is_tag: Whether the text between square brackets is a tag.
    """
    names = {re.sub(r":\s*~\s*\d+\s*$|(?<=:)\s+", "", match[1]) for match in _BRACKETED.finditer(text)}
    return any(map(is_tag, names))


def translated(lines: Sequence[tuple[int, str]], house: Dialect) -> tuple[list[str], tuple[str, ...]]:
    """Write lines in PubMed's language.

    Args:
        lines: Their numbers and texts, references written as #1, each line after those that it refers to.
        house: Whose language they are in.

    Returns:
        Each line in PubMed's language, "" where nothing of it has an equal; and what has no equal or differs.

    Raises:
        QuerySyntaxError: A line cannot be read; it is quoted.
    """
    remarks = Remarks()
    writer = Writer(house, remarks)
    written = []
    for number, text in lines:
        try:
            written.append(writer.write(parse(text, house, remarks)))
        except QuerySyntaxError as error:
            name = f" Line #{number} cannot be translated." if number else ""
            raise syntax_error(
                f"This is written in {house.name}'s language.{name} {error}", text, error.position
            ) from None
        if not written[-1]:
            writer.empty.add(f"#{number}")
            remarks.say(f"Nothing of line #{number} has an equal.")
    return written, tuple(remarks)
