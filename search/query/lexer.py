"""The words and signs of a query, and whether they make it more than a plain question.

Syntax is in force only where a sign of it is unmistakable: a known field tag behind a term, AND, OR or NOT in capitals
between two terms, a phrase in straight double quotes, a word of four letters or more that ends in `*`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING

from search.query.bracketed_names import joined, words_with_brackets
from search.query.field_tags import find_tag
from search.query.syntax_hints import SLIPS_SAID, slips_in, small_operators, stray_tags

if TYPE_CHECKING:
    from lark import Token

LEAST_STEM = 4
"""Letters before a `*`. Source: PubMed Help, "Truncation", https://pubmed.ncbi.nlm.nih.gov/help/#truncation"""

LONGEST_UNKNOWN_TAG = 12
OPERATORS = ("AND", "OR", "NOT")
# A quote opens at the start of a word and closes at the end of one: 5" and 10" are inches. A tag ends its word, or an
# operator follows at once.
_SCANNER = r"""
start: (PHRASE | OPERATOR | TAG | OPEN | CLOSE | QUOTE | SQUARE | WORD)*
PHRASE.9: /(?<![^\s(])"[^"]*"(?![^\s()\[\],.;:?!])/
OPERATOR.8: /(?<![^\s()\]"])(AND|OR|NOT)(?![^\s()"])/
TAG.7: /\[[A-Za-z0-9][A-Za-z0-9 :\/-]{0,40}\](?!(?!(AND|OR|NOT)\b)-?\w)/
OPEN: "("
CLOSE: ")"
QUOTE: "\""
SQUARE: /[\[\]]/
WORD: /[^\s()\[\]"]+/
%ignore /\s+/
"""


@dataclass(frozen=True, slots=True)
class TokenizedQuery:
    """A query cut into its words and signs.

    Attributes:
        tokens: In order, each with its place in the text.
        in_force: Whether they are more than plain words.
        unknown_tags: What looks like a tag and is none.
        slips: What else looks like syntax and could not be read so, in words.
    """

    tokens: tuple["Token", ...] = ()
    in_force: bool = False
    unknown_tags: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()


def tokenize(text: str) -> TokenizedQuery:
    """Cut a text into words and signs."""
    if not any(sign in text for sign in ('"', "[", "*", *OPERATORS)):
        return TokenizedQuery()
    scanned = list(_scanner().lex(text))
    placed = words_with_brackets([_placed(place, scanned) for place in range(len(scanned))])
    unknown = tuple(str(token) for token in placed if token.type == "UNKNOWN")
    in_force = any(map(_is_syntax, range(len(placed)), _endless(placed)))
    stray = small_operators(placed) if in_force else slips_in(placed, text)
    slips = chain(stray_tags(placed), stray, map(too_short, filter(_is_cut, placed)))
    return TokenizedQuery(tuple(_runs(placed, text)), in_force, unknown, tuple(islice(slips, SLIPS_SAID)))


def is_truncated(word: str) -> bool:
    """Say whether a word ends in a `*` behind enough letters."""
    letters = word.removesuffix("*")
    return word.endswith("*") and letters[-LEAST_STEM:].isalnum() and len(letters) >= LEAST_STEM


def too_short(word: str) -> str:
    """Say that a word cannot be cut off by its `*`."""
    return f"{str(word)!r} is too short to be cut off: {LEAST_STEM} letters or more before the *."


def _is_cut(token: "Token") -> bool:
    return token.type == "WORD" and token.endswith("*") and _has_letter(token) and not is_truncated(token)


@lru_cache(1)
def _scanner():  # type: ignore[no-untyped-def]  # noqa: ANN202 - Lark's type would import it here
    from lark import Lark

    return Lark(_SCANNER, parser="lalr", lexer="basic")


def _endless(tokens: Sequence["Token"]) -> Iterator[Sequence["Token"]]:
    while True:
        yield tokens


def _placed(place: int, tokens: Sequence["Token"]) -> "Token":
    """Name a token by what stands around it: square brackets are tags only behind a term."""
    token = tokens[place]
    if token.type == "PHRASE" and not _has_letter(token):
        return _renamed(token, "WORD")
    if token.type != "TAG":
        return token
    before = tokens[place - 1] if place else None
    if before is None or before.type not in {"WORD", "PHRASE", "CLOSE"}:
        return _renamed(token, "WORD")
    if find_tag(token[1:-1]):
        return token
    attached = before.end_pos == token.start_pos and token[1:-1].isalnum() and len(token) <= LONGEST_UNKNOWN_TAG + 2
    return _renamed(token, "UNKNOWN" if attached and not token[1:-1].isdigit() else "WORD")


def _renamed(token: "Token", kind: str) -> "Token":
    return token.update(type=kind)


def _has_letter(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _is_syntax(place: int, tokens: Sequence["Token"]) -> bool:
    token = tokens[place]
    if token.type == "OPERATOR":
        return _ends_operand(tokens[:place][-1:]) and _begins_operand(tokens[place + 1 : place + 3])
    return token.type in {"PHRASE", "TAG"} or (token.type == "WORD" and is_truncated(token))


def _ends_operand(tokens: Sequence["Token"]) -> bool:
    return any(t.type in {"PHRASE", "TAG", "CLOSE", "UNKNOWN"} or (t.type == "WORD" and _has_letter(t)) for t in tokens)


def _begins_operand(tokens: Sequence["Token"]) -> bool:
    if tokens and tokens[0].type == "OPERATOR":  # "OR NOT" is read as one slip, below, not as plain text
        tokens = tokens[1:]
    return any(t.type in {"PHRASE", "OPEN"} or (t.type == "WORD" and _has_letter(t)) for t in tokens[:1])


def _runs(tokens: Iterable["Token"], text: str) -> Iterator["Token"]:
    """Join neighbouring words into one TEXT; a colon between two tagged terms stands for a range."""
    for is_words, group in groupby(tokens, key=lambda token: token.type in {"WORD", "UNKNOWN"}):
        run = list(group)
        if is_words:
            yield from _run(run, text)
        else:
            yield from run


def _run(run: Sequence["Token"], text: str) -> Iterator["Token"]:
    colon = run[0] == ":" and text[: run[0].start_pos].rstrip().endswith("]")
    if colon:
        yield _renamed(run[0], "COLON")
        run = run[1:]
    if run:
        yield joined(run[0], run[-1], " ".join(token for token in run if token.type == "WORD"), "TEXT")
