"""A line in another house's language cut into tokens, from left to right, each character once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.core.errors import QuerySyntaxError
from search.syntaxes.dialect import Dialect, Remarks

_OPERATOR = re.compile(r"(AND NOT|AND|OR|NOT)(?![\w-])", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_REFERENCE = re.compile(r"#\d{1,3}(?!\w)")


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, its text, where it begins, and for proximity the words between and whether order counts."""

    kind: str
    text: str
    start: int
    between: int = 0
    ordered: bool = False


def tokens_of(text: str, dialect: Dialect, remarks: Remarks) -> Iterator[Token]:
    """Yield the tokens of a line.

    Args:
        text: The line, its references written as #1.
        dialect: Its language.
        remarks: Gets what has no equal.

    Raises:
        QuerySyntaxError: A quote is never closed.
    """
    position, kind = 0, ""
    scan = _Scanner(text, dialect, remarks, _word_pattern(dialect))
    while position < len(text):
        found = _SPACE.match(text, position) or (dialect.skipped and dialect.skipped.match(text, position))
        if found and found.end() > position:
            position = found.end()
            continue
        token, position = scan.token_at(position, inside_words=kind == "WORDS")
        kind = token.kind
        yield token


@dataclass(frozen=True, slots=True)
class _Scanner:
    text: str
    dialect: Dialect
    remarks: Remarks
    word: "re.Pattern[str]"

    def token_at(self, start: int, *, inside_words: bool) -> tuple[Token, int]:
        """Return the token that begins at an offset, and where it ends."""
        begins_word = start == 0 or not self.text[start - 1].isalnum()
        if begins_word and (found := self._operator(start)):
            return found
        # A heading begins an operand: tried at every word, it would read a long line many times.
        if not inside_words:
            for literal, read in self.dialect.literals:
                if match := literal.match(self.text, start):
                    return Token("LITERAL", read(match, self.remarks), start), match.end()
        if match := _REFERENCE.match(self.text, start):
            return Token("LITERAL", match[0], start), match.end()
        fields = {"SUFFIX": self.dialect.suffix, "PREFIX": self.dialect.prefix if begins_word else None}
        for kind, pattern in fields.items():
            if pattern and (match := pattern.match(self.text, start)):
                return Token(kind, next(group for group in match.groups() if group), start), match.end()
        return self._words(start)

    def _operator(self, start: int) -> tuple[Token, int] | None:
        if match := _OPERATOR.match(self.text, start):
            operator = match[1].upper()
            return Token("OPERATOR", "NOT" if operator == "AND NOT" else operator, start), match.end()
        for proximity in self.dialect.proximities:
            if match := proximity.pattern.match(self.text, start):
                number = match[1] if match.lastindex else None
                between = max((int(number) if number else proximity.standard) - proximity.fewer, 0)
                return Token("NEAR", match[0].strip(), start, between, proximity.ordered), match.end()
        return None

    def _words(self, start: int) -> tuple[Token, int]:
        character = self.text[start]
        if character in "()":
            return Token("OPEN" if character == "(" else "CLOSE", character, start), start + 1
        if character in self.dialect.quotes:
            end = self.text.find("}" if character == "{" else character, start + 1)
            if end < 0:
                raise QuerySyntaxError("This quote is never closed", start)
            return Token("PHRASE", self.text[start + 1 : end], start), end + 1
        match = self.word.match(self.text, start)
        end = match.end() if match and match.end() > start else start + 1
        return Token("WORDS", self.text[start:end], start), end


def _word_pattern(dialect: Dialect) -> "re.Pattern[str]":
    """Return the pattern of a word: up to a space, a bracket, a double quote, or a field code behind it."""
    before_suffix = f"(?!{dialect.suffix.pattern})" if dialect.suffix else ""
    return re.compile(rf'(?:{before_suffix}[^\s()"])+', re.IGNORECASE)
