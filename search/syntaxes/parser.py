"""The tree of a line in another house's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.core.errors import QuerySyntaxError
from search.syntaxes.dialect import Dialect, Remarks
from search.syntaxes.lexer import Token, tokens_of
from search.syntaxes.tree import Fielded, Joined, Literal, Nearby, Node, Words

MAX_DEPTH = 100
"""Levels of brackets; each takes a few frames of the stack."""

_OPERANDS = {"OPEN", "WORDS", "PHRASE", "LITERAL", "PREFIX"}


def parse(text: str, dialect: Dialect, remarks: Remarks) -> Node:
    """Return the tree of a line.

    Raises:
        QuerySyntaxError: It cannot be read; `position` is an offset in the line.
    """
    return _Parser(tuple(tokens_of(text, dialect, remarks)), dialect, remarks, len(text)).whole()


@dataclass
class _Parser:
    tokens: Sequence[Token]
    dialect: Dialect
    remarks: Remarks
    length: int
    position: int = 0
    depth: int = 0

    def whole(self) -> Node:
        node = self._chain()
        if self._kind():
            raise self._error("This does not belong here")
        return node

    def _kind(self) -> str:
        return self.tokens[self.position].kind if self.position < len(self.tokens) else ""

    def _take(self) -> Token:
        self.position += 1
        return self.tokens[self.position - 1]

    def _error(self, message: str) -> QuerySyntaxError:
        at_end = self.position >= len(self.tokens)
        return QuerySyntaxError(message, self.length if at_end else self.tokens[self.position].start)

    def _chain(self) -> Node:
        operands, operators = [self._near()], []
        while self._kind() == "OPERATOR" or self._kind() in _OPERANDS:
            if self._kind() == "OPERATOR":
                operators.append(self._take().text)
            else:
                operators.append("AND")
                self.remarks.say("Parts side by side were joined by AND.")
            operands.append(self._near())
        return self._joined(operands, operators)

    def _joined(self, operands: Sequence[Node], operators: Sequence[str]) -> Node:
        """Join by rank: AND and NOT from left to right before OR, or OR first."""
        low = {"AND", "NOT"} if self.dialect.or_first else {"OR"}
        if "OR" in operators and len(set(operators)) > 1:
            first = "OR" if self.dialect.or_first else "AND and NOT"
            self.remarks.say(f"Operators stood side by side without brackets; {first} was joined first.")
        groups: list[list[Node]] = [[operands[0]]]
        within: list[list[str]] = [[]]
        between: list[str] = []
        for operator, operand in zip(operators, operands[1:], strict=True):
            if operator in low:
                between.append(operator)
                groups.append([operand])
                within.append([])
            else:
                groups[-1].append(operand)
                within[-1].append(operator)
        return _from_left([_from_left(*group) for group in zip(groups, within, strict=True)], between)

    def _near(self) -> Node:
        first = self._operand()
        if self._kind() != "NEAR":
            return first
        parts, operators = [first], []
        while self._kind() == "NEAR":
            operators.append(self._take())
            parts.append(self._operand())
        widest = max(operators, key=lambda token: token.between)
        ordered = all(token.ordered for token in operators)
        return Nearby(tuple(parts), widest.between, ordered, widest.text)

    def _operand(self) -> Node:
        code = ""
        while self._kind() == "PREFIX":
            code = self._take().text
        kind = self._kind()
        if kind == "OPEN":
            node = self._group()
        elif kind == "LITERAL":
            node = Literal(self._take().text)
        elif kind == "PHRASE":
            node = Words(self._take().text)
        elif kind == "WORDS":
            node = self._words()
        else:
            raise self._error("A term is missing here")
        while self._kind() == "SUFFIX":
            node = Fielded(node, _codes(self._take().text))
        return Fielded(node, _codes(code)) if code else node

    def _words(self) -> Node:
        words = [self._take().text]
        while self._kind() == "WORDS":
            words.append(self._take().text)
        if self.dialect.phrases or len(words) == 1:
            return Words(" ".join(words))
        return Joined("AND", tuple(map(Words, words)))

    def _group(self) -> Node:
        if self.depth == MAX_DEPTH:
            raise self._error(f"There are more than {MAX_DEPTH} nested levels")
        self._take()
        self.depth += 1
        node = self._chain()
        if self._kind() != "CLOSE":
            raise self._error("A closing bracket is missing here")
        self._take()
        self.depth -= 1
        return node


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().lower() for code in text.split(","))


def _from_left(operands: Sequence[Node], operators: Sequence[str]) -> Node:
    """Join from left to right; neighbours with one operator stay one list."""
    if sum(left != right for left, right in pairwise(operators)) > MAX_DEPTH:
        raise QuerySyntaxError(f"Its operators change more than {MAX_DEPTH} times; set brackets", 0)
    parts, operator = [operands[0]], ""
    for next_operator, operand in zip(operators, operands[1:], strict=True):
        if operator and next_operator != operator:
            parts = [Joined(operator, tuple(parts))]
        operator = next_operator
        parts.append(operand)
    return Joined(operator, tuple(parts)) if operator else parts[0]
