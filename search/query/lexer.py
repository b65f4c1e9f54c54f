"""The tokens of a query, and whether they make it more than a plain question.

Syntax counts only where it is unmistakable: a known field tag after a term, AND, OR or NOT in capitals between two
terms, a phrase in straight double quotes, a word of four letters or more that ends in `*`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING

from search.query.bracketed_names import merge_tokens, words_with_brackets
from search.query.field_tags import Kind, find_tag, nearest_tag
from search.query.syntax_hints import (
    MAX_HINTS,
    lowercase_operator_hints,
    lowercase_read,
    plain_text_hints,
    stray_tag_hints,
)
from search.query.terms.subsets import is_feature_word

if TYPE_CHECKING:
    from lark import Token

MIN_STEM = 4
"""Letters before a `*`. Source: PubMed Help, "Truncation", https://pubmed.ncbi.nlm.nih.gov/help/#truncation"""

MAX_UNKNOWN_TAG = 20
OPERATORS = ("AND", "OR", "NOT")
_LOWERCASE = {"and", "or", "not"}
_EITHER = "and/or"
_RANGE_SIGNS = ":-"
_TO = "to"
# A quote opens at the start of a word and closes at the end of one: 5" and 10" are inches. A tag ends its word, or an
# operator follows directly.
_SCANNER = r"""
start: (PHRASE | OPERATOR | TAG | OPEN | CLOSE | QUOTE | SQUARE | WORD)*
PHRASE.9: /(?:(?<![^\s(])|(?<=[\]"]:)|(?<= :))"[^"]*"(?![^\s()\[\],.;:?!])/
OPERATOR.8: /(?<![^\s()\]"])(AND|OR|NOT)(?![^\s()"])/
TAG.7: /\[ ?[A-Za-z0-9][A-Za-z0-9 :~\/,;.&_-]{0,50}\](?!(?!(AND|OR|NOT|and|or|not)\b)-?\w)/
OPEN: "("
CLOSE: ")"
QUOTE: "\""
SQUARE: /[\[\]]/
WORD: /[^\s()\[\]"]+/
%ignore /\s+/
"""


@dataclass(frozen=True, slots=True)
class TokenizedQuery:
    """A query split into tokens.

    Attributes:
        tokens: In order, each with its position in the text.
        has_syntax: Whether they are more than plain words.
        hints: What else looks like syntax and could not be read as such, in words.
    """

    tokens: tuple["Token", ...] = ()
    has_syntax: bool = False
    hints: tuple[str, ...] = ()


def tokenize(text: str) -> TokenizedQuery:
    """Split a text into tokens."""
    if not any(mark in text for mark in ('"', "[", "*", *OPERATORS)) and not is_feature_word(text.strip("() ")):
        return TokenizedQuery()
    scanned = list(_scanner().lex(text))
    scanned = [_classified(position, scanned) for position in range(len(scanned))]
    read = _with_lowercase_operators(scanned)
    lowercase = sum(token.type != other.type for token, other in zip(read, scanned, strict=True))
    classified = words_with_brackets(read)
    has_syntax = any(map(_is_syntax, range(len(classified)), _repeat(classified)))
    if has_syntax:
        classified = [_with_type(token, "TAG") if _is_any_tag(token) else token for token in classified]
        classified = [_either(position, classified) for position in range(len(classified))]
        hints = chain([lowercase_read(lowercase)] if lowercase else [], lowercase_operator_hints(classified))
    else:
        too_short = map(too_short_hint, filter(_is_too_short, classified))
        hints = chain(stray_tag_hints(classified), plain_text_hints(classified, text), too_short)
    return TokenizedQuery(tuple(_merge_words(classified)), has_syntax, tuple(islice(hints, MAX_HINTS)))


def is_truncated(word: str) -> bool:
    """Return whether a word ends in a `*` after enough letters."""
    letters = word.removesuffix("*")
    return word.endswith("*") and letters[-MIN_STEM:].isalnum() and len(letters) >= MIN_STEM


def too_short_hint(word: str) -> str:
    """Say that the word before a `*` is too short."""
    return f"{str(word)!r} is too short: write {MIN_STEM} letters or more before the *."


def _is_too_short(token: "Token") -> bool:
    return token.type == "WORD" and token.endswith("*") and _has_letter(token) and not is_truncated(token)


@lru_cache(1)
def _scanner():  # type: ignore[no-untyped-def]  # noqa: ANN202 - Lark's type would import it here
    from lark import Lark

    return Lark(_SCANNER, parser="lalr", lexer="basic")


def _repeat(tokens: Sequence["Token"]) -> Iterator[Sequence["Token"]]:
    while True:
        yield tokens


def _classified(position: int, tokens: Sequence["Token"]) -> "Token":
    """Classify a token by its neighbours: square brackets are tags only after a term."""
    token = tokens[position]
    if token.type == "PHRASE" and not _has_letter(token):
        return _with_type(token, "WORD")
    if token.type != "TAG":
        return token
    before = tokens[position - 1] if position else None
    if before is None or before.type not in {"WORD", "PHRASE", "CLOSE"}:
        return _with_type(token, "WORD")
    if find_tag(token[1:-1]):
        return token
    name = token[1:-1]
    ends_term = before.type != "WORD" or before[-1:].isalnum() or before[-1:] in "*'."
    is_attached = before.end_pos == token.start_pos and ends_term and len(name) > 1 and not name.isdigit()
    return _with_type(token, "UNKNOWN" if is_attached or nearest_tag(name) else "WORD")


