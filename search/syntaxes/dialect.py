"""What tells the language of one house from another's: its signs, its tokens, its fields."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


class Remarks(dict[str, None]):
    """What has no equal and what differs, each once, in order."""

    def say(self, remark: str) -> None:
        """Add a sentence."""
        self[remark] = None


ReadLiteral = Callable[["re.Match[str]", Remarks], str]
"""Writes what a pattern found in PubMed's language; "" where it has no equal, which is then remarked."""


@dataclass(frozen=True, slots=True)
class Proximity:
    """An operator of proximity.

    Attributes:
        pattern: Its first group is the number, where it has one.
        fewer: How many words fewer than the number may stand between the terms.
        standard: The number where none is typed.
        ordered: Whether the order counts.
    """

    pattern: "re.Pattern[str]"
    fewer: int
    standard: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """The language of one house.

    Attributes:
        name: As people call it.
        signs: What stands in no other language, and in no plain question.
        fields: PubMed's tags for each field code, in lower case; empty where there is no equal.
        literals: What is written in PubMed's language at once, such as headings, in the order tried.
        proximities: The operators of proximity.
        suffix: Field codes after a part, in its first group, separated by commas.
        prefix: A field code before a part, in its first group.
        default: The field codes of a part that names none.
        truncation: The characters that stand for any ending.
        wildcards: The characters that stand for one letter, or for none or one.
        quotes: The characters around a phrase.
        skipped: What means nothing.
        or_first: Whether OR binds more than AND.
        phrases: Whether words side by side are a phrase; else each of them is required.
    """

    name: str
    signs: "re.Pattern[str]"
    fields: Mapping[str, tuple[str, ...]]
    literals: Sequence[tuple["re.Pattern[str]", ReadLiteral]] = ()
    proximities: Sequence[Proximity] = ()
    suffix: "re.Pattern[str] | None" = None
    prefix: "re.Pattern[str] | None" = None
    default: tuple[str, ...] = ()
    truncation: str = "*"
    wildcards: str = "?"
    quotes: str = '"'
    skipped: "re.Pattern[str] | None" = None
    or_first: bool = False
    phrases: bool = True
    field_remarks: Mapping[str, str] = field(default_factory=dict)


OPERAND_START = r"(?:^|[\n(]|(?:^|\n)[ \t]?[#SL]?\d{1,3}[.):]?[ \t]+|\b(?:AND|OR|NOT|and|or|not)\b)[ \t]*"
"""Where an operand begins: at the start, behind the number of a line, a bracket or an operator."""

OPERAND_END = r"(?=[ \t]*(?:$|\n|\))|[ \t]+(?:AND|OR|NOT|and|or|not|adj\d?)\b)"
"""Where an operand ends."""


def pattern(text: str) -> "re.Pattern[str]":
    """Compile a pattern of tokens, upper and lower case alike."""
    return re.compile(text, re.IGNORECASE)


def sign(*texts: str) -> "re.Pattern[str]":
    """Compile what gives a language away; case counts."""
    return re.compile(one_of(*texts))


def one_of(*texts: str) -> str:
    """Join patterns; what they begin with in common is looked for once if it stands before them."""
    return f"(?:{'|'.join(f'(?:{text})' for text in texts)})"
