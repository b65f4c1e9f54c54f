"""The grammar of a PubMed query, by recursive descent: terms, tags, ranges, brackets, operators from left to right."""

import re
from dataclasses import dataclass

TOKEN = re.compile(r'"(?P<quoted>[^"]*)"|\[(?P<tag>[^\[\]]*)\]|(?P<mark>[()])|(?P<word>[^\s()"\[\]]+)')
DOUBLE_QUOTES = re.compile("[\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02]")
OPERATORS = {"AND", "OR", "NOT"}


class Unreadable(ValueError):
    """A query that the guide gives no meaning, or one that this evaluator does not cover."""


@dataclass(frozen=True)
class Term:
    """What stands before a tag, and the tag; `tag` is "" where there is none."""

    text: str
    tag: str = ""
    quoted: bool = False


@dataclass(frozen=True)
class DateRange:
    """Two dates around a colon."""

    first: Term
    last: Term


@dataclass(frozen=True)
class Joined:
    """Operands from left to right, each after the first with its operator."""

    first: "Node"
    steps: tuple[tuple[str, "Node"], ...]


Node = Term | DateRange | Joined


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def tokens_of(query: str) -> list[_Token]:
    """Cut a query; an operator is in capitals, or in small letters behind a tag or a bracket."""
    query = DOUBLE_QUOTES.sub('"', query).replace("\u00a0", " ")
    if query.count('"') % 2:
        raise Unreadable("a quotation mark without its other half")
    tokens: list[_Token] = []
    for found in TOKEN.finditer(query):
        kind = str(found.lastgroup)
        text = found[kind]
        behind = tokens[-1] if tokens else _Token("start", "")
        small = text.upper() in OPERATORS and (behind.kind == "tag" or behind.text == ")")
        if kind == "word" and (text in OPERATORS or small):
            kind, text = "operator", text.upper()
        tokens.append(_Token(kind, text))
    return tokens


class Parser:
    """Reads one query."""

    def __init__(self, query: str) -> None:
        """Cut the query."""
        self.tokens = tokens_of(query)
        self.at = 0

    def parse(self) -> Node:
        """Return the whole query as a tree."""
        node = self.expression()
        if self.at < len(self.tokens):
            raise Unreadable("a bracket too many")
        return node

    def peek(self) -> _Token:
        """Return the next token without taking it."""
        return self.tokens[self.at] if self.at < len(self.tokens) else _Token("end", "")

    def take(self) -> _Token:
        """Return the next token."""
        token = self.peek()
        self.at += 1
        return token

    def expression(self) -> Node:
        """Return operands up to a closing bracket or the end; side by side means AND."""
        first = self.operand()
        steps: list[tuple[str, Node]] = []
        while self.peek().kind != "end" and self.peek() != _Token("mark", ")"):
            operator = "AND"
            while self.peek().kind == "operator":
                operator = self.take().text
            steps.append((operator, self.operand()))
        return Joined(first, tuple(steps)) if steps else first

    def operand(self) -> Node:
        """Return a bracketed expression, a term or a range."""
        if self.peek() == _Token("mark", "("):
            self.take()
            inner = self.expression()
            if self.take() != _Token("mark", ")"):
                raise Unreadable("a bracket that is not closed")
            return inner
        term = self.term()
        if self.peek() == _Token("word", ":"):
            self.take()
            return DateRange(term, self.term())
        if ":" in term.text and not term.quoted:
            first, _, last = term.text.partition(":")
            return DateRange(Term(first.strip(), term.tag), Term(last.strip(), term.tag)) if term.tag else term
        return term

    def term(self) -> Term:
        """Return a quoted phrase or a run of words, with the tag behind it."""
        token = self.take()
        if token.kind == "quoted":
            return Term(token.text, self.tag(), quoted=True)
        if token.kind != "word":
            raise Unreadable(f"a term was expected, found {token.text!r}")
        words = [token.text]
        while self.peek().kind == "word" and (self.peek().text != ":" or self.date_follows(words)):
            words.append(self.take().text)
        return Term(" ".join(words), self.tag())

    def date_follows(self, words: list[str]) -> bool:
        """Return whether the colon ahead stands between two bare dates under one tag."""
        return words[-1][0].isdigit() and self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].kind == "word"

    def tag(self) -> str:
        """Return the tag that follows, in small letters, or ""."""
        return " ".join(self.take().text.lower().split()) if self.peek().kind == "tag" else ""


def parse(query: str) -> Node:
    """Return a query as a tree.

    Raises:
        Unreadable: The guide gives it no meaning.
    """
    return Parser(query).parse()
