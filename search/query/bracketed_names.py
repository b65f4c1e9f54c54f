"""Which brackets of a query belong to a word, as in benzo[a]pyrene, poly(ADP-ribose) or Cancers (Basel)[ta]."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Token

_WORDS = {"WORD", "UNKNOWN"}


def words_with_brackets(tokens: Sequence["Token"]) -> list["Token"]:
    """Make words of the brackets that group nothing.

    A square bracket with its partner is never anything else, once tags are known. A round one with its partner is part
    of a word where it stands inside one, or where it holds words only and a field tag follows; around the whole of what
    is tagged it says nothing and goes.

    Args:
        tokens: Words, tags, operators and brackets, as they were scanned.

    Returns:
        The tokens, such brackets among the words; those without a partner stay as they are.
    """
    read = list(tokens)
    for first, last in _pairs(read, {"SQUARE"}, "["):
        read[first], read[last] = _word(read[first]), _word(read[last])
    dropped = set()
    for first, last in _pairs(read, {"OPEN", "CLOSE"}, "("):
        if last == first + 1 or any(token.type not in _WORDS for token in read[first + 1 : last]):
            continue
        if _is_tagged(last, read) and not _follows_word(first, read):
            dropped |= {first, last}
        elif _is_tagged(last, read) or _is_inside_a_word(first, last, read):
            read[first], read[last] = _word(read[first]), _word(read[last])
    return list(_glued(token for place, token in enumerate(read) if place not in dropped))


def _pairs(tokens: Sequence["Token"], kinds: set[str], opening: str) -> Iterator[tuple[int, int]]:
    """Yield the places of brackets and their partners, the inner ones first."""
    opened: list[int] = []
    for place, token in enumerate(tokens):
        if token.type not in kinds:
            continue
        if token == opening:
            opened.append(place)
        elif opened:
            yield opened.pop(), place


def _word(token: "Token") -> "Token":
    return token.update(type="WORD")


def _glued(tokens: Iterable["Token"]) -> Iterator["Token"]:
    """Make one word of words that no space divides."""
    last: Token | None = None
    for token in tokens:
        if last and last.type == token.type == "WORD" and last.end_pos == token.start_pos:
            last = joined(last, token, last + token, "WORD")
            continue
        if last:
            yield last
        last = token
    if last:
        yield last


def joined(first: "Token", last: "Token", text: str, kind: str) -> "Token":
    """Return one token from the start of one to the end of another."""
    whole = first.update(type=kind, value=text)
    whole.end_pos = last.end_pos
    return whole


def _is_tagged(close: int, tokens: Sequence["Token"]) -> bool:
    return close + 1 < len(tokens) and tokens[close + 1].type == "TAG"


def _follows_word(place: int, tokens: Sequence["Token"]) -> bool:
    return place > 0 and tokens[place - 1].type in _WORDS


def _is_inside_a_word(first: int, last: int, tokens: Sequence["Token"]) -> bool:
    """Say whether no space stands between brackets, and none between them and a word before or behind."""
    if not all(_touch(one, other) for one, other in pairwise(tokens[first : last + 1])):
        return False
    before, behind = tokens[max(first - 1, 0) : first], tokens[last + 1 : last + 2]
    return any(one.type in _WORDS and _touch(one, tokens[first]) for one in before) or any(
        one.type in _WORDS and _touch(tokens[last], one) for one in behind
    )


def _touch(one: "Token", other: "Token") -> bool:
    return one.end_pos == other.start_pos
