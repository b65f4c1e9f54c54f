"""How a query that cannot be read could be mended: an operator cut out, a bracket closed."""

import re
from collections.abc import Callable, Iterator

from index.core.errors import Proposal, QuerySyntaxError

MOST_CUT = 100
"""Operators; a query with more of them in wrong places is no query."""

_TOKEN = re.compile(r'"[^"]*"|\[[^\[\]]*\]|[()]|[^\s()"\[\]]+|["\[\]]')
_OPERATORS = {"AND", "OR", "NOT"}


def mends(text: str, check: Callable[[str], None]) -> tuple[Proposal, ...]:
    """Return the mends after which a query can be read.

    Args:
        text: The query.
        check: Raises `QuerySyntaxError` where a query cannot be read.
    """
    return tuple(proposal for proposal in _candidates(text) if _is_read(proposal.text, check))


def _is_read(text: str, check: Callable[[str], None]) -> bool:
    try:
        check(text)
    except QuerySyntaxError:
        return False
    return True


def _candidates(text: str) -> Iterator[Proposal]:
    without = _without_misplaced(text, keep_first=False)
    if without != text:
        other = _without_misplaced(text, keep_first=True)
        if other == without or other.split() == without.split():
            yield Proposal("Search without the operator that joins nothing", without)
        else:
            yield Proposal("Search with the second of two operators", without)
            yield Proposal("Search with the first of two operators", other)
    missing = _unclosed(without)
    if 0 < missing <= MOST_CUT:
        yield Proposal("Search with the bracket closed at the end", without + ")" * missing)
    if missing < 0:
        stripped = without.rstrip()
        surplus = len(stripped) - len(stripped.rstrip(")"))
        if surplus >= -missing:
            yield Proposal("Search without the last bracket", stripped[:missing])


def _without_misplaced(text: str, *, keep_first: bool) -> str:
    """Cut out operators without a term on both sides; of two in a row keep the first or the second."""
    tokens = list(_TOKEN.finditer(text))
    cut = set()
    for position, token in enumerate(tokens):
        before = tokens[position - 1][0] if position else "("
        after = tokens[position + 1][0] if position + 1 < len(tokens) else ")"
        ends_in_lowercase = token[0].upper() in _OPERATORS and after == ")"
        if token[0] not in _OPERATORS and not ends_in_lowercase:
            continue
        if before == "(" or after == ")" or (before if keep_first else after) in _OPERATORS:
            cut.add(position)
    if not cut or len(cut) > MOST_CUT:
        return text
    parts, end = [], 0
    for position in sorted(cut):
        parts.append(text[end : tokens[position].start()].rstrip())
        end = tokens[position].end()
    return _spaced([*parts, text[end:]])


def _spaced(parts: list[str]) -> str:
    return " ".join(part.strip() for part in parts if part.strip()).replace("( ", "(").replace(" )", ")")


def _unclosed(text: str) -> int:
    brackets = [token[0] for token in _TOKEN.finditer(text)]
    return brackets.count("(") - brackets.count(")")
