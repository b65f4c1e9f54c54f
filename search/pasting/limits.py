"""Filters that a history writes behind a search: "Filters: English, Humans, from 2010 - 2020"."""

import re
from collections.abc import Callable, Iterator

from index.core.errors import Proposal
from search.syntaxes.pointing import syntax_error

_LIMITS = re.compile(
    r"\s*\b(?:(?:Limits|Filters?|Limiters)(?: applied| activated| used)?\s*[:-]\s*"
    r"|(?<=[\])\"*] )(?:;\s*)?(?i:limit(?:s|ed)?)(?:\s*:|\s+to)\s+"
    r"|(?=with (?:Cochrane Library publication|Publication Year))"
    r"|(?<=[\d)] )(?=in (?:Trials|(?:Cochrane |Other )?Reviews|Protocols|Methods|Clinical Answers)\b))(.+)$"
)
_END = re.compile(r"[\s.;,]*(?:\bClear all)?[\s.;,]*$")
_DAY = r"(\d{4}(?:/\d\d?){0,2})"
_DATES = re.compile(rf"(?:Publication Date )?(?:from )?{_DAY}\s*(?:to|-|:)\s*{_DAY}", re.IGNORECASE)
_LAST = re.compile(r"(?:(?:published )?in the )?(?:last )?(\d{1,3}) (day|month|year)s?", re.IGNORECASE)
_AGE = re.compile(r"([\w +]+?)\s*:\s*(?:(birth)|\d)[^,;]*")
_FROM_BIRTH = {"child": "all child", "infant": "all infant"}
_ADULTS = re.compile(r"adult\s*:\s*19\s?\+[^,;]*", re.IGNORECASE)
_LONGEST = 4  # parts between commas of one name: "Clinical Trial, Phase I"

FilterKind = Callable[[str], str]
"""Returns of which kind a filter of PubMed is, by its name; "" for an unknown one."""


def parted_from_limits(text: str) -> tuple[str, str]:
    """Return a line and the limits behind it; "" where it has none."""
    found = _LIMITS.search(text)
    return (text[: found.start()].strip(), _END.sub("", found[1])) if found else (text, "")


def with_limits(text: str, limits: str, kind: FilterKind) -> str:
    """Return a line with its limits as filters; those of one kind are joined by OR, as PubMed does.

    Raises:
        QuerySyntaxError: One of them is not known.
    """
    filters = filters_of(limits, kind)
    if not filters:
        proposal = Proposal("Search without these limits", text)
        raise syntax_error(
            "Not all of these limits are filters of PubMed that records can answer. Choose filters instead",
            f"{text} {limits}",
            len(text) + 1,
            (proposal,),
        )
    return f"({text}) AND {filters}"


def filters_of(limits: str, kind: FilterKind) -> str:
    """Return limits in PubMed's language, or "" where one of them is not known."""
    groups: dict[str, list[str]] = {}
    for group, text in _parts(limits, kind):
        groups.setdefault(group, []).append(text)
    if "" in groups:
        return ""
    return " AND ".join(f"({' OR '.join(texts)})" if len(texts) > 1 else texts[0] for texts in groups.values())


def _parts(limits: str, kind: FilterKind) -> Iterator[tuple[str, str]]:
    """Yield kind and text of each limit, the longest name that is known; the kind of an unknown one is ""."""
    mark = ";" if ";" in limits else ","
    pieces = [piece.strip() for piece in limits.split(mark) if piece.strip()]
    position = 0
    while position < len(pieces):
        for count in range(min(_LONGEST, len(pieces) - position), 0, -1):
            group, text = _filter(f"{mark} ".join(pieces[position : position + count]), kind)
            if group or count == 1:
                yield group, text
                position += count
                break


def _filter(limit: str, kind: FilterKind) -> tuple[str, str]:
    if dates := _DATES.fullmatch(limit):
        return "date", f"{dates[1]}:{dates[2]}[dp]"
    if last := _LAST.fullmatch(limit):
        return "date", f'"last {last[1]} {last[2].lower()}s"[dp]'
    name = limit
    if _ADULTS.fullmatch(limit):
        name = "all adult"
    elif age := _AGE.fullmatch(limit):
        name = _FROM_BIRTH.get(age[1].lower(), age[1]) if age[2] else age[1]
    name = name.replace('"', "")
    return kind(name), f'"{name}"[filter]'
