"""What stands in a pasted strategy for its readers only: comments, counts of results, names of columns."""

import re
from collections.abc import Callable, Sequence

from index.core.formatting import counted

_BLOCK = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE = re.compile(r"\s*(?:#(?!\s*\d)|//)(?=\s|#|/|[A-Za-z])")
_RULE = re.compile(r"\s*[-*=_]{4,}\s*")
_SPACED = re.compile(r"\s*(?:#(?:\s|#)(?!\s*\d)|//)")
_SEARCH = re.compile(r"\A\s*(?:(?:PubMed|MEDLINE)\s+)?Search\s*(?::\s*|\s+(?=[(\"\[#])|\s{2,}|\t)", re.IGNORECASE)
_SEARCH_WORD = re.compile(r"\s*(?:(?:\.{3}|\u2026)?\s*>?\s*)Search\s*:?\s+", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:PubMed|MEDLINE|Query|(?:Final |Full )?Search (?:strategy|string|terms)|Strategy|Search string|Population|"
    r"Participants?|Patients?|Problem|Interventions?|Exposure|Comparisons?|Comparators?|Outcomes?|Study design|"
    r"[PICO])\s*:\s+(?=\S)",
    re.IGNORECASE,
)
_LABEL_INSIDE = re.compile(rf"(?:^|(?<=\bAND )|(?<=\bOR )|(?<=\bNOT )){_LABEL.pattern}", re.IGNORECASE)
_ORDERS = "Most Recent|Best Match|Publication ?Date|Pub Date|First Author|Journal|Relevance|Recently Added|Title"
_COLUMNS = (
    r"(?:Indexes|Databases|Timespan|DocType)\s?=.*|"
    r"Search modes? - (?:Boolean/Phrase|Proximity|SmartText Searching|Find (?:all|any) (?:of )?my search terms)|"
    r"Expanders? - [A-Z][A-Za-z ,;-]{0,100}?(?=\s{2}|\t|\sSearch modes? |$)|View (?:Results|Details)|"
    r"Interface - EBSCOhost.*"
)
_SCHEMA = re.compile(rf"\s*(?:Schema:\s*all\b|Sort by:\s*(?:{_ORDERS})|{_COLUMNS})\s*", re.IGNORECASE)
_TIME = re.compile(r"\s+(?:\d{1,2}:\d{2}:\d{2}|\d{1,2} [A-Z][a-z]{2} \d{4})\s*$")
_NUMBER = r"(?:\d{1,3}(?:[,\u2009 ]\d{3}){1,4}|\d+)"
_COUNT = re.compile(
    rf"(?:\t\s*|\s{{2,}}|(?<=[\])/.\"'*])\s+|(?<=#\d)\s+|(?<=#\d\d)\s+|(?<=#\d\d\d)\s+){_NUMBER}\s*$"
    rf"|\s+\({_NUMBER}\)\s*$|\s+\(?n\s?=\s?{_NUMBER}\)?\s*$"
    rf"|\s+\(?{_NUMBER}\s+(?:results?|hits|records|citations|articles|items|references)\)?\s*$",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    rf"(?<=[\])\"*])\s*(?:[=\u2013\u2014-]\s*)?(?:\(?n\s?=\s?{_NUMBER}\)?|\(?\d{{1,3}}(?:,\d{{3}}){{1,4}}\)?"
    rf"|\(?{_NUMBER}\s+(?:results?|hits|records|citations)\)?|(?:Results?|Hits|Items found)\s?:\s?{_NUMBER})\s*$",
    re.IGNORECASE,
)
_LAST_NUMBER = re.compile(rf"(?<!\band)(?<!\bor)(?<!\bnot)\s+{_NUMBER}\s*$", re.IGNORECASE)
_NAMED = 5

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
    kept = [line for line in text.split("\n") if line.strip() and not _RULE.fullmatch(line)]
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
    remarks = ["The words 'Search' and 'Schema: all' around the strategy were left out."] if changed else []
    if total := _TOTAL.search(cleaned):
        remarks.append(f"The count at the end was left out: {total[0].strip()}.")
        cleaned = cleaned[: total.start()]
    named = [found[0].strip() for found in _LABEL_INSIDE.finditer(cleaned)]
    if named:
        remarks.append(f"Names before terms were left out: {', '.join(named[:_NAMED])}")
    return _LABEL_INSIDE.sub("", cleaned), remarks


def without_columns(bodies: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the lines of a search history without the word "Search", counts of results and times.

    Each goes only where half of the lines or more have it, two at least: "covid-19 (2019)" alone keeps its year.
    """
    remarks = []
    cleaned = [_SCHEMA.sub("  ", body).strip() for body in bodies]
    if cleaned != [body.strip() for body in bodies]:
        remarks.append("The order and the schema of searches were left out.")
    bodies = cleaned
    for find, what in (
        (_TIME.search, "times of searches"),
        (_COUNT.search, "counts of results at the ends of lines"),
        (_SEARCH_WORD.match, "words 'Search' before lines"),
    ):
        all_end_so = find == _COUNT.search and all(map(_LAST_NUMBER.search, bodies))
        bodies, count = _cut(bodies, _LAST_NUMBER.search if all_end_so else find)
        if count:
            remarks.append(f"{count} {what} were left out.")
    return [_LABEL.sub("", body) if _LABEL.match(body) else body for body in bodies], remarks


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
