"""PubMed's query language: its grammar, and the tree that a query becomes.

Operators join from left to right with equal precedence; brackets come first; adjacent terms are joined by AND.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from index.core.errors import QueryError, QuerySyntaxError
from search.query.field_tags import Tag, find_tag, unknown_tag
from search.query.query import Span
from search.syntaxes.pointing import syntax_error as syntax_error  # noqa: PLC0414 - the compiler's as well

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

MAX_DEPTH = 200
"""Levels of brackets and of changes between operators, not counting brackets that only repeat another pair."""

MAX_TERMS = 10_000
"""The longest strategies of systematic reviews have some thousand."""

_TOKEN_NAMES = {
    "TEXT": "a word", "PHRASE": "a phrase", "OPEN": "an opening bracket", "CLOSE": "a closing bracket",
    "OPERATOR": "AND, OR or NOT", "TAG": "a field tag", "COLON": "a colon", "$END": "the end",
}  # fmt: skip
_MISPLACED = {
    "QUOTE": 'This quote is never closed. Close it: "heart attack"',
    "SQUARE": "This square bracket does not belong to a pair. A field tag is written cancer[ti]",
    "TAG": "A field tag must follow one term. Write bees[ti] OR wasps[ti]",
    "NOT": "NOT joins two terms by itself. Write bees NOT wasps",
}
"""What is wrong with a misplaced token, by its type or its text."""


@dataclass(frozen=True, slots=True)
class TermNode:
    """Words with or without a field tag.

    Attributes:
        text: The words, without quotes.
        tag: Where to search, or None.
        quoted: Whether they were in quotes.
        span: Their position in the query.
        tag_text: The tag as typed, with its brackets, or "".
    """

    NOWHERE: ClassVar[Span] = Span(0, 0)

    text: str
    tag: Tag | None
    quoted: bool
    span: Span
    tag_text: str = ""

    @property
    def quoted_text(self) -> str:
        """The words as typed, without the tag."""
        return f'"{self.text}"' if self.quoted else self.text


@dataclass(frozen=True, slots=True)
class Range:
    """Two tagged dates with a colon between them."""

    first: TermNode
    last: TermNode


@dataclass(frozen=True, slots=True)
class Step:
    """A further operand and what joins it to all before it: "AND", "OR", "NOT", or "" where it only follows."""

    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined from left to right, one step at least; `depth` counts nested levels, itself among them."""

    first: "Node"
    steps: tuple[Step, ...]
    depth: int


Node: TypeAlias = TermNode | Range | Chain


def parse(tokens: Sequence["Token"], text: str) -> Node:
    """Build the tree of a query.

    Args:
        tokens: Its tokens, from `tokenize`.
        text: The query, which errors quote.

    Raises:
        QuerySyntaxError: An unclosed bracket or quote, an operator without an operand, and similar errors.
        QueryError: More than `MAX_TERMS` terms.
    """
    from lark.exceptions import UnexpectedToken

    check_terms(sum(token.type in {"TEXT", "PHRASE"} for token in tokens))  # first: to parse them takes as long again
    parser = _parser().parse_interactive("")
    try:
        for token in tokens:
            parser.feed_token(token)
        node: Node = parser.feed_eof(tokens[-1])
    except UnexpectedToken as error:
        raise _explain(error, parser.accepts(), tokens, text) from None
    if _depth(node) > MAX_DEPTH:
        raise QuerySyntaxError(
            f"The query has more than {MAX_DEPTH} nested levels. "
            "Use fewer brackets, and fewer changes between AND, OR and NOT.",
            0,
        )
    return node


def check_terms(count: int) -> None:
    """Refuse a query with more terms than `MAX_TERMS`.

    Raises:
        QueryError: It has more.
    """
    if count > MAX_TERMS:
        raise QueryError(
            f"A query with operators or tags may have at most {MAX_TERMS:,} terms; this one has more. Search in parts."
        )


@lru_cache(1)
def _parser():  # type: ignore[no-untyped-def]  # noqa: ANN202 - Lark's type would import it here
    from lark import Lark
    from lark.lexer import Lexer

    class Scanned(Lexer):
        """The tokens come from `tokenize`."""

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
            return Chain(first, tuple(steps), _chain_depth(first, steps)) if steps else first

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
            tag_text = str(parts[1]) if len(parts) > 1 else ""
            tag = (find_tag(tag_text[1:-1]) or unknown_tag(tag_text[1:-1])) if tag_text else None
            quoted = words.type == "PHRASE"
            text = words[1:-1].strip() if quoted else str(words)
            return TermNode(text, tag, quoted, Span(words.start_pos, parts[-1].end_pos), tag_text)

    return Builder()


def _chain_depth(first: Node, steps: Sequence[Step]) -> int:
    """Count the levels of a chain: what comes before another operator is one level further in."""
    depth, operator = _depth(first), ""
    for step in steps:
        changed = (step.operator or "AND") != operator
        depth = max(depth + changed, 1 + _depth(step.operand))
        operator = step.operator or "AND"
    return depth


def _depth(node: Node) -> int:
    return node.depth if isinstance(node, Chain) else 0


def _explain(error: Any, accepts: set[str], tokens: Sequence["Token"], text: str) -> QuerySyntaxError:  # noqa: ANN401
    token = error.token
    at_end = token.type == "$END"
    position = len(text) if at_end else token.start_pos
    if message := _MISPLACED.get(token.type, _MISPLACED.get(str(token))):
        return syntax_error(message, text, position)
    unclosed = _unclosed_bracket(tokens)
    if at_end and unclosed is not None and "CLOSE" in accepts:
        return syntax_error("This bracket is never closed. Write (bees OR wasps) AND honey", text, unclosed)
    if token.type == "CLOSE" and unclosed is None and _closes_too_many(tokens, token):
        return syntax_error("This closing bracket has no opening one. Write (bees OR wasps) AND honey", text, position)
    found = "the query ends here" if at_end else f"found {str(token)[:20]!r}"
    expected = " or ".join(sorted(_TOKEN_NAMES[name] for name in accepts if name in {"TEXT", "PHRASE", "OPEN"}))
    expected = expected or " or ".join(sorted(_TOKEN_NAMES[name] for name in accepts if name in _TOKEN_NAMES))
    return syntax_error(f"Expected {expected}, but {found}. Write bees AND honey, or cancer[ti]", text, position)


def _unclosed_bracket(tokens: Sequence["Token"]) -> int | None:
    open_positions: list[int] = []
    for token in tokens:
        if token.type == "OPEN":
            open_positions.append(token.start_pos or 0)
        elif token.type == "CLOSE" and open_positions:
            open_positions.pop()
    return open_positions[-1] if open_positions else None


def _closes_too_many(tokens: Sequence["Token"], close: "Token") -> bool:
    end = close.start_pos or 0
    before = [token.type for token in tokens if (token.start_pos or 0) <= end]
    return before.count("CLOSE") > before.count("OPEN")
