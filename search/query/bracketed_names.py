"""Which brackets of a query belong to a word, as in benzo[a]pyrene, poly(ADP-ribose) or Cancers (Basel)[ta]."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Token

_WORDS = {"WORD", "UNKNOWN"}


def words_with_brackets(tokens: Sequence["Token"]) -> list["Token"]:
    """Make words of the brackets that group nothing.

    A closed pair of square brackets is always part of a word, once tags are known. A closed pair of round ones is part
    of a word where it is inside one, or where it holds only words and a field tag follows; around everything that is
    tagged it means nothing and is dropped.

    Args:
        tokens: Words, tags, operators and brackets, as they were scanned.

    Returns:
        The tokens, such brackets among the words; unclosed ones stay as they are.
    """
    result = list(tokens)
    for first, last in _pairs(result, {"SQUARE"}, "["):
        result[first], result[last] = _as_word(result[first]), _as_word(result[last])
    dropped = set()
    for first, last in _pairs(result, {"OPEN", "CLOSE"}, "("):
        if last == first + 1 or any(token.type not in _WORDS for token in result[first + 1 : last]):
            continue
        if _is_tagged(last, result) and not _follows_word(first, result):
            dropped |= {first, last}
        elif _is_tagged(last, result) or _is_inside_a_word(first, last, result):
            result[first], result[last] = _as_word(result[first]), _as_word(result[last])
    return list(_join_adjacent(token for position, token in enumerate(result) if position not in dropped))


def _pairs(tokens: Sequence["Token"], kinds: set[str], opening: str) -> Iterator[tuple[int, int]]:
    """Yield the positions of opening and closing brackets, the inner pairs first."""
    open_positions: list[int] = []
    for position, token in enumerate(tokens):
        if token.type not in kinds:
            continue
        if token == opening:
            open_positions.append(position)
        elif open_positions:
            yield open_positions.pop(), position


def _as_word(token: "Token") -> "Token":
    return token.update(type="WORD")


def _join_adjacent(tokens: Iterable["Token"]) -> Iterator["Token"]:
    """Make one word of words without a space between them."""
    previous: Token | None = None
    for token in tokens:
        if previous and previous.type == token.type == "WORD" and previous.end_pos == token.start_pos:
            previous = merge_tokens(previous, token, previous + token, "WORD")
            continue
        if previous:
            yield previous
        previous = token
    if previous:
        yield previous


def merge_tokens(first: "Token", last: "Token", text: str, kind: str) -> "Token":
    """Return one token from the start of the first to the end of the last."""
    merged = first.update(type=kind, value=text)
    merged.end_pos = last.end_pos
    return merged


def _is_tagged(close: int, tokens: Sequence["Token"]) -> bool:
    return close + 1 < len(tokens) and tokens[close + 1].type == "TAG"


def _follows_word(position: int, tokens: Sequence["Token"]) -> bool:
    return position > 0 and tokens[position - 1].type in _WORDS


def _is_inside_a_word(first: int, last: int, tokens: Sequence["Token"]) -> bool:
    """Return whether there is no space between the brackets, nor between them and a word before or after."""
    if not all(_are_adjacent(left, right) for left, right in pairwise(tokens[first : last + 1])):
        return False
    before, after = tokens[max(first - 1, 0) : first], tokens[last + 1 : last + 2]
    return any(token.type in _WORDS and _are_adjacent(token, tokens[first]) for token in before) or any(
        token.type in _WORDS and _are_adjacent(tokens[last], token) for token in after
    )


def _are_adjacent(left: "Token", right: "Token") -> bool:
    return left.end_pos == right.start_pos
