"""How a query that cannot be read could be mended: an operator cut out, a bracket or a quote closed."""

import re
from collections.abc import Callable, Iterator, Sequence

from index.core.errors import Proposal, QuerySyntaxError

MOST_CUT = 100
"""Operators; a query with more of them in wrong places is no query."""

_TOKEN = re.compile(r'"[^"]*"|\[[^\[\]]*\]|[()]|[^\s()"\[\]]+|["\[\]]')
_OPERATORS = {"AND", "OR", "NOT"}
_EMPTY = re.compile(r"\(\s*\)")
_EITHER = re.compile(r"(?<!\S)and/or(?!\S)", re.IGNORECASE)
_UNCLOSED_TAG = re.compile(
    r"\[((?:(?:mesh|text|all|other) )?[A-Za-z/:]{2,20})(?=\s*(?:$|\)|\s(?:AND|OR|NOT)\s))", re.IGNORECASE
)
_UNCLOSED_QUOTE = re.compile(r'(?<![^\s(])"([^"\[\]()]{1,100}?)\s*(?=\[)(?!")')
_TAGGED_GROUP = re.compile(r"\(([^()\[\]]{1,5000})\)\s?(\[[^\[\]]{1,50}\])")
_MEMBER = re.compile(r'"[^"]*"|[^\s"]+')


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
    return bool(text.strip())


def _candidates(text: str) -> Iterator[Proposal]:
    text, done = _repaired(text)
    without = _without_misplaced(text, keep_first=False)
    if without != text:
        other = _without_misplaced(text, keep_first=True)
        if other == without or other.split() == without.split():
            yield Proposal(_label("without the operator that joins nothing", done), without)
        else:
            yield Proposal(_label("with the second of two operators", done), without)
            yield Proposal(_label("with the first of two operators", done), other)
    elif done:
        yield Proposal(_label("", done), text)
    missing, surplus = _unclosed(without)
    if missing + len(surplus) > MOST_CUT:
        return
    if missing:
        yield Proposal(_label("with the bracket closed at the end", done), _cut(without, surplus) + ")" * missing)
    elif surplus:
        what = "without the bracket that closes nothing" if len(surplus) == 1 else "without brackets that close nothing"
        yield Proposal(_label(what, done), _cut(without, surplus))


def _label(what: str, done: Sequence[str]) -> str:
    return f"Search {', '.join(filter(None, (what, *done)))}"


def _repaired(text: str) -> tuple[str, list[str]]:
    """Mend what can be mended in one way only, and say what was."""
    done = []
    if (odd := text.count('"') % 2) and (closed := _UNCLOSED_QUOTE.sub(r'"\1"', text)).count('"') % 2 == 0:
        text = closed
        done.append("with the quote closed before its tag")
    elif odd:
        last = text.rindex('"')
        text = f"{text[:last]} {text[last + 1 :]}" if text.count('"') == 1 else text
        done += ["without the quote"] if text.count('"') % 2 == 0 else []
    for pattern, replacement, what in (
        (_UNCLOSED_TAG, r"[\1]", "with the tag closed"),
        (_EITHER, "OR", "with OR in place of AND/OR"),
        (_EMPTY, " ", "without empty brackets"),
        (_TAGGED_GROUP, _given_out, "with the tag behind each term"),
    ):
        changed = pattern.sub(replacement, text)
        if changed != text:
            text = changed
            done.append(what)
    return " ".join(text.split()) if done else text, done


def _given_out(group: "re.Match[str]") -> str:
    """Give a tag behind a bracket to each of the terms that operators join in it."""
    members: list[str] = []
    words: list[str] = []
    for part in _MEMBER.findall(group[1]):
        if part.upper() in _OPERATORS:
            members += [f"{' '.join(words)}{group[2]}"] if words else []
            members.append(part.upper())
            words = []
        else:
            words.append(part)
    members += [f"{' '.join(words)}{group[2]}"] if words else []
    return f"({' '.join(members)})"


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


def _unclosed(text: str) -> tuple[int, list[int]]:
    """Count the brackets that are never closed, and find the places of those that close nothing."""
    open_count, surplus = 0, []
    for token in _TOKEN.finditer(text):
        if token[0] == "(":
            open_count += 1
        elif token[0] == ")" and open_count:
            open_count -= 1
        elif token[0] == ")":
            surplus.append(token.start())
    return open_count, surplus


def _cut(text: str, places: Sequence[int]) -> str:
    gone = set(places)
    return "".join(character for place, character in enumerate(text) if place not in gone)
