"""References to lines of a strategy: #1 AND #2, 1 or 2, or/1-3, #1-#3/OR."""

import re
from collections.abc import Collection, Iterator

from index.core.errors import QueryError

MOST_REFERRED = 500
"""Lines of one range."""

_NUMBER = r"[#SL]?\s?\d{1,3}"
_LIST = rf"{_NUMBER}(?:\s*[-,]\s*{_NUMBER})*"
_LONG_LIST = rf"{_NUMBER}(?:\s*[-,]\s*{_NUMBER})+"
_RANGES = (
    re.compile(rf"(?<![\w/])(or|and)\s?/\s?({_LIST})(?!\w)", re.IGNORECASE),
    re.compile(rf"(?<![\w/])({_LONG_LIST})\s?/\s?(or|and)(?!\w)", re.IGNORECASE),
    re.compile(rf"[{{\[]\s*(or|and)\s+({_LIST})\s*[}}\]]", re.IGNORECASE),
)
_SIGNED = re.compile(
    rf"\s*(?:combined?\s+)?({_NUMBER}(?:\s*(?:[&+]|\band\b|\bor\b|\bnot\b)\s*{_NUMBER})+)\s*", re.IGNORECASE
)
_LIMIT = re.compile(r"^(limit\s+|remove duplicates from\s+)#?(\d{1,3})(?=\s+to\b|\s*$)", re.IGNORECASE)
_TOKEN = re.compile(r'"[^"]*"|[()]|[^\s()"]+|"')
_OPERATORS = {"and", "or", "not"}
_CAPITALS = {"AND", "OR", "NOT"}
_MARKED = re.compile(r"#(\d{1,3})")
_LETTERED = re.compile(r"[SL](\d{1,3})")
_BARE = re.compile(r"(\d{1,3})")
_REFERENCE = re.compile(r"[#SL]?\d{1,3}")
_CANONICAL = re.compile(r"#(\d{1,3})(?![\w])")


def is_reference_only(text: str) -> bool:
    """Return whether a text refers to lines and says nothing else: "1 and 2", "or/1-3", "#1 NOT (#2 OR #3)"."""
    text = _in_words(text.strip())
    if any(pattern.fullmatch(text) for pattern in _RANGES) or _LIMIT.match(text):
        return True
    words = text.replace("(", " ").replace(")", " ").split()
    numbers = [word for word in words if _REFERENCE.fullmatch(word)]
    operators = [word for word in words if word.lower() in _OPERATORS]
    return len(numbers) + len(operators) == len(words) and bool(
        numbers and (operators or (len(words) == 1 and words[0].startswith("#")))
    )


def has_reference(text: str) -> bool:
    """Return whether a text refers to a line by #1, or by numbers alone."""
    return is_reference_only(text) or any(True for _ in references_in(canonical(text, bare=False)))


def canonical(text: str, *, bare: bool) -> str:
    """Return a text with every reference written as #1, ranges written out.

    Args:
        text: A line.
        bare: Whether a number or S1 that stands alone between operators refers to a line.

    Raises:
        QueryError: A range is longer than `MOST_REFERRED`.
    """
    text = _in_words(text)
    for pattern in _RANGES:
        text = pattern.sub(_written_out, text)
    text = _LIMIT.sub(r"\1#\2", text)
    return _with_marks(text) if bare else text


def references_in(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and end of each reference of a text in canonical form."""
    if "#" not in text:
        return
    tokens = list(_TOKEN.finditer(text))
    for position, token in enumerate(tokens):
        found = _CANONICAL.fullmatch(token[0])
        if found and (_is_operand(position, tokens) or _is_joined(position, tokens)):
            yield int(found[1]), token.start(), token.end()


def missing(numbers: Collection[int], text: str) -> Iterator[tuple[int, int]]:
    """Yield number and start of each reference to a line that is not among those numbers."""
    return ((number, start) for number, start, _ in references_in(text) if number not in numbers)


def _in_words(text: str) -> str:
    """Return "#1 & #2", "1 + 2" and "Combine 1 and 2" as "#1 AND #2"; other texts as they are."""
    found = _SIGNED.fullmatch(text)
    return re.sub(r"\s*[&+]\s*", " AND ", found[1]) if found else text


def _with_marks(text: str) -> str:
    tokens = list(_TOKEN.finditer(text))
    parts, end = [], 0
    for position, token in enumerate(tokens):
        found = _LETTERED.fullmatch(token[0]) or _BARE.fullmatch(token[0])
        if found and _is_operand(position, tokens):
            parts += [text[end : token.start()], f"#{int(found[1])}"]
            end = token.end()
    return "".join([*parts, text[end:]])


def _is_operand(position: int, tokens: list["re.Match[str]"]) -> bool:
    """Return whether a token stands alone between operators and brackets."""
    before = tokens[position - 1][0].lower() if position else "("
    after = tokens[position + 1][0].lower() if position + 1 < len(tokens) else ")"
    return (before in {"(", *_OPERATORS} or bool(_MARKED.fullmatch(before))) and (
        after in {")", *_OPERATORS} or bool(_MARKED.fullmatch(after))
    )


def _is_joined(position: int, tokens: list["re.Match[str]"]) -> bool:
    """Return whether "#1" has an operator on one side, or is what "limit" or "remove duplicates from" is about."""
    before = tokens[position - 1][0] if position else ""
    after = tokens[position + 1][0] if position + 1 < len(tokens) else ""
    first = tokens[0][0].lower()
    return bool({before, after} & _CAPITALS) or (position, first) in {(1, "limit"), (3, "remove")}


def _written_out(found: "re.Match[str]") -> str:
    first, second = found.groups()
    operator, listed = (first, second) if first.lower() in _OPERATORS else (second, first)
    numbers: list[int] = []
    for part in listed.split(","):
        ends = [int(re.sub(r"\D", "", end)) for end in part.split("-")]
        low, high = min(ends), max(ends)
        if high - low >= MOST_REFERRED or len(numbers) >= MOST_REFERRED:
            raise QueryError(f"{found[0]!r} refers to more than {MOST_REFERRED} lines.")
        numbers += range(low, high + 1)
    return f"({f' {operator.upper()} '.join(f'#{number}' for number in numbers)})"
