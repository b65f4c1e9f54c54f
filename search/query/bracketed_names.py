"""Which brackets of a query belong to a word, as in benzo[a]pyrene, poly(ADP-ribose) or Cancers (Basel)[ta]."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Literal

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
    for first, last in _square_pairs(result):
        result[first], result[last] = _as_word(result[first]), _as_word(result[last])
    gaps = list(accumulate((not _are_adjacent(left, right) for left, right in pairwise(result)), initial=0))
    dropped = set()
    others_inside = [0]  # of each open bracket, and of the whole: what is neither a word nor a bracket of one
    opened: list[int] = []
    for position, token in enumerate(result):
        if token.type == "OPEN":
            opened.append(position)
            others_inside.append(0)
        elif token.type == "CLOSE" and opened:
            first, others = opened.pop(), others_inside.pop()
            kept = _use_of_pair(first, position, result, only_words=not others, gaps=gaps)
            if kept == "word":
                result[first], result[position] = _as_word(result[first]), _as_word(token)
            elif kept == "dropped":
                dropped |= {first, position}
            others_inside[-1] += others + (kept != "word")
        elif token.type not in _WORDS:
            others_inside[-1] += 1
    return list(_join_adjacent(token for position, token in enumerate(result) if position not in dropped))


def _use_of_pair(
    first: int, last: int, tokens: Sequence["Token"], *, only_words: bool, gaps: Sequence[int]
) -> Literal["word", "dropped", "group"]:
    """Return whether a pair of round brackets is part of a word, means nothing, or groups."""
    if last == first + 1 or not only_words:
        return "group"
    if _is_tagged(last, tokens) and not _follows_word(first, tokens):
        return "dropped"
    adjacent = gaps[first] == gaps[last]
    return "word" if _is_tagged(last, tokens) or (adjacent and _touches_word(first, last, tokens)) else "group"


def _square_pairs(tokens: Sequence["Token"]) -> Iterator[tuple[int, int]]:
    """Yield the positions of opening and closing square brackets, the inner pairs first."""
    open_positions: list[int] = []
    for position, token in enumerate(tokens):
        if token.type == "SQUARE" and token.startswith("["):
            open_positions.append(position)
        elif token.type == "SQUARE" and open_positions:
            yield open_positions.pop(), position


def _as_word(token: "Token") -> "Token":
    return token.update(type="WORD")


def _join_adjacent(tokens: Iterable["Token"]) -> Iterator["Token"]:
    """Make one word of words without a space between them."""
    run: list[Token] = []
    for token in tokens:
        if run and not (run[-1].type == token.type == "WORD" and _are_adjacent(run[-1], token)):
            yield _joined(run)
            run = []
        run.append(token)
    if run:
        yield _joined(run)


def _joined(run: Sequence["Token"]) -> "Token":
    return run[0] if len(run) == 1 else merge_tokens(run[0], run[-1], "".join(run), "WORD")


def merge_tokens(first: "Token", last: "Token", text: str, kind: str) -> "Token":
    """Return one token from the start of the first to the end of the last."""
    merged = first.update(type=kind, value=text)
    merged.end_pos = last.end_pos
    return merged


def _is_tagged(close: int, tokens: Sequence["Token"]) -> bool:
    return close + 1 < len(tokens) and tokens[close + 1].type == "TAG"


def _follows_word(position: int, tokens: Sequence["Token"]) -> bool:
    return position > 0 and tokens[position - 1].type in _WORDS


def _touches_word(first: int, last: int, tokens: Sequence["Token"]) -> bool:
    """Return whether there is no space between the brackets and a word before or after them."""
    before, after = tokens[max(first - 1, 0) : first], tokens[last + 1 : last + 2]
    return any(token.type in _WORDS and _are_adjacent(token, tokens[first]) for token in before) or any(
        token.type in _WORDS and _are_adjacent(tokens[last], token) for token in after
    )


def _are_adjacent(left: "Token", right: "Token") -> bool:
    return left.end_pos == right.start_pos
