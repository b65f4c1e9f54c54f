"""Hints about what looks like query syntax and cannot be read as such, so that a mistake is noticed."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from index.core.formatting import counted
from search.query.field_tags import find_tag

if TYPE_CHECKING:
    from lark import Token

MAX_HINTS = 5


def plain_text_hints(tokens: Sequence["Token"], text: str) -> Iterator[str]:
    """Name the incomplete syntax in a plain question: an operator, a quote or a tag without the rest.

    Args:
        tokens: The tokens of the text.
        text: What was typed.
    """
    for position, token in enumerate(tokens):
        start = token.start_pos or 0
        where = f"at character {start + 1}"
        if token.type == "OPERATOR":
            side = "after" if _have_letter(tokens[position - 1 : position]) else "before"
            yield f"{token} {where} has no term {side} it and was read as a plain word. Write bees AND honey."
        elif token.type == "QUOTE" and text[start + 1 : start + 2].strip() and not text[start - 1 : start].strip(" ("):
            yield f'The quote {where} is never closed and was ignored. Write "heart attack".'
        elif token.type == "SQUARE" and (tag := _tag_after(tokens[position + 1 : position + 2])):
            yield f"The bracket {where} is never closed, so [{tag}] is not a field tag. Write cancer[{tag}]."


def stray_tag_hints(tokens: Sequence["Token"]) -> Iterator[str]:
    """Name the field tags that have no term before them."""
    for token in tokens:
        if token.type == "WORD" and token[:1] == "[" and find_tag(token[1:-1]):
            yield f"{token} has no term before it and was read as a word. Write cancer[ti]."


def lowercase_read(count: int) -> str:
    """Say that operators in lower case were read as operators."""
    return f"{counted(count, 'lower-case operator')} {'was' if count == 1 else 'were'} read as AND, OR or NOT."


def lowercase_operator_hints(tokens: Sequence["Token"]) -> Iterator[str]:
    """Name the words of a query with operators that would be operators in capitals."""
    for before, token in pairwise(tokens):
        if token.type == "WORD" and (
            str(token) in {"or"} or (str(token) in {"not"} and before.type in {"TAG", "PHRASE", "CLOSE"})
        ):
            yield f"{str(token)!r} was read as a word. Operators are written in capitals: {token.upper()}."


def _tag_after(tokens: Sequence["Token"]) -> str:
    return next((str(token) for token in tokens if find_tag(token)), "")


def _have_letter(tokens: Sequence["Token"]) -> bool:
    return any(character.isalnum() for token in tokens for character in token)
