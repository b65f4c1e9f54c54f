"""PubMed's query language: its grammar, and the tree that a query becomes.

Operators join from left to right, none before another; brackets come first; terms side by side are joined by AND.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from index.core.errors import QuerySyntaxError
from search.query.field_tags import Tag, find_tag
from search.query.query import Span

if TYPE_CHECKING:
    from lark import Token

GRAMMAR = r"""
?start: chain
chain: operand step*
step: OPERATOR operand      -> joined
    | operand               -> beside
?operand: term
    | term COLON term       -> range
    | OPEN chain CLOSE      -> group
term: (TEXT | PHRASE) TAG?
%declare TEXT PHRASE TAG OPERATOR OPEN CLOSE COLON QUOTE SQUARE
"""

MOST_NESTED = 200
"""Brackets inside brackets that still mean something, once doubled ones are taken off."""

_SHOWN = 60
_NAMES = {
    "TEXT": "a word", "PHRASE": "a phrase", "OPEN": "an opening bracket", "CLOSE": "a closing bracket",
    "OPERATOR": "AND, OR or NOT", "TAG": "a field tag", "COLON": "a colon", "$END": "the end",
}  # fmt: skip
_MISPLACED = {
    "QUOTE": 'This quote has no partner. Close it: "heart attack"',
    "SQUARE": "This square bracket has no partner. A field tag is written cancer[ti]",
    "TAG": "A field tag stands behind one term. Write bees[ti] OR wasps[ti]",
    "NOT": "NOT alone joins two terms. Write bees NOT wasps",
}
"""What is wrong with a sign that stands where it cannot, by its kind or itself."""


@dataclass(frozen=True, slots=True)
class TermNode:
    """Words with or without a field tag.

    Attributes:
        text: The words, without quotes.
        tag: Where to look, or None.
        quoted: Whether they stood in quotes.
        place: Where they stand in the query.
    """

    text: str
    tag: Tag | None
    quoted: bool
    place: Span


@dataclass(frozen=True, slots=True)
class Range:
    """Two tagged dates with a colon between them."""

    first: TermNode
    last: TermNode


@dataclass(frozen=True, slots=True)
class Step:
    """A further operand and what joins it to all before it: "AND", "OR", "NOT", or "" where it only stands beside."""

    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined from left to right, one step at least; `depth` counts the chains inside it and itself."""

    first: "Node"
    steps: tuple[Step, ...]
    depth: int


Node: TypeAlias = TermNode | Range | Chain


def parse(tokens: Sequence["Token"], text: str) -> Node:
    """Build the tree of a query.

    Args:
        tokens: Its words and signs, from `read_signs`.
        text: The query, for what an error quotes.

    Raises:
        QuerySyntaxError: A bracket or a quote without its partner, an operator without an operand, and the like.
    """
    from lark.exceptions import UnexpectedToken

    parser = _parser().parse_interactive("")
    try:
        for token in tokens:
            parser.feed_token(token)
        node: Node = parser.feed_eof(tokens[-1])
    except UnexpectedToken as error:
        raise _explained(error, parser.accepts(), tokens, text) from None
    if _depth(node) > MOST_NESTED:
        raise QuerySyntaxError(f"The query has more than {MOST_NESTED} steps inside one another. Write it flatter.", 0)
    return node


def fault(message: str, text: str, position: int) -> QuerySyntaxError:
    """Return an error that quotes the query and points at a character of it."""
    start = max(0, min(position - _SHOWN // 2, len(text) - _SHOWN))
    shown = text[start : start + _SHOWN]
    lead, tail = "…" if start else "", "…" if start + _SHOWN < len(text) else ""
    caret = " " * (position - start + len(lead)) + "^"
    return QuerySyntaxError(f"{message}\n  {lead}{shown}{tail}\n  {caret}", position)


@lru_cache(1)
def _parser():  # type: ignore[no-untyped-def]  # noqa: ANN202 - Lark's type would import it here
    from lark import Lark
    from lark.lexer import Lexer

    class Scanned(Lexer):
        """The tokens come from `read_signs`."""

        __future_interface__ = 0

        def __init__(self, configuration: object) -> None: ...

        def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator["Token"]:  # noqa: ANN401, ARG002
            return iter(())

    # The tree is built while the text is read, so that no depth of brackets can exhaust the stack.
    return Lark(GRAMMAR, parser="lalr", lexer=Scanned, transformer=_builder(), maybe_placeholders=False)


def _builder() -> Any:  # noqa: ANN401 - Lark has no types for transformers
    from lark import Transformer

    class Builder(Transformer):  # type: ignore[type-arg]
        def chain(self, parts: list[Any]) -> Node:
            first, *steps = parts
            depth = 1 + max(_depth(first), max((_depth(step.operand) for step in steps), default=0))
            return Chain(first, tuple(steps), depth) if steps else first

        def joined(self, parts: list[Any]) -> Step:
            return Step(str(parts[0]), parts[1])

        def beside(self, parts: list[Any]) -> Step:
            return Step("", parts[0])

        def group(self, parts: list[Any]) -> Node:
            return parts[1]  # type: ignore[no-any-return]

        def range(self, parts: list[Any]) -> Range:
            return Range(parts[0], parts[2])

        def term(self, parts: list[Any]) -> TermNode:
            words = parts[0]
            tag = find_tag(parts[1][1:-1]) if len(parts) > 1 else None
            quoted = words.type == "PHRASE"
            text = words[1:-1].strip() if quoted else str(words)
            return TermNode(text, tag, quoted, Span(words.start_pos, parts[-1].end_pos))

    return Builder()


def _depth(node: Node) -> int:
    return node.depth if isinstance(node, Chain) else 0


def _explained(error: Any, accepts: set[str], tokens: Sequence["Token"], text: str) -> QuerySyntaxError:  # noqa: ANN401
    token = error.token
    ended = token.type == "$END"
    position = len(text) if ended else token.start_pos
    if message := _MISPLACED.get(token.type, _MISPLACED.get(str(token))):
        return fault(message, text, position)
    opened = _unclosed(tokens)
    if ended and opened is not None and "CLOSE" in accepts:
        return fault("This bracket is never closed. Write (bees OR wasps) AND honey", text, opened)
    if token.type == "CLOSE" and opened is None and _closes_too_many(tokens, token):
        return fault("This bracket closes nothing. Write (bees OR wasps) AND honey", text, position)
    found = "the query ends here" if ended else f"found {str(token)[:20]!r}"
    expected = " or ".join(sorted(_NAMES[name] for name in accepts if name in {"TEXT", "PHRASE", "OPEN"}))
    expected = expected or " or ".join(sorted(_NAMES[name] for name in accepts if name in _NAMES))
    return fault(f"Expected {expected}, but {found}. Write bees AND honey, or cancer[ti]", text, position)


def _unclosed(tokens: Sequence["Token"]) -> int | None:
    opened: list[int] = []
    for token in tokens:
        if token.type == "OPEN":
            opened.append(token.start_pos or 0)
        elif token.type == "CLOSE" and opened:
            opened.pop()
    return opened[-1] if opened else None


def _closes_too_many(tokens: Sequence["Token"], close: "Token") -> bool:
    end = close.start_pos or 0
    before = [token.type for token in tokens if (token.start_pos or 0) <= end]
    return before.count("CLOSE") > before.count("OPEN")
