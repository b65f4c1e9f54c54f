"""What stands in a pasted strategy for its readers only: comments, counts of results, names of columns."""

import re
from collections.abc import Callable, Sequence

from index.core.formatting import counted

_BLOCK = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE = re.compile(r"\s*(?:#(?!\s*\d)|//)(?=\s|#|/|[A-Za-z])")
_SPACED = re.compile(r"\s*(?:#(?:\s|#)(?!\s*\d)|//)")
_SEARCH = re.compile(r"\s*Search\s*(?::\s*|\s+(?=[(\"\[#])|\s{2,}|\t)", re.IGNORECASE)
_SEARCH_WORD = re.compile(r"\s*Search\s*:?\s+", re.IGNORECASE)
_ORDERS = "Most Recent|Best Match|Publication Date|First Author|Journal"
_SCHEMA = re.compile(rf"\s*(?:Schema:\s*all\b|Sort by:\s*(?:{_ORDERS}))\s*", re.IGNORECASE)
_TIME = re.compile(r"\s+\d{1,2}:\d{2}:\d{2}\s*$")
_COUNT = re.compile(r"(?:\t\s*|\s{2,}|(?<=[\])/.\"'*])\s+)(?:\d{1,3}(?:[,\u2009 ]\d{3})+|\d+)\s*$|\s+\(\d[\d,]*\)\s*$")
_OPERATORS = ("AND", "OR", "NOT", "[")


def without_comments(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return lines without comments and blank ones, and what was left out, a sentence each.

    A line of its own that begins with "# " or "//" is a comment; so is "#word" without any operator or bracket, where
    other lines have some. /* and */ enclose one.
    """
    text = "\n".join(lines)
    end = text.rfind("*/") + 2  # behind it, each "/*" would be looked for to the end in vain
    within, blocks = _BLOCK.subn(" ", text[:end]) if end > 1 else ("", 0)
    text = within + text[end:] if end > 1 else text
    kept = [line for line in text.split("\n") if line.strip()]
    several = len(kept) > 1
    rest = [line for line in kept if not (_LINE.match(line) and (_SPACED.match(line) or several) and _is_prose(line))]
    comments = blocks + (len(kept) - len(rest) if rest else 0)
    rest = rest or kept
    remark = f"{counted(comments, 'comment')} {'was' if comments == 1 else 'were'} left out."
    return rest, [remark] if comments else []


def without_labels(text: str) -> tuple[str, list[str]]:
    """Return a line without "Search" before it and "Schema: all" around it."""
    cleaned = _SCHEMA.sub(" ", _SEARCH.sub("", text, count=1)).strip()
    changed = cleaned != text.strip()
    return cleaned, ["The words 'Search' and 'Schema: all' around the strategy were left out."] if changed else []


def without_columns(bodies: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the lines of a search history without the word "Search", counts of results and times.

    Each goes only where half of the lines or more have it, two at least: "covid-19 (2019)" alone keeps its year.
    """
    remarks = []
    for pattern, what in (
        (_TIME, "times of searches"),
        (_COUNT, "counts of results at the ends of lines"),
        (_SEARCH_WORD, "words 'Search' before lines"),
    ):
        bodies, count = _cut(bodies, pattern.search if pattern is not _SEARCH_WORD else pattern.match)
        if count:
            remarks.append(f"{count} {what} were left out.")
    cleaned = [_SCHEMA.sub(" ", body).strip() for body in bodies]
    if cleaned != [body.strip() for body in bodies]:
        remarks.append("The order and the schema of searches were left out.")
    return cleaned, remarks


def _cut(bodies: Sequence[str], find: Callable[[str], "re.Match[str] | None"]) -> tuple[list[str], int]:
    found = [find(body) for body in bodies]
    count = sum(match is not None and match[0] != body for match, body in zip(found, bodies, strict=True))
    if count < 2 or 2 * count < len(bodies):  # noqa: PLR2004 - one alone may be part of its line
        return list(bodies), 0
    cut = (
        body[: match.start()] + body[match.end() :] if match and match[0] != body else body
        for match, body in zip(found, bodies, strict=True)
    )
    return [body.strip() for body in cut], count


def _is_prose(line: str) -> bool:
    spaced = _SPACED.match(line) is not None
    return spaced or not any(mark in line for mark in _OPERATORS)
