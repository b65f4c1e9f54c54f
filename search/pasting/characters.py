"""Characters that word processors and web pages put in place of those of a query."""

import re

from index.core.formatting import counted

_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_CURLY = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u301d\u301e\u301f\u2033\u02dd"
_STARS = "\u2217\u204e\u2731\ufe61"
_SINGLE_OPENING, _SINGLE_CLOSING = "\u2018\u201a\u201b\u2039", "\u2019\u203a"

# What is replaced, by what, and what is said of one and of several; in this order.
_REPLACEMENTS: tuple[tuple[re.Pattern[str], str, str, str], ...] = (
    (re.compile("&(?:quot|#34);"), '"', "&quot; was read as a quote", "&quot; were read as quotes"),
    (re.compile("&amp;"), "&", "&amp; was read as &", "&amp; were read as &"),
    (re.compile("&(?:nbsp|#160);"), " ", "&nbsp; was read as a space", "&nbsp; were read as spaces"),
    (re.compile(rf"(?<=\w)[{_STARS}]"), "*", "star was read as *", "stars were read as *"),
    (re.compile("\u00ad"), "", "soft hyphen was left out", "soft hyphens were left out"),
    (
        re.compile("[\u00a0\u202f\u2007\u2009\u200a\u2002\u2003]"),
        " ",
        "no-break or narrow space was read as a space",
        "no-break or narrow spaces were read as spaces",
    ),
    (
        re.compile(rf"(?<=[\w#\])])[{_HYPHENS}](?=[\w#\[(])"),
        "-",
        "dash was read as a hyphen",
        "dashes were read as hyphens",
    ),
    (
        re.compile(rf"(?<=\[)([A-Za-z ]{{1,20}})[{_HYPHENS}]([A-Za-z ]{{1,20}})(?=\])"),
        r"\1-\2",
        "dash in a tag was read as a hyphen",
        "dashes in tags were read as hyphens",
    ),
    (
        re.compile(f"[{_CURLY}]"),
        '"',
        "curly quote was read as a straight one",
        "curly quotes were read as straight ones",
    ),
    (
        re.compile(
            rf"(?<!\w)[{_SINGLE_OPENING}]((?:[^{_SINGLE_OPENING}{_SINGLE_CLOSING}\n]|(?<=\w)[{_SINGLE_CLOSING}](?=\w))+)"
            rf"[{_SINGLE_CLOSING}](?!\w)"
        ),
        r'"\1"',
        "phrase in curly single quotes was read as one in straight double quotes",
        "phrases in curly single quotes were read as phrases in straight double quotes",
    ),
    (
        re.compile(r"(?<![^\s()\]])(AND|OR|NOT)(?=\")|(?<=\w)\"(?=(?:AND|OR|NOT)[\s(\"])"),
        r"\g<0> ",
        "operator was parted from the quote beside it",
        "operators were parted from the quotes beside them",
    ),
)
_DOUBLED = re.compile(r'""(?=[^"])|(?<=[^"])""')
_QUOTED = re.compile(
    f'[{_CURLY}"{_SINGLE_OPENING}][^{_CURLY}"{_SINGLE_CLOSING}\n]{{0,300}}[{_CURLY}"{_SINGLE_CLOSING}]'
)
_PARTED = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,40})-\n([a-z]{2,40})")
_SHOWN = 5
_BLANKS = re.compile(r"[^\S\n]{3,}")
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029\u21b5\u23ce]")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text that are not blank; the sign ↵, which the page shows in its box, ends one as well.

    Long runs of blanks become two, or a tab, so that columns can be told still.
    """
    text = _BLANKS.sub(lambda blanks: "\t" if "\t" in blanks[0] else "  ", _LINE_BREAKS.sub("\n", text))
    return [line.strip() for line in text.split("\n") if line.strip()]


def straightened(text: str) -> tuple[str, list[str]]:
    """Return a text in the characters of a query, and what was replaced, a sentence each."""
    remarks = []
    text, doubled = _undoubled(text)
    if doubled:
        remarks.append(f"{doubled:,} doubled quotes were read as single ones.")
    for pattern, replacement, one, several in _REPLACEMENTS:
        text, count = pattern.subn(replacement, text)
        if count:
            remarks.append(f"{counted(count, one, several)}.")
    return text, remarks


def with_parted_words(text: str) -> tuple[str, list[str]]:
    """Return a text with hyphens at the ends of lines next to what follows, and a sentence about them."""
    found = _PARTED.findall(text)
    shown = ", ".join("-".join(halves) for halves in found[:_SHOWN])
    remark = f"Hyphens at the ends of lines were kept: {shown}. Take out those that only part a word."
    return _PARTED.sub(r"\1-\2", text) if found else text, [remark] if found else []


def is_mostly_quoted(text: str) -> bool:
    """Return whether half of a text's words or more stand in quotes: then they are phrases, not an emphasis."""
    inside = sum(len(quoted.split()) for quoted in _QUOTED.findall(text))
    return 2 * inside >= len(text.split())


def _undoubled(text: str) -> tuple[str, int]:
    """Undo what a spreadsheet does to quotes: "" for each, and one around the whole."""
    if text.count('""') < 2:  # noqa: PLR2004 - an opening and a closing one
        return text, 0
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] == '"' and stripped.count('"') % 2 == 0:
        inner = stripped[1:-1]
        if '"' not in inner.replace('""', ""):
            stripped = inner
    return _DOUBLED.subn('"', stripped)
