"""What looks like a sign of syntax and cannot be one, said so that a slip is seen."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from search.query.field_tags import find_tag

if TYPE_CHECKING:
    from lark import Token

SLIPS_SAID = 5


def slips_in(tokens: Sequence["Token"], text: str) -> Iterator[str]:
    """Say what a plain question has of the query language: each an operator, a quote or a tag that nothing goes with.

    Args:
        tokens: The words and signs of the text.
        text: What was typed.
    """
    for place, token in enumerate(tokens):
        at = (token.start_pos or 0) + 1
        if token.type == "OPERATOR":
            side = "before" if not _holds_letter(tokens[place - 1 : place]) else "behind"
            yield f"{token} at character {at} has no term {side} it and was read as a plain word. Write bees AND honey."
        elif token.type == "QUOTE" and text[at : at + 1].strip() and not text[at - 2 : at - 1].strip(" ("):
            yield f'The quote at character {at} is never closed and was passed over. Write "heart attack".'
        elif token.type == "SQUARE" and (tag := _tag_after(tokens[place + 1 : place + 2])):
            yield f"The bracket at character {at} is never closed: [{tag}] is no field tag yet. Write cancer[{tag}]."


def stray_tags(tokens: Sequence["Token"]) -> Iterator[str]:
    """Say which field tags have no term before them."""
    for token in tokens:
        if token.type == "WORD" and token[:1] == "[" and find_tag(token[1:-1]):
            yield f"{token} has no term before it and was read as a word. Write cancer[ti]."


def small_operators(tokens: Sequence["Token"]) -> Iterator[str]:
    """Say which words would be operators in capitals: those behind a tag, a phrase or a bracket."""
    for before, token in pairwise(tokens):
        if token in {"or", "not"} and before.type in {"TAG", "PHRASE", "CLOSE"}:
            yield f"{str(token)!r} was read as a word. Operators are written in capitals: {token.upper()}."


def _tag_after(tokens: Sequence["Token"]) -> str:
    return next((str(token) for token in tokens if find_tag(token)), "")


def _holds_letter(tokens: Sequence["Token"]) -> bool:
    return any(character.isalnum() for token in tokens for character in token)