def _is_like_tag(name: str) -> bool:
    """Return whether an unknown tag by itself is more likely a tag than a part of a name."""
    return (name.isalnum() and len(name) <= MAX_UNKNOWN_TAG) or nearest_tag(name) is not None


def _is_any_tag(token: "Token") -> bool:
    """Return whether a token of a query with syntax is a tag: an unknown one, or one without a term before it."""
    return token.type == "UNKNOWN" or (token.type == "WORD" and token[:1] == "[" and bool(find_tag(token[1:-1])))


def _with_type(token: "Token", kind: str) -> "Token":
    return token.update(type=kind)


def _has_letter(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _is_syntax(position: int, tokens: Sequence["Token"]) -> bool:
    token = tokens[position]
    if token.type == "OPERATOR":
        before, after = tokens[max(position - 1, 0) : position], tokens[position + 1 : position + 3]
        return _ends_operand(before) and _begins_operand(after)
    if token.type == "WORD":
        return is_truncated(token) or (_is_alone(position, tokens) and is_feature_word(token))
    return token.type in {"PHRASE", "TAG"} or (token.type == "UNKNOWN" and _is_like_tag(token[1:-1]))


def _is_alone(position: int, tokens: Sequence["Token"]) -> bool:
    """Return whether a token has no other beside it but brackets around the whole."""
    return len(tokens) == 2 * position + 1 and all(token.type == "OPEN" for token in tokens[:position])


def _ends_operand(tokens: Sequence["Token"]) -> bool:
    return any(
        token.type in {"PHRASE", "TAG", "CLOSE", "UNKNOWN"} or (token.type == "WORD" and _has_letter(token))
        for token in tokens
    )


def _begins_operand(tokens: Sequence["Token"]) -> bool:
    if tokens and tokens[0].type == "OPERATOR":  # "OR NOT" is reported as one error, below, not as plain text
        tokens = tokens[1:]
    return any(
        token.type in {"PHRASE", "OPEN"} or (token.type == "WORD" and _has_letter(token)) for token in tokens[:1]
    )


def _with_lowercase_operators(tokens: Sequence["Token"]) -> list["Token"]:
    """Read and, or, not as operators where a term beside them is tagged, quoted, truncated or in brackets.

    In a text without tags and operators in capitals both terms must be so: "best" or worst dose is a question. Beside
    operators in capitals, and in brackets of a query, words without a tag behind them are terms as well.
    """
    capitals = any(token.type == "OPERATOR" and _is_syntax(position, tokens) for position, token in enumerate(tokens))
    is_query = capitals or any(token.type == "TAG" for token in tokens)
    result = list(tokens)
    untagged = capitals  # whether the words at this position have no tag behind them
    for position in range(len(tokens) - 1, -1, -1):
        token = tokens[position]
        if token.type == "CLOSE":
            untagged = is_query and result[min(position + 1, len(tokens) - 1)].type != "TAG"
        elif token.type != "WORD":
            untagged = capitals and token.type != "TAG"
        elif token.lower() in _LOWERCASE and 0 < position < len(tokens) - 1:
            before, after = tokens[position - 1], result[position + 1]
            sides = (_is_marked(before, "CLOSE"), _is_marked(after, "OPEN"))
            is_between = untagged or (any(sides) if is_query else all(sides))
            if is_between and _ends_operand([before]) and (_begins_operand([after]) or after.type == "OPERATOR"):
                result[position] = token.update(type="OPERATOR", value=token.upper())
    return result


def _either(position: int, tokens: Sequence["Token"]) -> "Token":
    """Mark AND/OR between terms, which would be a word of one of them."""
    token, before = tokens[position], tokens[position - 1] if position else None
    is_between = token.isupper() or (before is not None and _is_marked(before, "CLOSE"))
    return _with_type(token, "EITHER") if token.lower() == _EITHER and is_between else token


def _is_marked(token: "Token", bracket: str) -> bool:
    return token.type in {"TAG", "PHRASE", bracket} or (token.type == "WORD" and is_truncated(token))


def _merge_words(tokens: Iterable["Token"]) -> Iterator["Token"]:
    """Join neighbouring words into one TEXT; a colon between two tagged terms makes a range."""
    before: Token | None = None
    for is_words, group in groupby(tokens, key=lambda token: token.type in {"WORD", "UNKNOWN"}):
        run = list(group)
        yield from _merge_run(run, before) if is_words else run
        before = run[-1]


def _merge_run(run: Sequence["Token"], before: "Token | None") -> Iterator["Token"]:
    if before is not None and _is_range(run[0], before):
        yield run[0].update(type="COLON", value=":")
        rest = run[0].update(value="" if run[0].lower() == _TO else run[0][1:])
        rest.start_pos = (run[0].start_pos or 0) + 1
        run = [rest, *run[1:]] if rest else run[1:]
    if run:
        yield merge_tokens(run[0], run[-1], " ".join(token for token in run if token.type == "WORD"), "TEXT")


def _is_range(sign: "Token", before: "Token") -> bool:
    """Return whether a word behind a tag begins with the sign of a range, as in "2019[dp]:2020[dp]"."""
    if sign == ":" and (before.endswith("]") or (before.type == "PHRASE" and before[1:2].isdigit())):
        return True  # behind other words in quotes a colon is punctuation, as in many titles
    tag = find_tag(before[1:-1]) if before.type == "TAG" else None
    return (
        tag is not None
        and tag.kind is Kind.DATE
        and (sign.lower() == _TO or (sign[0] in _RANGE_SIGNS and (sign[1:] or "0")[0].isdigit()))
    )
